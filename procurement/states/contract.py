"""The life of a contract."""

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
        "lapsed": _l("Never signed"),
    },
    steps=(
        step("sign", "drawn", "active", Role.PROVIDER_MANAGER, *_OFFICERS, label=_l("Sign")),
        step("lapse", "drawn", "lapsed", *_OFFICERS, label=_l("Set aside, not signed")),
        step("end", "active", "ended", *_OFFICERS, label=_l("End the contract")),
    ),
)
