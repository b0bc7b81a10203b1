"""A partner of a joint bid: invited by the lead, bound by its own yes."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

PARTNER = StateMachine(
    noun="partner",
    initial="invited",
    states={"invited": _l("Invited"), "confirmed": _l("Takes part"), "declined": _l("Does not take part")},
    steps=(
        step("confirm", ("invited", "declined"), "confirmed", Role.PROVIDER_MANAGER, label=_l("Take part")),
        step("decline", ("invited", "confirmed"), "declined", Role.PROVIDER_MANAGER, label=_l("Do not take part")),
        step("change", ("invited", "confirmed", "declined"), "invited", Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK),
    ),
)
