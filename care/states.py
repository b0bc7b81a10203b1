"""A placement is offered, then accepted or declined by the provider; either side may end it."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

PLACEMENT = StateMachine(
    noun="placement",
    initial="offered",
    states={
        "offered": _l("Offered"),
        "accepted": _l("Accepted"),
        "declined": _l("Declined"),
        "ended": _l("Ended"),
    },
    steps=(
        step("accept", "offered", "accepted", Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK, label=_l("Accept")),
        step("decline", "offered", "declined", Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK, label=_l("Decline")),
        step("end", "accepted", "ended", Role.CARE_ASSESSOR, Role.PROVIDER_MANAGER, label=_l("End")),
    ),
)

DECLINE_REASONS = {
    "full": _l("No free place or worker"),
    "hours": _l("Not at these hours"),
    "distance": _l("Too far to travel"),
    "skills": _l("The care needs skills we do not have"),
    "family": _l("The family does not want it"),
}
