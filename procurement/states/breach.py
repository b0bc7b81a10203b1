"""A report that a provider broke a contract, in three adversarial steps; its appeal; codes as Prozorro has them."""

from __future__ import annotations

from typing import Any, Final

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

_OFFICERS = (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR)
_WAITING = ("reported", "answered")

BREACH = StateMachine(
    noun="breach report",
    initial="reported",
    states={
        "reported": _l("Waiting for the provider’s answer"),
        "answered": _l("Waiting for the decision"),
        "satisfied": _l("Breach found"),
        "declinedNoViolation": _l("No violation"),
        "declinedLackEvidence": _l("Not enough evidence"),
        "withdrawn": _l("Report taken back"),
        "appealed": _l("Under appeal"),
        "annulled": _l("Annulled"),
    },
    steps=(
        step("answer", "reported", "answered", Role.PROVIDER_MANAGER, label=_l("Answer")),
        step("satisfy", _WAITING, "satisfied", *_OFFICERS, label=_l("Breach found")),
        step("find_no_violation", _WAITING, "declinedNoViolation", *_OFFICERS, label=_l("No violation")),
        step("find_lack_of_evidence", _WAITING, "declinedLackEvidence", *_OFFICERS, label=_l("Not enough evidence")),
        step("withdraw", _WAITING, "withdrawn", *_OFFICERS, label=_l("Take the report back")),
        step("appeal", "satisfied", "appealed", Role.PROVIDER_MANAGER, label=_l("Appeal")),
        step("uphold_appeal", "appealed", "annulled", Role.COMPLAINTS_OFFICER, label=_l("Annul the decision")),
        step("decline_appeal", "appealed", "satisfied", Role.COMPLAINTS_OFFICER, label=_l("Keep the decision")),
        step("annul", "satisfied", "annulled", Role.PROCUREMENT_CHAIR, label=_l("Annul")),
    ),
)
DECISIONS: Final = ("satisfy", "find_no_violation", "find_lack_of_evidence")
DECIDED: Final = ("satisfied", "declinedNoViolation", "declinedLackEvidence", "appealed", "annulled")
CODES: Final[dict[str, Any]] = {
    "goodsNonCompliance": _l("The care was not as agreed"),
    "contractBreach": _l("A duty of the contract was broken"),
    "signingRefusal": _l("The winner did not sign"),
}
GROUND: Final = "exg-mis-sanction"
"""The ground for exclusion that a found breach speaks for."""
