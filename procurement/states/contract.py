"""The life of a contract, of its signatures, and of a change of its terms."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

_OFFICERS = (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR)

CONTRACT = StateMachine(
    noun="contract",
    initial="drawn",
    states={
        "drawn": _l("Waiting for signatures"),
        "active": _l("In force"),
        "ended": _l("Ended"),
        "terminated": _l("Terminated"),
        "lapsed": _l("Never signed"),
    },
    steps=(
        step("sign", "drawn", "active", Role.PROVIDER_MANAGER, *_OFFICERS, label=_l("Sign")),
        step("lapse", "drawn", "lapsed", *_OFFICERS, label=_l("Set aside, not signed")),
        step("end", "active", "ended", *_OFFICERS, label=_l("End the contract")),
        step("terminate", "active", "terminated", *_OFFICERS, label=_l("Terminate")),
    ),
)

AMENDMENT = StateMachine(
    noun="amendment",
    initial="drafted",
    states={
        "drafted": _l("Waiting for the second officer"),
        "approved": _l("Waiting for the provider"),
        "in_force": _l("In force"),
        "declined": _l("Declined by the provider"),
        "dropped": _l("Dropped"),
    },
    steps=(
        step("approve", "drafted", "approved", *_OFFICERS, label=_l("Approve")),
        step("accept", "approved", "in_force", Role.PROVIDER_MANAGER, label=_l("Accept")),
        step("decline", "approved", "declined", Role.PROVIDER_MANAGER, label=_l("Decline")),
        step("drop", ("drafted", "approved"), "dropped", *_OFFICERS, label=_l("Drop")),
    ),
)

SIGNATURE = StateMachine(
    noun="signature",
    initial="waiting",
    states={
        "waiting": _l("Waiting for the second person"),
        "counts": _l("Counts"),
        "refused": _l("Refused by the fund"),
    },
    steps=(
        step("confirm", "waiting", "counts", *_OFFICERS, label=_l("Confirm")),
        step("refuse", "waiting", "refused", *_OFFICERS, label=_l("Refuse")),
    ),
)
