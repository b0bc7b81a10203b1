"""F5 to F7: refused attempts at being both pairs of eyes, many records read in a day, decisions at odd hours."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence, Sized
from typing import Any, NamedTuple

from core.words import _l
from quality.desk.plan import Terms
from quality.desk.queries import acts
from quality.desk.queries.acts import Entry
from quality.desk.screens.screen import Found, Hit, furthest_first, refs, screen
from quality.desk.window import Window

SATURDAY = 5


class Acts(NamedTuple):
    """Entries of the trail, and the window that knows the fund's time."""

    entries: Sequence[Entry]
    window: Window

    def local(self, entry: Entry) -> dt.datetime:
        return entry.at.astimezone(self.window.zone)


def read_refused(window: Window, _terms: Terms) -> Acts:
    return Acts(acts.entries(window, acts.REFUSED), window)


@screen(
    "F5",
    reads=read_refused,
    text=_l("%(attempts)s attempts to do what a second person must do, on %(places)s pages; the last on %(last_on)s."),
)
def both_pairs_of_eyes(found: Acts, terms: Terms) -> Found:
    """One hit per person who tried, and was refused, at least `threshold` times."""
    by_person = _by_person(found.entries)
    hits = [_attempts(person, rows, found) for person, rows in by_person.items() if len(rows) >= terms.threshold]
    return Found(len(by_person), furthest_first(hits))


def _attempts(person: str, rows: Sequence[Entry], found: Acts) -> Hit:
    places = sorted({row.subject for row in rows})
    figures = {"attempts": len(rows), "places": len(places), "last_on": found.local(rows[-1]).date().isoformat()}
    return Hit(None, person, float(len(rows)), 0, figures, refs("act", places))


def read_reads(window: Window, _terms: Terms) -> Acts:
    return Acts(acts.entries(window, acts.READS), window)


@screen(
    "F6",
    reads=read_reads,
    text=_l("%(most)s personal records or restricted papers read on %(most_on)s; %(all)s in all on %(days)s days."),
)
def reads_much(found: Acts, terms: Terms) -> Found:
    """One hit per person whose busiest day reaches the threshold; the same record counts once a day."""
    by_person = _by_person(found.entries)
    hits = []
    for person, rows in by_person.items():
        days: dict[dt.date, set[str]] = defaultdict(set)
        for row in rows:
            days[found.local(row).date()].add(row.subject)
        most_on = max(days, key=lambda day: (len(days[day]), day))
        if len(days[most_on]) >= terms.threshold:
            figures = {"most": len(days[most_on]), "most_on": most_on.isoformat(), "all": len(rows), "days": len(days)}
            hits.append(_hit(person, len(days[most_on]), by_person, figures, days[most_on]))
    return Found(len(by_person), furthest_first(hits))


def read_decisions(window: Window, terms: Terms) -> Acts:
    return Acts(acts.entries(window, terms.acts), window)


@screen(
    "F7",
    reads=read_decisions,
    text=_l("%(odd)s of %(all)s decisions at night or on a weekend (%(odd_share)s); the last on %(last_on)s."),
)
def odd_hours(found: Acts, terms: Terms) -> Found:
    """One hit per person with `threshold` decisions before the first hour, from the last on, or on a weekend."""
    by_person = _by_person(found.entries)
    hits = []
    for person, rows in by_person.items():
        odd = [row for row in rows if _is_odd(found.local(row), terms)]
        if len(odd) >= terms.threshold:
            last_on = found.local(odd[-1]).date().isoformat()
            figures = {"odd": len(odd), "all": len(rows), "odd_share": len(odd) / len(rows), "last_on": last_on}
            hits.append(_hit(person, len(odd), by_person, figures, {row.subject for row in odd}))
    return Found(len(by_person), furthest_first(hits))


def _is_odd(at: dt.datetime, terms: Terms) -> bool:
    is_daytime = terms.numbers["first_hour"] <= at.hour < terms.numbers["last_hour"]
    return at.weekday() >= SATURDAY or not is_daytime


def _by_person(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.person].append(entry)
    return found


def _hit(person: str, count: int, people: Sized, figures: dict[str, Any], subjects: Iterable[str]) -> Hit:
    return Hit(None, person, float(count), len(people) - 1, figures, refs("act", sorted(subjects)))
