"""A grievance is received, taken up in an audit case or not, and always answered."""

from __future__ import annotations

from typing import Final

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

_HANDLERS = (Role.COMPLAINTS_OFFICER, Role.AUDITOR)

GRIEVANCE = StateMachine(
    noun="complaint",
    initial="received",
    states={
        "received": _l("Received"),
        "taken_up": _l("Looked into"),
        "answered": _l("Answered"),
    },
    steps=(
        step("take_up", "received", "taken_up", Role.AUDITOR, label=_l("Open an audit case")),
        step("answer", ("received", "taken_up"), "answered", *_HANDLERS, label=_l("Answer")),
    ),
)
SAFETY: Final = "safety"
KINDS: Final = {
    SAFETY: _l("Someone was hurt, or is in danger"),
    "dignity": _l("How people are treated"),
    "access": _l("Care came late, or not at all"),
    "billing": _l("Money was asked that is not owed"),
    "fund": _l("The fund itself"),
    "other": _l("Something else"),
}
CHANNELS: Final = {
    "form": _l("Form"),
    "phone": _l("By phone"),
    "letter": _l("Letter"),
    "visit": _l("At the counter"),
}
