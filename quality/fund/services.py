"""A scorecard per quarter that is over: computed by the worker, kept as it was, published at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core import audit, clock, plan
from core.actors import SYSTEM, Actor
from core.acts import Act
from core.config import fund
from core.db import db, unit_of_work
from quality.audit_cases.plan import PART, rules_on
from quality.fund import figures, queries
from quality.fund.models import FundScorecard
from quality.names import STREAM
from quality.periods import ONE_DAY, Period, last_full_quarter


def compute(period: Period, *, by: Actor) -> FundScorecard:
    """A new version where a figure changed; else the one that stands."""
    found = _figures(period)
    before = queries.newest_scorecard(period.name)
    if before is not None and before.figures == found:
        return before
    row = FundScorecard(
        period=period.name, period_until=period.last, version=before.version + 1 if before else 1, figures=found,
        computed_at=clock.now(), computed_by=by.person,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    past = before.figures if before else None
    audit.record(STREAM, Act.FUND_SCORECARD, period.name, by=by, before=past, after=found)
    return row


def compute_when_due() -> None:
    """The job: the last quarter, once it is over; nothing where no plan says what may be shown."""
    with unit_of_work():
        period = last_full_quarter(clock.today(fund().zone))
        if queries.newest_scorecard(period.name) is None and has_rules(period.last):
            compute(period, by=SYSTEM)


def has_rules(day: dt.date) -> bool:
    return any(row.valid_from <= day for row in plan.versions_in_force(PART))


def _figures(period: Period) -> dict[str, Any]:
    minimum = rules_on(period.last).scorecard_minimum
    paid = queries.paid_claims(period)
    received = queries.received([one.claim_id for one in paid])
    zone = fund().zone
    days = [
        (one.paid_on - clock.local_day(received[one.claim_id], zone)).days for one in paid if one.claim_id in received
    ]
    since, until = (dt.datetime.combine(day, dt.time.min, zone) for day in (period.first, period.last + ONE_DAY))
    overturned, denied = queries.denied_lines(since.astimezone(dt.UTC), until.astimezone(dt.UTC))
    wrong, known = queries.double_reviews(period.first, period.last)
    return {
        figures.DAYS: figures.days_figure(days, (1, 2), minimum),
        figures.SLOWEST: figures.days_figure(days, (9, 10), minimum),
        figures.PROMISED: figures.share_figure(sum(one.paid_on <= one.due_on for one in paid), len(paid), minimum),
        figures.OVERTURNED: figures.share_figure(overturned, denied, minimum),
        figures.ERRORS: figures.share_figure(wrong, known, minimum),
    }
