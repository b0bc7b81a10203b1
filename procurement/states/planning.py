"""A purchase before there is a draft: a need, a talk with the market, a decision."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

OFFICER, CHAIR = Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR

PURCHASE = StateMachine(
    noun="plan",
    initial="noted",
    states={
        "noted": _l("Need noted"),
        "consulting": _l("Asking the market"),
        "ready": _l("Ready to draft"),
        "drafted": _l("Drafted"),
        "dropped": _l("Dropped"),
    },
    steps=(
        step("consult", "noted", "consulting", OFFICER, CHAIR, label=_l("Ask the market")),
        step("approve", ("noted", "consulting"), "ready", OFFICER, CHAIR, label=_l("Approve the plan")),
        step("draft", "ready", "drafted", OFFICER, label=_l("Draft the tender")),
        step("drop", ("noted", "consulting", "ready"), "dropped", OFFICER, CHAIR, label=_l("Drop the plan")),
    ),
)
