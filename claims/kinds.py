"""Which kind of claim a claim is: what category limits count (surgery before delivery … before visit)."""

from __future__ import annotations

from collections.abc import Iterable

from claims.benefit_plan.rows import BenefitPlan, ServiceRow
from claims.case import Line

ORDER = ("surgery", "delivery", "antenatal", "hospital_stay", "consultation", "other", "visit")


def kind_of(lines: Iterable[Line], plan: BenefitPlan) -> str:
    """The strongest kind among the live lines of one claim; a claim that names none of them is a visit."""
    found = [_kind(line, row) for line in lines if (row := _row(line, plan)) is not None]
    return min(found, key=ORDER.index, default="visit")


def _row(line: Line, plan: BenefitPlan) -> ServiceRow | None:
    return plan.row(line.code_system, line.service, line.service_on) if line.service else None


def _kind(line: Line, row: ServiceRow) -> str:
    """Care that begins and ends on different days is a stay, unless records of each day or visit prove it."""
    is_stay = line.service_from is not None and line.service_from != line.service_on and not row.match
    return min((row.kind, "hospital_stay"), key=ORDER.index) if is_stay else row.kind
