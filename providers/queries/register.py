"""The register as a list: who stands how on a day, and what waits for the registrar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, selectinload

from core.db import db
from core.organisations import Organisation
from providers.models import (
    Accreditation,
    Authorisation,
    CompletionRequest,
    Provider,
    ProviderDocument,
    ProviderServiceLine,
    Renewal,
    RequirementMet,
    Site,
    SseAssessment,
    Succession,
    Suspension,
    SuspensionAppeal,
)
from providers.queries.records import WHOLE
from providers.queries.standing import standing
from providers.states import HELD


def providers(
    on: dt.date,
    *,
    words: str = "",
    state: str = "",
    service_line: str = "",
    district: str = "",
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Provider]:
    """By name, as they stand on the day."""
    query = _filtered(select(Provider).join(Provider.organisation), on, words, state, service_line, district)
    query = query.options(contains_eager(Provider.organisation), *WHOLE)
    return db.session.execute(query.order_by(Organisation.name).limit(limit).offset(offset)).scalars().all()


def provider_count(
    on: dt.date,
    *,
    words: str = "",
    state: str = "",
    service_line: str = "",
    district: str = "",
) -> int:
    query = select(func.count()).select_from(Provider).join(Provider.organisation)
    return int(db.session.execute(_filtered(query, on, words, state, service_line, district)).scalar_one())


def standing_counts(on: dt.date) -> dict[str, int]:
    """Standing → number of providers that have it."""
    stands = standing(on)
    return dict(db.session.execute(select(stands, func.count()).group_by(stands)).all())


def applications() -> Sequence[Provider]:
    """Waiting for the registrar, the oldest first."""
    query = select(Provider).where(Provider.state == "submitted").order_by(Provider.submitted_at)
    return db.session.execute(query.options(*WHOLE)).scalars().all()


def authorised_units() -> Sequence[Provider]:
    """On their way to be accredited, with what their checklist reads; the oldest first."""
    query = select(Provider).where(Provider.state == "authorised").order_by(Provider.submitted_at)
    query = query.options(*WHOLE, selectinload(Provider.assessments), selectinload(Provider.met))
    return db.session.execute(query).scalars().all()


def sent_renewals() -> Sequence[Renewal]:
    """Waiting for the registrar, the oldest first."""
    query = select(Renewal).where(Renewal.state == "submitted").order_by(Renewal.submitted_at)
    return db.session.execute(query).scalars().all()


def open_appeals() -> Sequence[tuple[Provider, SuspensionAppeal]]:
    """Waiting for their answer, the oldest first."""
    query = select(Provider, SuspensionAppeal).join(Provider.suspensions).join(Suspension.appeal)
    query = query.where(SuspensionAppeal.state == "made")
    return list(db.session.execute(query.order_by(SuspensionAppeal.made_at)))


def open_requests() -> Sequence[tuple[Provider, CompletionRequest]]:
    """Sent back and not sent again, the first due first."""
    query = select(Provider, CompletionRequest).join(Provider.requests).where(CompletionRequest.answered_at.is_(None))
    query = query.where(Provider.state == "returned", CompletionRequest.due_on.is_not(None))
    return list(db.session.execute(query.order_by(CompletionRequest.due_on, CompletionRequest.id)))


def waiting_assessments() -> Sequence[SseAssessment]:
    """Reviewed by one officer, not yet looked at by another."""
    query = select(SseAssessment).where(SseAssessment.state == "reviewed").order_by(SseAssessment.reviewed_at)
    return db.session.execute(query).scalars().all()


def papers_ending(first: dt.date, last: dt.date) -> Sequence[tuple[Provider, ProviderDocument]]:
    """Papers of accredited providers that end on these days and that no later one of their kind replaces."""
    later = aliased(ProviderDocument)
    replaced = select(later.id).where(
        later.organisation_id == ProviderDocument.organisation_id,
        later.kind == ProviderDocument.kind,
        or_(later.valid_until.is_(None), later.valid_until > ProviderDocument.valid_until),
    )
    query = select(Provider, ProviderDocument).join(Provider.documents).where(~replaced.exists())
    query = query.where(ProviderDocument.valid_until.between(first, last))
    query = query.where(Provider.state.in_(HELD))
    return list(db.session.execute(query.order_by(ProviderDocument.valid_until, ProviderDocument.id)))


def open_successions(state: str, successor_id: int | None = None) -> Sequence[Succession]:
    """Proposed ones of a successor, or accepted ones that wait for another registrar; the oldest first."""
    query = select(Succession).where(Succession.state == state).order_by(Succession.id)
    query = query if successor_id is None else query.where(Succession.successor_id == successor_id)
    return db.session.execute(query).scalars().all()


def open_suspensions() -> Sequence[tuple[Provider, Suspension]]:
    """Suspended providers with the suspension that runs, the longest first."""
    query = select(Provider, Suspension).join(Suspension, Suspension.organisation_id == Provider.organisation_id)
    query = query.where(Provider.state == "suspended", Suspension.valid_until.is_(None), Suspension.lifted_at.is_(None))
    return list(db.session.execute(query.order_by(Suspension.valid_from)))


def ending(first: dt.date, last: dt.date) -> Sequence[tuple[Provider, Accreditation]]:
    """Accreditations that end on these days and that none follows, the first to end first."""
    later = aliased(Accreditation)
    follows = select(later.id).where(later.organisation_id == Accreditation.organisation_id)
    query = select(Provider, Accreditation).join(Provider.accreditations)
    query = query.where(Accreditation.valid_until.between(first, last), Provider.state.in_(HELD))
    query = query.where(~follows.where(later.valid_from > Accreditation.valid_until).exists())
    query = query.where(~Provider.successions.any(Succession.state == "approved"))
    return list(db.session.execute(query.order_by(Accreditation.valid_until, Accreditation.id)))


def authorisations_ending(first: dt.date, last: dt.date) -> Sequence[tuple[Provider, Authorisation]]:
    """Of units that are not accredited yet, ending on these days, the first to end first."""
    query = select(Provider, Authorisation).join(Provider.authorisations).where(Provider.state == "authorised")
    query = query.where(Authorisation.valid_until.between(first, last))
    return list(db.session.execute(query.order_by(Authorisation.valid_until, Authorisation.id)))


def findings_ending(first: dt.date, last: dt.date) -> Sequence[tuple[Provider, RequirementMet]]:
    """What a registrar found that ends on these days and that no later finding replaces."""
    later = aliased(RequirementMet)
    replaced = select(later.id).where(
        later.organisation_id == RequirementMet.organisation_id,
        later.key == RequirementMet.key,
        later.id > RequirementMet.id,
    )
    query = select(Provider, RequirementMet).join(Provider.met).where(~replaced.exists(), RequirementMet.is_finding)
    query = query.where(RequirementMet.valid_until.between(first, last))
    query = query.where(Provider.state.in_(("authorised", *HELD)))
    return list(db.session.execute(query.order_by(RequirementMet.valid_until, RequirementMet.id)))


def _filtered(
    query: Select,  # type: ignore[type-arg]
    on: dt.date,
    words: str,
    state: str,
    service_line: str,
    district: str,
) -> Select:  # type: ignore[type-arg]
    query = query.where(Provider.state != "draft")  # a draft is its own people's business alone
    if words:
        like = f"%{words.strip()}%"
        query = query.where(or_(Organisation.name.ilike(like), Provider.number.ilike(like)))
    if state:
        query = query.where(standing(on) == state)
    if service_line:
        query = query.where(Provider.service_lines.any(ProviderServiceLine.service_line == service_line))
    if district:
        query = query.where(Provider.sites.any(Site.district == district))
    return query
