"""Checking the records of a period; what found the same as before is not kept twice."""

from __future__ import annotations

from core import clock, plan
from core.db import db
from quality.definitions import QualityPlan
from quality.names import PART
from quality.periods import Period
from quality.record_checks.models import RecordCheck
from quality.record_checks.queries import Counted, checks_of, counted
from quality.record_checks.terms import CheckTerms


def check_records(period: Period) -> list[RecordCheck]:
    """The checks of the plan; what is new stands from now on."""
    rules: QualityPlan = plan.in_force(PART, period.last)
    known = {row.code: row for row in checks_of(period.name)}
    checks = rules.checks_on(period.last)
    figures = counted([terms.violation for terms in checks], period.first, period.last)
    found = [_checked(terms, period, figures[terms.violation]) for terms in checks]
    new = [row for row in found if row.code not in known or _figures(known[row.code]) != _figures(row)]
    db.session.add_all(new)
    db.session.flush()
    return new


def _checked(terms: CheckTerms, period: Period, figures: Counted) -> RecordCheck:
    return RecordCheck(
        period=period.name,
        code=terms.id,
        name=terms.name,
        kind=terms.kind.value,
        severity=terms.severity.value,
        threshold=terms.threshold,
        violated=figures.violated,
        rows=figures.rows,
        computed_at=clock.now(),
    )


def _figures(row: RecordCheck) -> tuple[object, ...]:
    return row.name, row.kind, row.severity, row.threshold, row.violated, row.rows
