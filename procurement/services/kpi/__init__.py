"""Following up promises: periods begin, are reported or measured, verified, settled, objected to and answered."""

from __future__ import annotations

from procurement.services.kpi.beginning import begin_due
from procurement.services.kpi.chasing import chase
from procurement.services.kpi.measuring import Reading, measure
from procurement.services.kpi.objecting import object_to, reject, uphold
from procurement.services.kpi.recording import Asked, asked_of, report_figures
from procurement.services.kpi.reporting import EVIDENCE, Attached, report
from procurement.services.kpi.settling import PLAN_DUE, due_key, objection_key, settle_due
from procurement.services.kpi.verifying import verify

__all__ = [
    "EVIDENCE",
    "PLAN_DUE",
    "Asked",
    "Attached",
    "Reading",
    "asked_of",
    "begin_due",
    "chase",
    "due_key",
    "measure",
    "object_to",
    "objection_key",
    "reject",
    "report",
    "report_figures",
    "settle_due",
    "uphold",
    "verify",
]
