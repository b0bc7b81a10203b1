"""The life of a procedure that was published elsewhere and read here."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

OFFICER = Role.PROCUREMENT_OFFICER

ELSEWHERE = StateMachine(
    noun="procedure",
    initial="checked",
    states={
        "checked": _l("Read, not kept"),
        "kept": _l("Draft"),
        "led": _l("Led here"),
        "dropped": _l("Not kept"),
    },
    steps=(
        step("keep", "checked", "kept", OFFICER, label=_l("Keep as a draft")),
        step("drop", ("checked", "kept"), "dropped", OFFICER, label=_l("Do not keep")),
        step("lead", "kept", "led", OFFICER, label=_l("Lead it here")),
    ),
)
