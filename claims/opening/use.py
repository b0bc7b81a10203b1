"""Use of limits: so much of a member's or household's limit was used up before, in this window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from claims import facts
from claims.benefit_plan.rows import BenefitPlan, ServiceRow, period_start
from claims.models.opening import OpeningFile, OpeningUse
from claims.opening.kinds import Cells, Kind
from claims.queries import opening as queries
from core import events
from core.actors import Actor
from core.config import fund
from core.db import bulk_insert
from core.errors import DomainError, InputErrors
from core.money import from_decimal
from core.words import _l
from members import queries as members

CHANGED = "claims.opening_changed"


@dataclass(frozen=True, slots=True)
class Used:
    """`amount`: minor units, thousandths or a count, by `unit`."""

    member_id: int | None
    household_id: int | None
    key: str
    scope: str
    period_start: dt.date
    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class Limit:
    scope: str
    period: str
    unit: str


def judge(rows: Sequence[Cells]) -> Callable[[Cells], Used]:
    people = members.known_members({row["member_number"] for row in rows if row["member_number"]})
    homes = members.household_ids({row["household_number"] for row in rows if row["household_number"]})
    plan_for = facts.plans()
    seen: set[tuple[Any, ...]] = set()

    def row(cells: Cells) -> Used:
        day = cells["window_from"]
        limit = _limit(plan_for(day), cells["limit"], day)
        member, home = people.get(cells["member_number"] or ""), homes.get(cells["household_number"] or "")
        member_id, household_id = (None, home) if limit.scope == "household" else (member.id if member else None, None)
        if limit.scope == "household" and home is None:
            message = _l("This limit belongs to a household. We know none with this number.")
            raise InputErrors.at("household_number", message, cells["household_number"])
        if limit.scope != "household" and member is None:
            message = _l("This limit belongs to a member. We know none with this number.")
            raise InputErrors.at("member_number", message, cells["member_number"])
        found = Used(member_id, household_id, cells["limit"], limit.scope, day, limit.unit, _amount(cells, limit.unit))
        place = (member_id, household_id, found.key, day)
        if place in seen:
            raise InputErrors.at("limit", _l("This limit stands further up in the file already."), cells["limit"])
        seen.add(place)
        return found

    return row


def _limit(plan: BenefitPlan, key: str, day: dt.date) -> Limit:
    limits = _limits(plan)
    if key not in limits:
        some = ", ".join(sorted(limits)[:5])
        message = _l("The plan of that day has no such limit. It has for example %(some)s.", some=some)
        raise InputErrors.at("limit", message, key)
    limit = limits[key]
    first = period_start(limit.period, day, None)
    if limit.period != "cover" and first != day:
        message = _l("The window of this limit begins on %(day)s.", day=first.isoformat())
        raise InputErrors.at("window_from", message, day)
    return limit


def _limits(plan: BenefitPlan) -> dict[str, Limit]:
    """Every limit of the plan that lasts longer than one claim."""
    return {key: limit for row in plan.services() for key, limit in limits_of(row).items() if limit.scope != "claim"}


def limits_of(row: ServiceRow) -> dict[str, Limit]:
    """The limits that a service meets, by their key."""
    found = {each.key: Limit("member", each.period, "quantity") for each in row.limits}
    found |= {each.key: Limit("member", each.period, "count") for each in row.counts}
    for money in (*row.deductibles, *row.gross_ceilings, *row.net_ceilings):
        found[money.key] = Limit(money.scope, money.period, "money")
    if row.entitlement:
        found[f"entitlement:{row.entitlement}"] = Limit("member", "week", "quantity")
        found[f"absence:{row.entitlement}"] = Limit("member", "year", "count")
    return found


def _amount(cells: Cells, unit: str) -> int:
    """Major units of money, units of a quantity, or a whole number; above 0."""
    text = cells["used"]
    try:
        if unit == "money":
            amount = from_decimal(text, fund().currency.exponent)
        else:
            exact = Decimal(text) * (1000 if unit == "quantity" else 1)
            amount = int(exact)
            if amount != exact:
                raise InvalidOperation
    except (DomainError, InvalidOperation) as error:
        raise InputErrors.at("used", _l("Write a number, like 12 or 12.5."), text) from error
    if amount <= 0:
        raise InputErrors.at("used", _l("Only what was used comes in: write a number above 0."), text)
    return amount


def write(file: OpeningFile, rows: Sequence[Used], by: Actor) -> None:  # noqa: ARG001 - every kind takes the same
    names = ("member_id", "household_id", "key", "scope", "period_start", "unit", "amount")
    fixed = {"opening_file_id": file.id, "grant_id": None}
    values = [{**fixed, **{name: getattr(row, name) for name in names}} for row in rows]
    bulk_insert(OpeningUse.__table__, values)
    _tell(file, rows)


def undo(file: OpeningFile, by: Actor) -> None:  # noqa: ARG001
    """The rows stay where they are; with their file they count no more."""
    _tell(file, queries.rows_of(file.id))


def _tell(file: OpeningFile, rows: Iterable[Any]) -> None:
    """Who is decided again because a limit is another one."""
    listed = list(rows)
    homes = {row.household_id for row in listed if row.household_id is not None}
    people = {row.member_id for row in listed if row.member_id is not None} | set(queries.members_of(homes))
    if people:
        first = min(row.period_start for row in listed)
        events.publish(CHANGED, file.number, effective_from=first, data={"member_ids": sorted(people)})


KIND = Kind("use", _l("Use of limits"), judge, write, undo)
