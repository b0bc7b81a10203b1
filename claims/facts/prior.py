"""What was decided earlier and still counts: only the days that a rule can see from the new lines."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from claims import encoding
from claims.benefit_plan.rows import ServiceRow
from claims.case import PENDED, PriorLine
from claims.facts.timeline import RowOf
from claims.filed import Filed
from claims.queries import facts as queries
from claims.reasons import HELD

WEEK = 7  # days by which a weekly entitlement may reach into the year before or after
Spell = tuple[dt.date, dt.date]


def by_household(
    claims: Sequence[Filed], row_of: RowOf, home: dict[int, int], spells: Iterable[Spell]
) -> dict[int, list[PriorLine]]:
    """Live earlier lines of all members of `home` (member → household); `spells`: what limits span besides years."""
    found: dict[int, list[PriorLine]] = defaultdict(list)
    stored = {claim.id for claim in claims if claim.version}
    replaced = {claim.replaces_claim_id for claim in claims if claim.replaces_claim_id}
    seen = sight(claims, rows_of(claims, row_of), spells)
    if seen is None:
        return found
    rows = queries.prior_lines(home, *seen, without=stored | replaced)
    uses = encoding.uses_from_texts([row[-1] for row in rows])
    for row, use in zip(rows, uses, strict=True):
        state, headline = row[-3], row[-2]
        line: Any = (*row[:-2], use, state == PENDED and headline in HELD)  # in the order of the fields of PriorLine
        found[home[row[4]]].append(PriorLine(*line))
    return found


def rows_of(claims: Iterable[Filed], row_of: RowOf) -> list[ServiceRow]:
    """The rows of the plan that some line meets, each once."""
    found = (row_of(line) for claim in claims for line in claim.lines)
    return list({id(row): row for row in found if row is not None}.values())


def sight(claims: Sequence[Filed], rows: Iterable[ServiceRow], spells: Iterable[Spell]) -> Spell | None:
    """First and last day that rules can see: the calendar years of the lines, which hold every window of a day, week,
    month or year; the gaps between services on either side; and the spells of limits that follow no calendar."""
    days = [day for claim in claims for line in claim.lines for day in (line.service_from, line.service_until) if day]
    if not days:
        return None
    reach = dt.timedelta(days=max([WEEK, *(max(row.frequency_days, _around(row)) for row in rows)]))
    week = dt.timedelta(days=WEEK)
    first, last = min(days), max(days)
    starts = [_moved(first.replace(month=1, day=1), -week), _moved(first, -reach)]
    ends = [_moved(last.replace(month=12, day=31), week), _moved(last, reach)]
    for begins, until in spells:
        starts.append(begins)
        ends.append(until)
    return min(starts), max(ends)


def _around(row: ServiceRow) -> int:
    """Days around a package in which what it includes is paid with it."""
    return max([row.includes_days, *(package.days for package in row.included_in)])


def _moved(day: dt.date, by: dt.timedelta) -> dt.date:
    """What was sent may be the first or the last day that there is."""
    try:
        return day + by
    except OverflowError:
        return dt.date.min if by < dt.timedelta() else dt.date.max


def has_cover_window(rows: Iterable[ServiceRow]) -> bool:
    """Does a limit count from the first day of a cover? Then the cover is what can be seen."""
    return any(
        limit.period == "cover"
        for row in rows
        for limits in (row.limits, row.counts, row.deductibles, row.gross_ceilings, row.net_ceilings)
        for limit in limits
    )
