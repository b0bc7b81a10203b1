"""What is asked: every line of a batch with its day and the plan's row of that day, looked at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from claims.benefit_plan.rows import ServiceRow
from claims.facts.timeline import PlanFor
from claims.filed import Filed
from claims.sent import LineInput


@dataclass(slots=True)
class Asked:
    """`day`: whose plan, contract and tariff count: end, else start, else receipt. `row`: the plan's for that day, None
    where the line names no day or the plan does not know its code."""

    claim: Filed
    line: LineInput
    received_on: dt.date
    day: dt.date
    row: ServiceRow | None


def asked(claims: Sequence[Filed], plan_for: PlanFor, zone: ZoneInfo) -> list[Asked]:
    """The lines of these claims in their order."""
    rows: dict[tuple[str, str, dt.date], ServiceRow | None] = {}
    days: dict[dt.datetime, dt.date] = {}
    found: list[Asked] = []
    for claim in claims:
        received_on = days.get(claim.received_at)
        if received_on is None:
            received_on = days[claim.received_at] = claim.received_at.astimezone(zone).date()
        for line in claim.lines:
            row: ServiceRow | None = None
            day = line.service_until or line.service_from
            if day is not None and line.service:
                key = (line.code_system, line.service, day)
                if key in rows:
                    row = rows[key]
                else:
                    row = rows[key] = plan_for(day).row(line.code_system, line.service, day)
            found.append(Asked(claim, line, received_on, day or received_on, row))
    return found


def rows_met(lines: Sequence[Asked]) -> list[ServiceRow]:
    """The rows of the plan that some line meets, each once."""
    return list({id(each.row): each.row for each in lines if each.row is not None}.values())


def spanned(lines: Sequence[Asked]) -> tuple[set[int], dt.date, dt.date]:
    """Whose dated lines these are, and the first and the last day of care on any of them."""
    members = {each.claim.member_id for each in lines if each.claim.member_id is not None}
    first = min([each.line.service_from or each.day for each in lines])
    return members, first, max([each.day for each in lines])
