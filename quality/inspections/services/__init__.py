"""The verbs of inspections: plan, fill, report, answer, follow up."""

from __future__ import annotations

from quality.inspections.services.filling import Answer, fill
from quality.inspections.services.following import answer, close, mend
from quality.inspections.services.planning import Visit, cancel, plan_visit
from quality.inspections.services.reporting import report

__all__ = ["Answer", "Visit", "answer", "cancel", "close", "fill", "mend", "plan_visit", "report"]
