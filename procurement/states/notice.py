"""What happens to a notice while bids may come: questions about it, and changes of it."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

OFFICER, CHAIR = Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR

QUESTION = StateMachine(
    noun="question",
    initial="asked",
    states={"asked": _l("Waits for an answer"), "answered": _l("Answered"), "declined": _l("Not answered")},
    steps=(
        step("answer", ("asked", "answered"), "answered", OFFICER, CHAIR, label=_l("Publish the answer")),
        step("decline", "asked", "declined", OFFICER, CHAIR, label=_l("Do not answer")),
    ),
)

AMENDMENT = StateMachine(
    noun="amendment",
    initial="proposed",
    states={"proposed": _l("Waiting for approval"), "published": _l("Published"), "dropped": _l("Sent back")},
    steps=(
        step("publish", "proposed", "published", OFFICER, CHAIR, label=_l("Approve and publish the change")),
        step("drop", "proposed", "dropped", OFFICER, CHAIR, label=_l("Send back")),
    ),
)
