"""An improvement plan: offered after three misses or opened at once, answered, reported on, closed as met or not."""

from __future__ import annotations

from typing import Final

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

_OFFICERS = (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR)

IMPROVEMENT = StateMachine(
    noun="improvement plan",
    initial="offered",
    states={
        "offered": _l("Three misses: to be opened"),
        "opened": _l("Waiting for the provider"),
        "running": _l("Under way"),
        "met": _l("Met"),
        "not_met": _l("Not met"),
        "dropped": _l("Not needed"),
    },
    steps=(
        step("open", "offered", "opened", *_OFFICERS, label=_l("Open the plan")),
        step("answer", "opened", "running", Role.PROVIDER_MANAGER, label=_l("Answer")),
        step("find_met", ("opened", "running"), "met", *_OFFICERS, label=_l("Met")),
        step("find_not_met", ("opened", "running"), "not_met", *_OFFICERS, label=_l("Not met")),
        step("drop", ("offered", "opened"), "dropped", *_OFFICERS, label=_l("Not needed")),
    ),
)
OPEN: Final = ("offered", "opened", "running")
CLOSINGS: Final = ("find_met", "find_not_met", "drop")
