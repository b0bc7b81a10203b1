"""What was decided earlier and still counts: only the days that a rule can see from the new lines."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from claims import encoding
from claims.benefit_plan.rows import ServiceRow
from claims.case import PriorLine, UseEntry
from claims.filed import Filed
from claims.intake.values import LineInput
from claims.queries import facts as queries

WEEK = 7  # days by which a weekly entitlement may reach into the year before or after
RowOf = Callable[[LineInput], ServiceRow | None]
Spell = tuple[dt.date, dt.date]


def by_household(
    claims: Sequence[Filed], row_of: RowOf, home: dict[int, int], spells: Iterable[Spell]
) -> dict[int, list[PriorLine]]:
    """Live earlier lines of all members of `home` (member → household); `spells`: what limits span besides years."""
    found: dict[int, list[PriorLine]] = defaultdict(list)
    stored = {claim.id for claim in claims if claim.version}
    replaced = {claim.replaces_claim_id for claim in claims if claim.replaces_claim_id}
    seen = sight(claims, row_of, spells)
    if seen is None:
        return found
    for row in queries.prior_lines(home, *seen, without=stored | replaced):
        found[home[row.member_id]].append(_prior(row))
    return found


def sight(claims: Sequence[Filed], row_of: RowOf, spells: Iterable[Spell]) -> Spell | None:
    """First and last day that rules can see: the calendar years of the lines, which hold every window of a day, week,
    month or year; the gaps between services on either side; and the spells of limits that follow no calendar."""
    days = [day for claim in claims for line in claim.lines for day in (line.service_from, line.service_until) if day]
    if not days:
        return None
    rows = [row for claim in claims for line in claim.lines if (row := row_of(line)) is not None]
    reach = dt.timedelta(days=max([WEEK, *(row.frequency_days for row in rows)]))
    first, last = min(days), max(days)
    starts = [first.replace(month=1, day=1) - dt.timedelta(days=WEEK), first - reach]
    ends = [last.replace(month=12, day=31) + dt.timedelta(days=WEEK), last + reach]
    for begins, until in spells:
        starts.append(begins)
        ends.append(until)
    return min(starts), max(ends)


def has_cover_window(claims: Sequence[Filed], row_of: RowOf) -> bool:
    """Does a limit count from the first day of a cover? Then the cover is what can be seen."""
    return any(
        limit.period == "cover"
        for claim in claims
        for line in claim.lines
        if (row := row_of(line)) is not None
        for limits in (row.limits, row.counts, row.deductibles, row.gross_ceilings, row.net_ceilings)
        for limit in limits
    )


def _prior(row: Any) -> PriorLine:
    on = row.service_until or row.service_from or row.received_at.date()
    return PriorLine(
        row.claim_id,
        row.line_no,
        row.number,
        row.organisation_id,
        row.member_id,
        row.service,
        row.service_from or on,
        on,
        row.quantity_milli,
        row.starts_at,
        row.state,
        _use(row.use),
    )


def _use(stored: Collection[Any]) -> tuple[UseEntry, ...]:
    return tuple([encoding.use_from_json(entry) for entry in stored]) if stored else ()
