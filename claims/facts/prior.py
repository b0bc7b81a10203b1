"""What was decided earlier and still counts: only the days that a rule can see from the new lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from claims import encoding
from claims.benefit_plan.rows import ServiceRow
from claims.case import PENDED, PriorLine
from claims.facts.asked import Asked
from claims.queries import facts as queries
from claims.reasons import HELD

WEEK: Final = 7  # days by which a weekly entitlement may reach into the year before or after
STAY: Final = 366  # days by which a stay that began before may end after the line
Spell = tuple[dt.date, dt.date]


def by_household(
    lines: Sequence[Asked], rows: Sequence[ServiceRow], home: dict[int, int], spells: Iterable[Spell]
) -> dict[int, list[PriorLine]]:
    """Live earlier lines of all members of `home` (member → household); `spells`: what limits span besides years."""
    found: dict[int, list[PriorLine]] = {}
    seen = sight(_days(lines), rows, spells)
    if seen is None:
        return found
    stored = {each.claim.id for each in lines if each.claim.version}
    replaced = {each.claim.replaces_claim_id for each in lines if each.claim.replaces_claim_id}
    read = queries.prior_lines(home, *seen, without=stored | replaced)
    uses = encoding.uses_from_texts([row[-1] for row in read])
    for row, use in zip(read, uses, strict=True):
        number, line_no, claim, organisation, member, service, first, day, milli, starts_at, state, headline, _ = row
        line = PriorLine(
            number, line_no, claim, organisation, member, service, first, day, milli, starts_at, state, use
        )
        line.is_reserving = state == PENDED and headline in HELD
        found.setdefault(home[line.member_id], []).append(line)
    return found


def _days(lines: Sequence[Asked]) -> set[dt.date]:
    """As sent."""
    days = {each.line.service_from for each in lines} | {each.line.service_until for each in lines}
    return {day for day in days if day is not None}


def sight(days: Collection[dt.date], rows: Iterable[ServiceRow], spells: Iterable[Spell]) -> Spell | None:
    """First and last day that rules can see: the calendar years of the lines, which hold every window of a day, week,
    month or year; the gaps between services on either side; and the spells of limits that follow no calendar."""
    if not days:
        return None
    reach = dt.timedelta(days=max([WEEK, *[_reach(row) for row in rows]]))
    week = dt.timedelta(days=WEEK)
    first, last = min(days), max(days)
    starts = [_moved(first.replace(month=1, day=1), -week), _moved(first, -reach)]
    ends = [_moved(last.replace(month=12, day=31), week), _moved(last, reach)]
    for begins, until in spells:
        starts.append(begins)
        ends.append(until)
    return min(starts), max(ends)


def _reach(row: ServiceRow) -> int:
    """Days on either side of a line in which another one matters to it."""
    return max(row.frequency_days, row.near_days or 0, _around(row), STAY if row.exclusive else 0)


def _around(row: ServiceRow) -> int:
    """Days around a package in which what it includes is paid with it."""
    return max([row.includes_days, *[package.days for package in row.included_in]])


def _moved(day: dt.date, by: dt.timedelta) -> dt.date:
    """What was sent may be the first or the last day that there is."""
    try:
        return day + by
    except OverflowError:
        return dt.date.min if by < dt.timedelta() else dt.date.max


def has_cover_window(rows: Iterable[ServiceRow]) -> bool:
    """Does a limit count from the first day of a cover? Then the cover is what can be seen."""
    for row in rows:
        periods = [limit.period for limit in (*row.deductibles, *row.gross_ceilings, *row.net_ceilings)]
        periods += [limit.period for limit in row.limits] + [limit.period for limit in row.counts]
        if "cover" in periods:
            return True
    return False
