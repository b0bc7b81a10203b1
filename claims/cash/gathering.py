"""Statements of many people at once: a handful of set queries, whatever their number."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from claims.benefit_plan.rows import level_on
from claims.case import CareLevel, Member
from claims.cash import queries
from claims.cash.statement import CashStatement, CashTerms, cash_terms, combined
from claims.encoding import uses_from_texts
from claims.facts import PlanFor, plans
from claims.queries import facts
from core.errors import NotFound
from core.words import _l

COVERED = ("active", "grace")


@dataclass(slots=True)
class Use:
    """What a month's decided claims used of the ceiling, by claim number; `waits`: some of it is not decided."""

    claims: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    waits: bool = False


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def cash_statement(member_number: str, month: dt.date) -> CashStatement:
    """What a member is owed in cash for the month of `month`: live decisions of all their providers count."""
    person = queries.person(member_number)
    if person is None:
        raise NotFound(_l("We know no member with this number."))
    return statements([person], month, plans())[person.id]


def statements(people: Sequence[Any], month: dt.date, plan_for: PlanFor) -> dict[int, CashStatement]:
    """Member → statement; `people` as `queries.assessed` gives them."""
    first, last = month_of(month)
    benefits = plan_for(last)
    terms = cash_terms(benefits)
    ids = [person.id for person in people]
    levels, covers, used = _levels(ids), _covers(ids, terms, first), _used(ids, terms, first, last)
    found = {}
    for person in people:
        days = [day for day in _days(first, last) if _is_covered(covers[person.id], day, person.died_on)]
        who = Member(person.id, None, care_levels=_on_days(levels[person.id], days))
        use = used[person.id]
        statement = combined(terms.limit, who, last, sum(use.claims.values()))
        found[person.id] = replace(
            statement,
            member=person.public_id,
            month=first,
            plan=benefits.version,
            claims=tuple(sorted(use.claims.items())),
            waits=use.waits,
        )
    return found


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=each) for each in range((last - first).days + 1)]


def _levels(ids: Collection[int]) -> Mapping[int, list[CareLevel]]:
    """Care levels by member, the latest first, as deciding reads them."""
    found: dict[int, list[CareLevel]] = defaultdict(list)
    for member_id, _id, _number, _line, _service, level, _quantity, _entitlement, begins, ends in facts.grants(ids):
        if level:
            found[member_id].append(CareLevel(level, begins, ends))
    return found


def _covers(ids: Collection[int], terms: CashTerms, first: dt.date) -> Mapping[int, list[tuple[dt.date, dt.date]]]:
    """First and last covered day of each spell whose package has the ceiling; a waiting period moves the first."""
    spells: dict[tuple[int, int], tuple[dt.date, dt.date]] = {}
    for cover, member_id, package, begins, ends, state, group, until in facts.covers(ids, first):
        if state in COVERED and (not terms.packages or package in terms.packages):
            known, _last = spells.get((member_id, cover), (begins, ends))
            opened = max(known, until) if until is not None and group == terms.waiting_group else known
            spells[member_id, cover] = opened, ends or dt.date.max
    found: dict[int, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    for (member_id, _cover), spell in spells.items():
        found[member_id].append(spell)
    return found


def _is_covered(spells: Iterable[tuple[dt.date, dt.date]], day: dt.date, died_on: dt.date | None) -> bool:
    return (died_on is None or day <= died_on) and any(first <= day <= last for first, last in spells)


def _on_days(levels: Iterable[CareLevel], days: Iterable[dt.date]) -> tuple[CareLevel, ...]:
    """The same levels on these days alone, one spell a day: what was not covered counts for nothing."""
    who = Member(0, None, care_levels=tuple(levels))
    return tuple(CareLevel(level, day, day) for day in days if (level := level_on(who, day)))


def _used(ids: Collection[int], terms: CashTerms, first: dt.date, last: dt.date) -> Mapping[int, Use]:
    found: dict[int, Use] = defaultdict(Use)
    rows = [tuple(row) for row in facts.prior_lines(ids, first, last)]
    for row, entries in zip(rows, uses_from_texts([str(row[-1] or "") for row in rows]), strict=True):
        number, member_id, service, begins, on, state = str(row[2]), row[4], row[5], row[6], row[7], row[-3]
        if state == "pended":
            found[member_id].waits |= service in terms.services and begins <= last and on >= first
            continue
        for entry in entries:
            if entry.key == terms.limit.key and entry.subject_id == member_id and entry.period_start == first:
                found[member_id].claims[number] += entry.amount
    for member_id in queries.undecided(ids, first, last):
        found[member_id].waits = True
    return found
