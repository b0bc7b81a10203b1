"""Closing visits: what they are compared with, put together; judged and stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from care import queries
from care.checks import Found
from care.checks.visits import Beside, judge
from care.models import Visit
from care.plan import CarePlan
from care.services.closing.storing import store_facts

ONE = dt.timedelta(days=1)


def close(days: Any, plan: CarePlan | None, mine: Collection[int] | None) -> tuple[set[Any], list[Found]]:
    """A visit of the evening before may run into the first day, so the days around are read and judged too; of them
    only what stands inside is stored."""
    rows = queries.closing.visits(days.first - ONE, days.last + ONE, mine)
    if not rows:
        return set(), []
    facts, found = judge(rows, _beside(rows, days.first, days.last, plan), plan)
    inside: list[Any] = []
    around: list[Any] = []
    for row in rows:
        (inside if days.first <= row.service_on <= days.last else around).append(row)
    edge = [row for row in around if facts[row.id].more["overlaps_visit_id"]]
    touched = store_facts(Visit, inside, facts, mine)
    touched |= store_facts(Visit, edge, facts, ())  # around them only a new overlap is certain
    return touched, found


def _beside(rows: Any, first: dt.date, last: dt.date, plan: CarePlan | None) -> Beside:
    people = queries.closing.people({row.member_id for row in rows})
    grants, lines = queries.closing.grants(first, last), queries.closing.lines_of_services()
    kinds = plan.one_at_a_time if plan is not None else ()

    def valid(member_id: int, day: dt.date) -> list[Any]:
        return [row for row in grants.get(member_id, ()) if row.valid_from <= day <= row.valid_until]

    return Beside(
        districts={id_: row.district for id_, row in people.items()},
        deaths={id_: row.died_on for id_, row in people.items() if row.died_on is not None},
        stays=queries.closing.away(first, last, kinds),
        workers=lambda member_id, day: max((row.workers for row in valid(member_id, day)), default=1),
        is_granted=lambda member_id, service, day: any(
            row.service_line == lines.get(service) and row.service in ("", service) for row in valid(member_id, day)
        ),
    )
