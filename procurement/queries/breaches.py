"""The register of breaches. `organisation_id` given: that provider's own rows, nobody else's."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select

from core.actors import Actor
from core.among import among
from core.db import db
from procurement.grounds import years_out
from procurement.models.breach import Breach
from procurement.models.contract import Contract
from procurement.models.evaluation import Award
from procurement.models.penalty import ContractPenalty
from procurement.queries.contracts import known_contracts
from procurement.queries.tenders import NOT_SIGNED
from procurement.reserving import years_after
from procurement.states.breach import GROUND


def breach_by_number(number: str, who: Actor, organisation_id: int | None = None) -> Breach | None:
    query = _seen(select(Breach).where(Breach.number == number), who, organisation_id)
    return db.session.execute(query).scalar_one_or_none()


def locked_breach(number: str) -> Breach:
    """The row held until the end of the transaction, as the database has it now."""
    query = select(Breach).where(Breach.number == number).with_for_update(of=Breach)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def breaches(
    who: Actor, organisation_id: int | None = None, *, state: str = "", limit: int = 50, offset: int = 0
) -> Sequence[Breach]:
    """Newest first."""
    query = _seen(select(Breach), who, organisation_id)
    if state:
        query = query.where(Breach.state == state)
    query = query.order_by(Breach.id.desc()).limit(limit).offset(offset)
    return db.session.execute(query).scalars().all()


def breach_count(who: Actor, organisation_id: int | None = None, *, state: str = "") -> int:
    query = _seen(select(func.count(Breach.id)), who, organisation_id)
    if state:
        query = query.where(Breach.state == state)
    return int(db.session.execute(query).scalar_one())


def breaches_of(contract: Contract) -> Sequence[Breach]:
    query = select(Breach).where(Breach.contract_id == contract.id).order_by(Breach.id.desc())
    return db.session.execute(query).scalars().all()


def found_breaches(contract_ids: Collection[int]) -> dict[int, list[Breach]]:
    """Contract id → those that stand, oldest first."""
    found: dict[int, list[Breach]] = defaultdict(list)
    query = select(Breach).where(among(Breach.contract_id, contract_ids), Breach.state == "satisfied")
    for row in db.session.execute(query.order_by(Breach.id)).scalars():
        found[row.contract_id or 0].append(row)
    return found


def sanctions(organisation_ids: Collection[int], on: dt.date, who: Actor) -> Sequence[Breach]:
    """Found and standing, decided in the years in which they may exclude; newest first."""
    since = years_after(on, -years_out(GROUND))
    query = select(Breach).where(Breach.organisation_id.in_(organisation_ids), Breach.state == "satisfied")
    query = _seen(query.where(Breach.decided_at >= dt.datetime.combine(since, dt.time.min, dt.UTC)), who, None)
    return db.session.execute(query.order_by(Breach.id.desc())).scalars().all()


def penalties_of(contract_id: int) -> int:
    """Minor units of all that stand or are under appeal."""
    query = select(func.coalesce(func.sum(Breach.penalty), 0)).where(
        Breach.contract_id == contract_id, Breach.state.in_(("satisfied", "appealed"))
    )
    return int(db.session.execute(query).scalar_one())


def penalty_clause(contract_id: int) -> ContractPenalty | None:
    return db.session.get(ContractPenalty, contract_id)


def to_collect(at: dt.datetime) -> Sequence[str]:
    """Numbers of breaches whose penalty nobody can contest any more."""
    is_final = or_(Breach.appealed_at.is_not(None), Breach.appeal_due_at < at)
    query = select(Breach.number).where(Breach.state == "satisfied", Breach.penalty > 0, Breach.collected_at.is_(None))
    return db.session.execute(query.where(is_final).order_by(Breach.id)).scalars().all()


def waiting(states: Collection[str], who: Actor, organisation_id: int | None = None) -> Sequence[Breach]:
    """Those in these states that `who` may know of, first due first."""
    query = _seen(select(Breach).where(Breach.state.in_(states)), who, organisation_id)
    return db.session.execute(query.order_by(Breach.decision_due_at, Breach.id)).scalars().all()


def breach_of_award(award_id: int) -> Breach | None:
    return db.session.execute(select(Breach).where(Breach.award_id == award_id)).scalar_one_or_none()


def award_of_refusal(number: str) -> Award | None:
    """An award that fell because its winner did not sign."""
    query = select(Award).where(Award.number == number, Award.set_aside_code == NOT_SIGNED)
    return db.session.execute(query).scalar_one_or_none()


def _seen(query: Select[Any], who: Actor, organisation_id: int | None) -> Any:
    known = known_contracts(who)
    if known:
        hidden = select(Contract.id).where(*known)
        query = query.where(or_(Breach.contract_id.is_(None), Breach.contract_id.in_(hidden)))
    return query if organisation_id is None else query.where(Breach.organisation_id == organisation_id)
