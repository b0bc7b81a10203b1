"""A plan for the year is proposed by one auditor and approved by another."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

AUDIT_PLAN = StateMachine(
    noun="audit plan",
    initial="proposed",
    states={"proposed": _l("Proposed"), "approved": _l("Approved"), "withdrawn": _l("Withdrawn")},
    steps=(
        step("approve", "proposed", "approved", Role.AUDITOR, label=_l("Approve the plan")),
        step("withdraw", "proposed", "withdrawn", Role.AUDITOR, label=_l("Withdraw the plan")),
    ),
)
