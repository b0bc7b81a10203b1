"""A case is opened on a question, concluded provisionally, replied to, decided by another person, perhaps appealed."""

from __future__ import annotations

from typing import Final

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

AUDIT_CASE = StateMachine(
    noun="audit case",
    initial="opened",
    states={
        "opened": _l("Evidence is gathered"),
        "provisional": _l("Waiting for the provider’s reply"),
        "replied": _l("Waiting for the decision"),
        "decided": _l("Decided"),
        "appealed": _l("Under appeal"),
        "closed": _l("Closed"),
    },
    steps=(
        step("conclude", "opened", "provisional", Role.AUDITOR, label=_l("Write the provisional finding")),
        step("reply", "provisional", "replied", Role.PROVIDER_MANAGER, label=_l("Reply")),
        step("decide", ("provisional", "replied"), "decided", Role.AUDITOR, label=_l("Decide")),
        step("appeal", "decided", "appealed", Role.PROVIDER_MANAGER, label=_l("Appeal")),
        step("rule", "appealed", "decided", Role.COMPLAINTS_OFFICER, label=_l("Rule on the appeal")),
        step("clear", "opened", "closed", Role.AUDITOR, label=_l("Close: nothing against the provider")),
        step("close", "decided", "closed", Role.AUDITOR, label=_l("Close the case")),
    ),
)
SHOWN_TO_PROVIDER: Final = ("provisional", "replied", "decided", "appealed", "closed")
AFTER_APPEAL: Final = ("appealed", "decided", "closed")
OPEN: Final = ("opened", "provisional", "replied", "appealed")
"""Nobody has decided yet, or not for good."""

FINDINGS: Final = {
    "no_error": _l("Nothing wrong was found"),
    "data_error": _l("The records were wrong, not the care"),
    "improve": _l("The provider must improve"),
    "recover": _l("Money is to be taken back"),
    "refused": _l("The provider refused the audit"),
}
CLEARING: Final = ("no_error", "data_error")
"""Findings that hold nothing against the provider: the case may end with them without its reply."""

SOURCES: Final = {
    "indicator": _l("Indicator"),
    "screen": _l("Screen"),
    "sample": _l("Sample"),
    "complaint": _l("Complaint"),
    "inspection": _l("Inspection"),
    "other": _l("Something else"),
}
ENTRIES: Final = {
    "evidence": _l("Evidence"),
    "interview": _l("Interview"),
    "note": _l("Note of the auditor"),
}
REFERRALS: Final = {
    "prosecutor": _l("Public prosecutor"),
    "licensing": _l("Licensing authority"),
    "child_protection": _l("Child protection"),
    "labour": _l("Labour inspectorate"),
}
