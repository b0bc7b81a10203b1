"""The verbs of an audit case, in the order in which they happen."""

from __future__ import annotations

from quality.audit_cases.services.appealing import accept, appeal, rule
from quality.audit_cases.services.concluding import Conclusion, by_sample, clear, conclude, reply
from quality.audit_cases.services.deciding import Decision, decide
from quality.audit_cases.services.following import check, close, report
from quality.audit_cases.services.gathering import Entry, Upload, add_entry, write_plan
from quality.audit_cases.services.opening import Question, open_case
from quality.audit_cases.services.recovering import post_what_is_due

__all__ = [
    "Conclusion",
    "Decision",
    "Entry",
    "Question",
    "Upload",
    "accept",
    "add_entry",
    "appeal",
    "by_sample",
    "check",
    "clear",
    "close",
    "conclude",
    "decide",
    "open_case",
    "post_what_is_due",
    "reply",
    "report",
    "rule",
    "write_plan",
]
