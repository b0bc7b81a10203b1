"""What a score may cost and earn, told to contracts: both together keep the limit of the law (DECISIONS 33)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core import plan
from procurement.kpi.hooks import NO_PARTS
from quality.definitions import QualityPlan
from quality.names import PART


def parts(on: dt.date) -> tuple[Decimal, Decimal]:
    """Per cent of the accepted value (withheld, bonus); nothing until a quality plan is in force."""
    if not any(row.valid_from <= on for row in plan.versions_in_force(PART)):
        return NO_PARTS
    rules: QualityPlan = plan.in_force(PART, on)
    return rules.settlement.withheld * 100, rules.settlement.bonus * 100
