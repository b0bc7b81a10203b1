"""An inspection is planned, filled on the spot, reported, answered by the provider and followed up."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

INSPECTION = StateMachine(
    noun="inspection",
    initial="planned",
    states={
        "planned": _l("Planned"),
        "under_way": _l("Under way"),
        "reported": _l("Waits for the provider’s answer"),
        "answered": _l("Answered by the provider"),
        "closed": _l("Followed up"),
        "cancelled": _l("Cancelled"),
    },
    steps=(
        step("fill", ("planned", "under_way"), "under_way", Role.INSPECTOR, label=_l("Save the section")),
        step("report", "under_way", "reported", Role.INSPECTOR, label=_l("Sign the report")),
        step("answer", "reported", "answered", Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK, label=_l("Answer")),
        step("close", ("reported", "answered"), "closed", Role.INSPECTOR, label=_l("Close the follow-up")),
        step("cancel", "planned", "cancelled", Role.INSPECTOR, label=_l("Cancel the visit")),
    ),
)
SEEN = ("reported", "answered", "closed")
"""The provider reads it, and it counts."""
