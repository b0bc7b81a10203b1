"""A period is over: whoever had a contract in it is asked, and reminded so often as the plan says."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from core import audit, clock, plan
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import bulk_insert, db
from core.errors import NotFound
from core.numbers import numbers
from quality.definitions import Indicator, Sector
from quality.names import PART, STREAM
from quality.periods import Period
from quality.returns import queries, telling
from quality.returns.asked import ONE_DAY, Ask, ReturnsPlan
from quality.returns.models import QualityReturn
from quality.returns.plan import returns_on
from quality.returns.states import RETURN


def ask_due(today: dt.date, *, by: Actor) -> int:
    """How many returns were asked for; a second time on the same day asks for nothing."""
    rules = returns_on(today)
    if rules is None:
        return 0
    made: Counter[int] = Counter()
    for ask in rules.asks:
        made.update(_ask(ask, ask.period_before(today), rules, today, by))
    telling.ask(made)
    return made.total()


def _ask(ask: Ask, period: Period, rules: ReturnsPlan, today: dt.date, by: Actor) -> Sequence[int]:
    """The organisations that are asked now, with all days from now; nobody before the indicator is in force."""
    indicator = definition_of(ask.indicator, period.last)
    if indicator is None:
        return []
    line = "" if indicator.sector is Sector.ALL else indicator.sector.value
    known = queries.asked_already(ask.indicator, period.first)
    owners = [key for key in queries.contract_holders(line, period.first, period.last) if key not in known]
    if not owners:
        return []
    given = numbers("QR", period.last.year, len(owners))
    due_at = end_of(today + rules.due_days * ONE_DAY)
    same = {"version": 1, "indicator": ask.indicator, "valid_from": period.first, "valid_until": period.last}
    same |= {"state": RETURN.initial, "due_at": due_at, "created_at": clock.now()}
    rows = [same | {"number": number, "organisation_id": key} for number, key in zip(given, owners, strict=True)]
    bulk_insert(QualityReturn.__table__, rows)
    after = {"returns": len(rows), "first": given[0], "last": given[-1], "due_at": due_at.isoformat()}
    audit.record(STREAM, Act.RETURNS_ASKED, f"{ask.indicator} {period.name}", by=by, after=after)
    return owners


def remind(today: dt.date, *, by: Actor) -> int:
    """How many drafts were reminded of; a tick that was missed makes no two at once."""
    rules = returns_on(today)
    if rules is None:
        return 0
    quiet = rules.reminder_days * ONE_DAY
    rows = queries.to_remind(end_of(today + quiet), today - quiet, rules.reminders)
    for row in rows:
        row.reminders, row.reminded_on = row.reminders + 1, today
    db.session.flush()
    audit.record_all([audit.Said(STREAM, Act.RETURN_REMINDED, row.number, "", None, _said(row)) for row in rows], by=by)
    telling.remind(rows, clock.now())
    return len(rows)


def _said(row: QualityReturn) -> dict[str, Any]:
    return row.named | {"reminders": row.reminders}


def end_of(day: dt.date) -> dt.datetime:
    """The last microsecond of a fund-local day: what comes then is in time."""
    begins = dt.datetime.combine(day + ONE_DAY, dt.time(), fund().zone)
    return begins.astimezone(dt.UTC) - dt.timedelta(microseconds=1)


def definition_of(indicator: str, day: dt.date) -> Indicator | None:
    """The indicator as in force on the day; None where it is not, or the fund measures nothing yet."""
    try:
        found: Indicator | None = plan.in_force(PART, day).indicator(indicator, day)
    except NotFound:
        return None
    return found
