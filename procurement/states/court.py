"""A court file is asked for by a person and made by the worker."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

COURT_FILE = StateMachine(
    noun="court file",
    initial="asked",
    states={"asked": _l("Being made"), "made": _l("Ready")},
    steps=(step("make", "asked", "made", Role.PROCUREMENT_OFFICER, Role.COMPLAINTS_OFFICER, Role.AUDITOR),),
)
