"""How a contract ends early: prepared, agreed by the provider where both must agree, carried out by another person."""

from __future__ import annotations

from typing import Any, Final

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

_OFFICERS = (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR)

ENDING = StateMachine(
    noun="end of a contract",
    initial="prepared",
    states={
        "prepared": _l("Being prepared"),
        "agreed": _l("Agreed by the provider"),
        "carried_out": _l("Carried out"),
        "dropped": _l("Given up"),
    },
    steps=(
        step("agree", "prepared", "agreed", Role.PROVIDER_MANAGER, label=_l("Agree")),
        step("carry_out", ("prepared", "agreed"), "carried_out", *_OFFICERS, label=_l("End the contract")),
        step("drop", ("prepared", "agreed"), "dropped", *_OFFICERS, label=_l("Give it up")),
    ),
)
OPEN: Final = ("prepared", "agreed")
KINDS: Final[dict[str, Any]] = {
    "end": _l("By the fund, as the contract allows"),
    "agreement": _l("By agreement of both sides"),
    "breach": _l("For a breach that was found"),
}
ACTIONS: Final = {"end": "end", "agreement": "terminate", "breach": "terminate"}
"""Kind → the step of the contract."""
RESULTS: Final[dict[str, Any]] = {
    "success": _l("What was agreed until then was given"),
    "failure": _l("It was not given as agreed"),
}
