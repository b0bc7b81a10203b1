"""What is read about promises in their periods: what is due, what waits for whom, what was missed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager

from core.actors import Actor
from core.among import among
from core.db import db
from procurement.kpi.spans import MONTHS, last_ended
from procurement.models.contract import SIGNED, Contract, ContractIndicator
from procurement.models.kpi import KpiPeriod
from procurement.queries.contracts import known_contracts
from procurement.states.kpi import CLOSED, KPI_PERIOD

OPEN = ("due", "reported", "measured", "missing", "objected")
"""Somebody has to do something."""
STREAK = 3


class ToBegin(NamedTuple):
    """A promise with periods that are over and have no row: the days to cut into periods."""

    promise: ContractIndicator
    first: dt.date
    last: dt.date


def to_begin(today: dt.date) -> list[ToBegin]:
    """In one statement, whatever their number; what is up to date is not read."""
    ended = case({kind: last_ended(kind, today) for kind in MONTHS}, value=ContractIndicator.period)
    last_on = case((Contract.valid_until < today, Contract.valid_until), else_=ended)
    done = select(KpiPeriod.indicator_id, func.max(KpiPeriod.valid_until).label("until"))
    before = done.group_by(KpiPeriod.indicator_id).subquery()
    query = select(ContractIndicator, last_on.label("last"), before.c.until).join(ContractIndicator.contract)
    query = query.outerjoin(before, before.c.indicator_id == ContractIndicator.id)
    query = query.where(
        Contract.state.in_(SIGNED),
        ContractIndicator.followed_from <= last_on,
        Contract.valid_from <= last_on,
        or_(before.c.until.is_(None), before.c.until < last_on),
    )
    eager = contains_eager(ContractIndicator.contract).selectinload(Contract.amendments)
    query = query.options(eager).order_by(Contract.number, ContractIndicator.id)
    found = []
    for promise, last, until in db.session.execute(query):
        first = max(promise.followed_from, promise.contract.valid_from)
        found.append(ToBegin(promise, first if until is None else until + dt.timedelta(days=1), _day(last)))
    return found


def late(today: dt.date, reminder_days: int) -> Sequence[KpiPeriod]:
    """Not reported in time, and not reminded of in the last days."""
    quiet = or_(KpiPeriod.reminded_on.is_(None), KpiPeriod.reminded_on <= today - dt.timedelta(days=reminder_days))
    query = _with_contract().where(KpiPeriod.state == "due", KpiPeriod.report_until < today, quiet)
    return db.session.execute(query.order_by(Contract.number, KpiPeriod.id)).scalars().all()


def to_settle(ended_by: dt.date) -> Sequence[KpiPeriod]:
    """Verified, and the claims of the period had their days to arrive; locked, the oldest period first."""
    query = _with_contract().where(KpiPeriod.state == "verified", KpiPeriod.valid_until <= ended_by)
    query = query.order_by(KpiPeriod.valid_from, KpiPeriod.id).with_for_update(of=KpiPeriod)
    return db.session.execute(query.execution_options(populate_existing=True)).scalars().all()


def period_of(contract: Contract, key: int) -> KpiPeriod | None:
    query = _with_contract().where(KpiPeriod.id == key, ContractIndicator.contract_id == contract.id)
    return db.session.execute(query).scalar_one_or_none()


def locked(row: KpiPeriod) -> KpiPeriod:
    """The row as it is now, for one act at a time."""
    query = _with_contract().where(KpiPeriod.id == row.id).with_for_update(of=KpiPeriod)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def periods_of(contract_id: int) -> Sequence[KpiPeriod]:
    """Of one contract, the newest period first."""
    query = _with_contract().where(ContractIndicator.contract_id == contract_id)
    return db.session.execute(query.order_by(KpiPeriod.valid_until.desc(), KpiPeriod.id)).scalars().all()


def measurable(indicator_ids: Collection[int], first: dt.date, last: dt.date) -> dict[int, KpiPeriod]:
    """Promise → its period inside these days that we may still measure; locked."""
    query = _with_contract().where(
        among(KpiPeriod.indicator_id, list(indicator_ids)),
        KpiPeriod.state.in_(("due", "missing", "measured")),
        KpiPeriod.valid_from >= first,
        KpiPeriod.valid_until <= last,
    )
    rows = db.session.execute(query.with_for_update(of=KpiPeriod)).scalars()
    return {row.indicator_id: row for row in rows}


def newest_closed(indicator_ids: Collection[int]) -> dict[int, list[KpiPeriod]]:
    """Promise → its last three settled periods, the newest first."""
    place = func.row_number().over(partition_by=KpiPeriod.indicator_id, order_by=KpiPeriod.valid_from.desc())
    ranked = select(KpiPeriod.id, place.label("place"))
    ranked = ranked.where(among(KpiPeriod.indicator_id, list(indicator_ids)), KpiPeriod.state.in_(CLOSED))
    some = ranked.subquery()
    query = _with_contract().join(some, some.c.id == KpiPeriod.id).where(some.c.place <= STREAK)
    found: dict[int, list[KpiPeriod]] = defaultdict(list)
    for row in db.session.execute(query.order_by(KpiPeriod.valid_from.desc())).scalars():
        found[row.indicator_id].append(row)
    return found


def waiting(
    who: Actor, states: Collection[str], organisation_id: int | None = None, *, limit: int = 50, offset: int = 0
) -> Sequence[KpiPeriod]:
    """Of contracts that `who` may know, in these states, the oldest period first."""
    query = _known(_with_contract(), who, organisation_id).where(KpiPeriod.state.in_(states))
    query = query.order_by(KpiPeriod.valid_until, Contract.number, KpiPeriod.id).limit(limit).offset(offset)
    return db.session.execute(query).scalars().all()


def counts(
    who: Actor, today: dt.date, organisation_id: int | None = None, *, states: Collection[str] = KPI_PERIOD.states
) -> Mapping[str, int]:
    """State → how many; `late`: those of `due` that nobody reported in time. One statement."""
    state = case((and_(KpiPeriod.state == "due", KpiPeriod.report_until < today), "late"), else_=KpiPeriod.state)
    query = select(state, func.count()).join(KpiPeriod.indicator).join(ContractIndicator.contract)
    query = _known(query, who, organisation_id).where(KpiPeriod.state.in_(states)).group_by(state)
    return {row[0]: row[1] for row in db.session.execute(query)}


def evidence_due(who: Actor, until: dt.date, organisation_id: int | None = None) -> Sequence[KpiPeriod]:
    """To be reported by that day or before."""
    query = _known(_with_contract(), who, organisation_id).where(KpiPeriod.state == "due")
    return db.session.execute(query.where(KpiPeriod.report_until <= until)).scalars().all()


def _with_contract() -> Select[KpiPeriod]:
    query = select(KpiPeriod).join(KpiPeriod.indicator).join(ContractIndicator.contract)
    eager = contains_eager(KpiPeriod.indicator).contains_eager(ContractIndicator.contract)
    return query.options(eager.joinedload(Contract.organisation))


def _known(query: Any, who: Actor, organisation_id: int | None) -> Any:
    query = query.where(*known_contracts(who))
    return query if organisation_id is None else query.where(Contract.organisation_id == organisation_id)


def _day(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
