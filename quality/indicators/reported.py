"""What providers report and members answer: verified returns (C-02, C-07, X-01, X-02, X-04 to X-06), the survey (X-08).

A return counts once it is verified and came in time, or was excused. Without one a provider has no row, and without
any the indicator has no source. A row of evidence names the return and the place of its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from core import clock
from core.config import fund
from quality.cases import case_frame
from quality.definitions import Indicator
from quality.indicators.records import Records
from quality.returns import queries
from quality.returns.asked import Ask, ReturnsPlan, Table
from quality.returns.models import QualityReturn
from quality.returns.plan import returns_on
from quality.returns.services.judging import seen_of
from quality.returns.standing import asked_in
from quality.returns.survey import ITEMS
from quality.returns.tables import counted

KINDS = {Table.HOURS: "worker", Table.STAFF: "worker", Table.INCIDENTS: "incident", Table.FACTS: "provider"}


def rows(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """C-02, X-02: a worker's hours; X-01: a worker of the baseline; X-04, X-06: a provider's figures."""
    return _frame([case for row, ask, rules in _returns(indicator, records) for case in _cases(row, ask, rules)])


def votes(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """X-05: as many nameless rows as members may vote, so that their number gives the interval."""
    cases = [
        case | {"subject": f"{case['evidence_reference']}/{place}", "subject_kind": "member",
                "is_numerator": place <= case["met"], "quantity": 1.0, "met": float(place <= case["met"])}
        for row, ask, rules in _returns(indicator, records)
        for case in _cases(row, ask, rules)
        for place in range(1, int(case["quantity"]) + 1)
    ]  # fmt: skip
    return _frame(cases)


def incidents(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """C-07: one row per incident, and one per return with the child-days of its quarter from our own attendance.

    That row has a finding where nothing was reported and claims speak of injuries.
    """
    found = _returns(indicator, records)
    days = {
        row.valid_from: queries.child_days(row.valid_from, row.valid_until, records.at) for row, _ask, _rules in found
    }
    hurt = {row.valid_from: _hurt(row, rules) for row, _ask, rules in found}
    exposure = [
        _case(
            row, "provider", row.number, Decimal(days[row.valid_from].get(row.organisation_id, 0)), Decimal(0),
            "silent" if not row.rows and row.organisation_id in hurt[row.valid_from] else "",
        )
        for row, _ask, _rules in found
    ]  # fmt: skip
    return _frame([*exposure, *(case for row, ask, rules in found for case in _cases(row, ask, rules))])


def _hurt(row: QualityReturn, rules: ReturnsPlan) -> set[int]:
    found = queries.injuries(row.valid_from, row.valid_until, rules.incident.injury_codes)
    return {one.organisation_id for one in found}


def answers(_indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """X-08: one row per valid answer; in the numerator the best boxes. Strata: age, need, proxy, mode."""
    rules = returns_on(records.period.last)
    said = queries.answers(records.period.first, records.until) if rules else ()
    if rules is None or not said:
        return None
    top = rules.survey.top_from
    return _frame([
        {
            "organisation_id": one.organisation_id, "subject_kind": "answer", "subject": one.code,
            "is_numerator": points >= top, "quantity": 1.0, "met": float(points >= top),
            "stratum": f"{one.age_band} {one.need} {'proxy' if one.is_proxy else 'own'} {one.mode}".strip()[:40],
            "evidence_on": one.answered_on, "evidence_kind": "answer", "evidence_reference": one.code,
            "finding": "" if points >= top else "not_content",
        }
        for one in said
        for item in ITEMS
        if (points := getattr(one, item)) is not None
    ])  # fmt: skip


def _returns(indicator: Indicator, records: Records) -> list[tuple[QualityReturn, Ask, ReturnsPlan]]:
    rows = queries.verified(indicator.id, records.period.first, records.period.last)
    return [(row, *asked_in(row)) for row in rows if row.counts and row.organisation_id in records.providers]


def _cases(row: QualityReturn, ask: Ask, rules: ReturnsPlan) -> Iterator[dict[str, Any]]:
    """The rows as their papers show them, cut where the plan cuts; an incident is of its own day."""
    kept = 1 - (row.deduction or Decimal(0))
    for one in counted(ask, [seen_of(said, ask) for said in row.rows], rules):
        met = one.met if ask.table in (Table.STAFF, Table.INCIDENTS) else one.met * kept
        subject = f"{row.number}/{one.subject}" if ask.table is Table.INCIDENTS else one.subject
        day = clock.local_day(one.happened_at, fund().zone) if one.happened_at else row.valid_until
        yield _case(row, KINDS[ask.table], subject, one.quantity, met, one.finding) | {"evidence_on": day}


def _case(
    row: QualityReturn, kind: str, subject: str, quantity: Decimal, met: Decimal, finding: str = ""
) -> dict[str, Any]:
    return {
        "organisation_id": row.organisation_id, "subject_kind": kind, "subject": subject,
        "is_numerator": met > 0, "quantity": float(quantity), "met": float(met), "evidence_on": row.valid_until,
        "evidence_kind": "return", "evidence_reference": row.number,
        "worker": subject if kind == "worker" else "", "finding": finding,
    }  # fmt: skip


def _frame(cases: Sequence[dict[str, Any]]) -> pl.DataFrame | None:
    return case_frame(pl.DataFrame(list(cases))) if cases else None
