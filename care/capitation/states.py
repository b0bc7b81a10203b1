"""A statement is posted, or waits for a person because it takes money back."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

STATEMENT = StateMachine(
    noun="capitation statement",
    initial="waiting",
    states={
        "waiting": _l("Waits for release"),
        "posted": _l("Posted"),
        "refused": _l("Not posted"),
        "overtaken": _l("Overtaken by a newer count"),
    },
    steps=(
        step("post", "waiting", "posted", Role.FINANCE_OFFICER, label=_l("Release and take back")),
        step("refuse", "waiting", "refused", Role.FINANCE_OFFICER, label=_l("Leave it as it was paid")),
        step("overtake", "waiting", "overtaken"),  # by the count itself
    ),
)
