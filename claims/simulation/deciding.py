"""One part of a simulation: households by the hundred, each decided twice, counted and forgotten."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from claims.case import ClaimDecision, LineDecision
from claims.facts import PlanFor
from claims.filed import Filed
from claims.redecisions.deciding import decide_again, gather
from claims.simulation import queries
from claims.simulation.tally import Tally

HOUSEHOLDS = 200  # in memory at a time
AGES = (3, 6, 18, 40, 65, 80)  # first year of the next group
LARGEST_HOUSEHOLD = 6  # and larger


@dataclass(frozen=True, slots=True)
class Question:
    """Which service dates are compared, decided by which plan now and by which then."""

    first_on: dt.date
    last_on: dt.date
    now: PlanFor
    then: PlanFor
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Compared:
    """One line decided twice. `groups`: its group in each dimension."""

    claim_id: int
    line_no: int
    member_id: int
    groups: Mapping[str, str]
    now: LineDecision
    then: LineDecision


def tally_part(question: Question, first: int, last: int) -> Tally:
    """All households between two ids; memory does not grow with their number."""
    tally, after = Tally(), first - 1
    while ids := queries.households_claiming(question.first_on, after, last, HOUSEHOLDS):
        after = ids[-1]
        _count(tally, list(compare(question, ids)))
    return tally


def compare(question: Question, household_ids: Sequence[int]) -> Iterator[Compared]:
    """Every line of these households with a service date in the window, decided now and then."""
    again = gather(dict.fromkeys(household_ids, question.first_on))
    now = decide_again(again, question.now, question.zone)
    then = decide_again(again, question.then, question.zone)
    groups = _groups(household_ids, question.first_on)
    for claim in again.claims:
        yield from _lines(claim, now[claim.id], then[claim.id], groups, question)


def _lines(
    claim: Filed, now: ClaimDecision, then: ClaimDecision, groups: Mapping[int, Mapping[str, str]], question: Question
) -> Iterator[Compared]:
    if claim.member_id is None:
        return
    received_on = claim.received_at.astimezone(question.zone).date()
    lines = sorted(claim.lines, key=lambda line: line.line_no)
    for line, was, will in zip(lines, now.lines, then.lines, strict=True):
        day = line.service_until or line.service_from or received_on
        if question.first_on <= day <= question.last_on:
            own = {"service": line.service, **groups[claim.member_id]}
            yield Compared(claim.id, line.line_no, claim.member_id, own, was, will)


def _groups(household_ids: Sequence[int], on: dt.date) -> dict[int, dict[str, str]]:
    """Member → age group on the first day, district and size of the household."""
    rows = queries.people(household_ids)
    sizes: dict[int, int] = defaultdict(int)
    for row in rows:
        sizes[row.household_id] += 1
    return {
        row.id: {"age": age_group(row.born_on, on), "district": row.district, "size": _size(sizes[row.household_id])}
        for row in rows
    }


def age_group(born_on: dt.date | None, on: dt.date) -> str:
    """“18–39”; two digits first, so that groups sort by age. Empty: nobody knows."""
    if born_on is None:
        return ""
    years = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    first = max((age for age in AGES if age <= years), default=0)
    later = [age for age in AGES if age > years]
    return f"{first:02d}–{later[0] - 1:02d}" if later else f"{first}+"


def _size(people: int) -> str:
    return str(people) if people < LARGEST_HOUSEHOLD else f"{LARGEST_HOUSEHOLD}+"


def _count(tally: Tally, lines: Sequence[Compared]) -> None:
    """A person's lines are all of one household, so people can be counted here and forgotten."""
    people: dict[tuple[str, str, int], int] = defaultdict(int)
    for line in lines:
        for place in (("", ""), *line.groups.items()):
            tally.cells[place].add_line(line.now, line.then)
            people[*place, line.member_id] += line.then.benefit - line.now.benefit
    for (dimension, group, _member), difference in people.items():
        tally.cells[dimension, group].add_person(difference)
