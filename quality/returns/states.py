"""A return is drafted, sent and judged; what changes after that is a new version, and the old one stays readable."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

DESK = (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK)
JUDGES = (Role.AUDITOR, Role.INSPECTOR)

RETURN = StateMachine(
    noun="return",
    initial="draft",
    states={
        "draft": _l("To be sent"),
        "sent": _l("Waits for verification"),
        "returned": _l("Sent back for correction"),
        "verified": _l("Verified"),
        "rejected": _l("Rejected"),
        "replaced": _l("Replaced by a newer version"),
    },
    steps=(
        step("send", "draft", "sent", *DESK, label=_l("Send the return")),
        step("return", "sent", "returned", *JUDGES, label=_l("Send back for correction")),
        step("verify", "sent", "verified", *JUDGES, label=_l("Verify")),
        step("reject", "sent", "rejected", *JUDGES, label=_l("Reject")),
        step("replace", ("returned", "verified", "rejected"), "replaced"),  # by the newer version once it is verified
    ),
)
OPEN = ("draft", "sent")
"""At most one version of a return is still under way."""
CORRECTABLE = ("returned", "verified", "rejected")
"""From here a provider begins a new version."""
