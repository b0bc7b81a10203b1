"""A decision is drawn, made again by another reviewer, and where the two differ an auditor says who was right."""

from __future__ import annotations

from typing import Final

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

DOUBLE_REVIEW = StateMachine(
    noun="double review",
    initial="drawn",
    states={
        "drawn": _l("Waiting for the second review"),
        "agreed": _l("Both reviewers agree"),
        "differing": _l("The reviewers differ"),
        "settled": _l("Settled by an auditor"),
    },
    steps=(
        step("agree", "drawn", "agreed", Role.CLAIMS_REVIEWER),
        step("differ", "drawn", "differing", Role.CLAIMS_REVIEWER),
        step("settle", "differing", "settled", Role.AUDITOR, label=_l("Settle")),
    ),
)
OUTCOMES: Final = {
    "pass": _l("Let it pass as asked"),
    "lower": _l("Pay less than was asked"),
    "refuse": _l("Refuse it"),
}
