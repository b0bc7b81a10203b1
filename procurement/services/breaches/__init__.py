"""Breaches: reported by one officer, answered by the provider, decided by another, appealed, and what they cost."""

from __future__ import annotations

from procurement.services.breaches.appealing import annul, appeal, rule
from procurement.services.breaches.collecting import collect_what_is_due
from procurement.services.breaches.deciding import decide, penalty_due, withdraw
from procurement.services.breaches.reporting import Report, Upload, answer, report

__all__ = [
    "Report",
    "Upload",
    "annul",
    "answer",
    "appeal",
    "collect_what_is_due",
    "decide",
    "penalty_due",
    "report",
    "rule",
    "withdraw",
]
