"""Questions about a notice: the fund reads them without their askers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from core.db import db
from core.errors import NotFound
from core.words import _l
from procurement.models.notice import TenderQuestion
from procurement.models.tender import Tender


def unanswered(tender: Tender) -> Sequence[TenderQuestion]:
    """What blocks the opening: asked, and neither answered nor declined with reasons."""
    return _in(tender, "asked")


def published(tender: Tender) -> Sequence[TenderQuestion]:
    """Answered or declined, in the order they were asked."""
    return _in(tender, "answered", "declined")


def all_questions(tender: Tender) -> Sequence[TenderQuestion]:
    return _in(tender, "asked", "answered", "declined")


def own_questions(tender: Tender, organisation_id: int | None) -> Sequence[TenderQuestion]:
    """What this bidder asked and still waits for."""
    return [row for row in unanswered(tender) if row.organisation_id == organisation_id]


def question(tender: Tender, number: int) -> TenderQuestion:
    query = select(TenderQuestion).where(TenderQuestion.tender_id == tender.id, TenderQuestion.number == number)
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound(_l("There is no question %(number)s here.", number=number))
    return row


def next_question_number(tender: Tender) -> int:
    query = select(func.max(TenderQuestion.number)).where(TenderQuestion.tender_id == tender.id)
    return (db.session.execute(query).scalar_one() or 0) + 1


def open_questions() -> dict[int, int]:
    """Tender id → questions that wait."""
    query = select(TenderQuestion.tender_id, func.count()).where(TenderQuestion.state == "asked")
    return {row[0]: row[1] for row in db.session.execute(query.group_by(TenderQuestion.tender_id))}


def _in(tender: Tender, *states: str) -> Sequence[TenderQuestion]:
    query = select(TenderQuestion).where(TenderQuestion.tender_id == tender.id, TenderQuestion.state.in_(states))
    return db.session.execute(query.order_by(TenderQuestion.number)).scalars().all()
