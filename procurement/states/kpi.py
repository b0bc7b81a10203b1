"""A promise in one period: reported by the provider or measured by us, verified, settled, perhaps objected to."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

_OFFICERS = (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR)
_REPORTERS = (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK)

KPI_PERIOD = StateMachine(
    noun="report",
    initial="due",
    states={
        "due": _l("To be reported"),
        "reported": _l("Waits for verification"),
        "measured": _l("Measured by the fund"),
        "missing": _l("No evidence came"),
        "verified": _l("Verified"),
        "settled": _l("Settled"),
        "objected": _l("Objected to"),
        "upheld": _l("Objection upheld"),
        "rejected": _l("Objection rejected"),
    },
    steps=(
        step("report", ("due", "reported"), "reported", *_REPORTERS, label=_l("Send the report")),
        step("measure", ("due", "missing", "measured"), "measured", Role.AUDITOR, label=_l("Measure")),
        step("miss", "due", "missing", *_OFFICERS, label=_l("Close without evidence")),
        step("verify", ("reported", "measured", "missing"), "verified", *_OFFICERS, label=_l("Verify")),
        step("settle", "verified", "settled", *_OFFICERS, label=_l("Settle")),
        step("object", "settled", "objected", Role.PROVIDER_MANAGER, label=_l("Object")),
        step("uphold", "objected", "upheld", *_OFFICERS, label=_l("Uphold the objection")),
        step("reject", "objected", "rejected", *_OFFICERS, label=_l("Reject the objection")),
    ),
)
CLOSED = ("settled", "objected", "upheld", "rejected")
"""Its result is fixed; what an objection changes stands beside it."""
