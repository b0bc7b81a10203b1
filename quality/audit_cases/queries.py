"""Audit cases. Who reads: auditors all of them, a provider its own from the provisional finding on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import selectinload

from core.among import among
from core.db import db
from quality.audit_cases.models import AuditCase, Instalment, Recommendation
from quality.audit_cases.states import AFTER_APPEAL, CLEARING, OPEN, SHOWN_TO_PROVIDER


def audit_case(number: str, organisation_id: int | None = None) -> AuditCase | None:
    """With everything on its page; `organisation_id`: only what this provider may read."""
    query = _seen(select(AuditCase).where(AuditCase.number == number), organisation_id).options(
        selectinload(AuditCase.entries),
        selectinload(AuditCase.recommendations),
        selectinload(AuditCase.instalments),
    )
    return db.session.execute(query).scalar_one_or_none()


def locked_case(number: str) -> AuditCase:
    """The row held until the end of the transaction, as the database has it now."""
    query = select(AuditCase).where(AuditCase.number == number).with_for_update(of=AuditCase)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def audit_cases(
    *, states: Collection[str] = (), organisation_id: int | None = None, limit: int = 100, offset: int = 0
) -> Sequence[AuditCase]:
    """Someone's safety first, then open ones, then the newest."""
    query = _chosen(select(AuditCase), states, organisation_id)
    urgent = AuditCase.is_safeguarding & AuditCase.state.in_(OPEN)
    order = (~urgent, AuditCase.state == "closed", AuditCase.opened_at.desc(), AuditCase.id.desc())
    return db.session.execute(query.order_by(*order).limit(limit).offset(offset)).scalars().all()


def count_cases(states: Collection[str], organisation_id: int | None = None) -> int:
    count: int = db.session.execute(_chosen(select(func.count(AuditCase.id)), states, organisation_id)).scalar_one()
    return count


def cases_of_provider(
    organisation_id: int, states: Collection[str] = SHOWN_TO_PROVIDER, *, limit: int = 100, offset: int = 0
) -> Sequence[AuditCase]:
    """What a provider may read of itself, the newest first."""
    query = _seen(select(AuditCase), organisation_id).where(AuditCase.state.in_(states))
    query = query.options(selectinload(AuditCase.recommendations)).order_by(AuditCase.id.desc())
    return db.session.execute(query.limit(limit).offset(offset)).scalars().all()


def appealed_cases(states: Collection[str] = AFTER_APPEAL, *, limit: int = 100, offset: int = 0) -> Sequence[AuditCase]:
    """What a third person may read: cases with an appeal, those to rule on first."""
    query = select(AuditCase).where(AuditCase.appealed_at.is_not(None), AuditCase.state.in_(states))
    query = query.options(selectinload(AuditCase.recommendations))
    query = query.order_by(AuditCase.state != "appealed", AuditCase.id.desc()).limit(limit).offset(offset)
    return db.session.execute(query).scalars().all()


def cases_by_state(organisation_id: int | None = None, *, is_appealed: bool = False) -> dict[str, int]:
    """How many there are; `organisation_id`: of what this provider may read, `is_appealed`: of cases with an appeal."""
    query = _seen(select(AuditCase.state, func.count()), organisation_id).group_by(AuditCase.state)
    if is_appealed:
        query = query.where(AuditCase.appealed_at.is_not(None))
    return dict(db.session.execute(query).all())


def open_questions(period: str) -> set[tuple[int, str]]:
    """(organisation, indicator) with a case on that period, open or answered: the alert has been looked at."""
    query = select(AuditCase.organisation_id, AuditCase.indicator).where(AuditCase.period == period)
    return {(row[0], row[1]) for row in db.session.execute(query)}


def open_safeguarding(organisation_ids: Collection[int]) -> dict[int, str]:
    """Organisation → a case about someone's safety that is found, provisionally or for good, and not closed."""
    found = or_(
        AuditCase.state.in_(("provisional", "replied")) & AuditCase.provisional.not_in(CLEARING),
        (AuditCase.state == "appealed") & AuditCase.finding.not_in(CLEARING),
        _against("improve", "recover"),
    )
    return _numbers(organisation_ids, AuditCase.is_safeguarding & found)


def refused_audits(organisation_ids: Collection[int]) -> dict[int, str]:
    """Organisation → a case decided because it refused the audit, until it is closed."""
    return _numbers(organisation_ids, _against("refused"))


def is_asked(source: str, reference: str) -> bool:
    query = select(AuditCase.id).where(AuditCase.source == source, AuditCase.source_reference == reference)
    return db.session.execute(query.limit(1)).first() is not None


def to_recover(at: dt.datetime, today: dt.date) -> Sequence[str]:
    """Numbers of final decisions with a part that is due."""
    due = exists().where(Instalment.case_id == AuditCase.id, Instalment.posted_at.is_(None), Instalment.due_on <= today)
    query = select(AuditCase.number).where(AuditCase.state == "decided", final_at(at), due)
    return db.session.execute(query.order_by(AuditCase.id)).scalars().all()


def recommendations_due(until: dt.date, limit: int = 20) -> Sequence[Recommendation]:
    """Reported and not checked, or due and not reported; the first due first."""
    query = (
        select(Recommendation)
        .join(Recommendation.case)
        .where(
            AuditCase.state == "decided",
            Recommendation.is_met.is_(None),
            or_(Recommendation.reported_at.is_not(None), Recommendation.due_on <= until),
        )
    )
    return db.session.execute(query.order_by(Recommendation.due_on, Recommendation.id).limit(limit)).scalars().all()


def final_at(at: dt.datetime) -> ColumnElement[bool]:
    """Nobody can contest it any more; `AuditCase.is_final` says the same of one row."""
    return or_(AuditCase.accepted_at.is_not(None), AuditCase.ruled_at.is_not(None), AuditCase.appeal_due_at < at)


def _against(*findings: str) -> Any:
    return (AuditCase.state == "decided") & AuditCase.finding.in_(findings)


def _numbers(organisation_ids: Collection[int], condition: Any) -> dict[int, str]:
    query = select(AuditCase.organisation_id, AuditCase.number)
    query = query.where(among(AuditCase.organisation_id, organisation_ids), condition).order_by(AuditCase.id.desc())
    return dict(db.session.execute(query).all())


def _chosen(query: Any, states: Collection[str], organisation_id: int | None) -> Any:
    if states:
        query = query.where(AuditCase.state.in_(states))
    return query if organisation_id is None else query.where(AuditCase.organisation_id == organisation_id)


def _seen(query: Any, organisation_id: int | None) -> Any:
    if organisation_id is None:
        return query
    return query.where(AuditCase.organisation_id == organisation_id, AuditCase.state.in_(SHOWN_TO_PROVIDER))
