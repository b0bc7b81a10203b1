"""Checking the records of a period; what found the same as before is not kept twice."""

from __future__ import annotations

from core import clock, plan
from core.db import db
from quality.definitions import QualityPlan
from quality.names import PART
from quality.periods import Period
from quality.record_checks.models import RecordCheck
from quality.record_checks.queries import checks_of, count
from quality.record_checks.terms import CheckTerms


def check_records(period: Period) -> list[RecordCheck]:
    """One statement per check of the plan; what is new stands from now on."""
    rules: QualityPlan = plan.in_force(PART, period.last)
    known = {row.code: row for row in checks_of(period.name)}
    found = [_checked(terms, period) for terms in rules.checks_on(period.last)]
    new = [row for row in found if row.code not in known or _figures(known[row.code]) != _figures(row)]
    db.session.add_all(new)
    db.session.flush()
    return new


def _checked(terms: CheckTerms, period: Period) -> RecordCheck:
    violated, rows = count(terms.violation, period.first, period.last)
    return RecordCheck(
        period=period.name,
        code=terms.id,
        name=terms.name,
        kind=terms.kind.value,
        severity=terms.severity.value,
        threshold=terms.threshold,
        violated=violated,
        rows=rows,
        computed_at=clock.now(),
    )


def _figures(row: RecordCheck) -> tuple[object, ...]:
    return row.name, row.kind, row.severity, row.threshold, row.violated, row.rows
