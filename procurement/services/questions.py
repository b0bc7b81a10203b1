"""Questions about a notice: asked without a name in public, answered for all at once, in time or with more time."""

from __future__ import annotations

import datetime as dt

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import database_now, db
from core.errors import DomainError, Forbidden, InputErrors
from core.words import _l
from procurement.models.notice import PublishedAnswer, TenderQuestion
from procurement.models.tender import Tender
from procurement.queries import questions as queries
from procurement.queries.tenders import locked_tender
from procurement.services.notices import extend, tell_bidders
from procurement.services.rules import periods
from procurement.states.notice import QUESTION

MOST_SIGNS = 4000


class QuestionTooLate(DomainError):
    """Asked after the day for questions: refused, and the refusal stands in the trail."""

    code = "question_too_late"
    is_recorded = True


def answers_by(tender: Tender) -> dt.datetime:
    """Until when an answer needs no more time for bidders."""
    return periods(clock.local_day(tender.closes_at, fund().zone)).answers_by(tender.closes_at)


def ask(tender: Tender, text: str, *, lang: str = "en", by: Actor) -> TenderQuestion:
    """A bidder’s question. Equal to the last instant is in time."""
    if by.organisation_id is None:
        raise Forbidden(_l("Only an organisation that may bid asks here."))
    tender = locked_tender(tender.number)
    _refuse_late(tender, by)
    text = _text("question", text, _l("Write your question."))
    number = queries.next_question_number(tender)
    row = TenderQuestion(
        tender_id=tender.id,
        number=number,
        organisation_id=by.organisation_id,
        state=QUESTION.initial,
        text=text,
        lang=lang,
        asked_at=database_now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(tender.stream, Act.QUESTION_ASKED, f"{tender.number} question {number}", by=by)
    return row


def answer(
    question: TenderQuestion, text: str, answer: str, *, closes_at: dt.datetime | None = None, by: Actor
) -> PublishedAnswer:
    """Publish question and answer together. `text` may leave out what tells who asked.

    Later than `answers_by` an answer needs a later deadline, `closes_at`. Answering again is a correction.
    """
    tender = locked_tender(question.tender.number)
    _refuse_opened(tender)
    state = QUESTION.after(question.state, "answer")
    text = _text("question", text, _l("Write the question as everybody shall read it."))
    answer = _text("answer", answer, _l("Write the answer."))
    _give_time(tender, question, closes_at, by)
    return _publish(tender, question, state, text, answer, Act.QUESTION_ANSWERED, by)


def decline(question: TenderQuestion, text: str, reason: str, *, by: Actor) -> PublishedAnswer:
    """No answer, and why not, for everybody to read."""
    tender = locked_tender(question.tender.number)
    _refuse_opened(tender)
    state = QUESTION.after(question.state, "decline")
    text = _text("question", text, _l("Write the question as everybody shall read it."))
    reason = _text("answer", reason, _l("Say why it is not answered."))
    return _publish(tender, question, state, text, reason, Act.QUESTION_DECLINED, by)


def _publish(
    tender: Tender, question: TenderQuestion, state: str, text: str, answer: str, act: Act, by: Actor
) -> PublishedAnswer:
    row = PublishedAnswer(
        version=len(question.answers) + 1,
        question_text=text,
        answer=answer,
        published_at=clock.now(),
        published_by=by.person,
        published_name=by.name,
    )
    question.state = state
    question.answers.append(row)
    db.session.flush()
    subject = f"{tender.number} question {question.number}"
    audit.record(tender.stream, act, subject, by=by, after={"version": row.version})
    tell_bidders(tender, "question_answered")
    return row


def _give_time(tender: Tender, question: TenderQuestion, closes_at: dt.datetime | None, by: Actor) -> None:
    """A late answer comes with days to read it (eForms irregularity `noex-addinfo`)."""
    now = database_now()
    if closes_at is None:
        if now > answers_by(tender):
            message = _l("This answer comes late. Give bidders more time: a later deadline, or decline with reasons.")
            raise InputErrors.at("closes_on", message)
        return
    days = periods(clock.local_day(now, fund().zone)).answer_days
    if closes_at < now + dt.timedelta(days=days):
        message = _l("Bidders need at least %(days)s days after the answer.", days=days)
        raise InputErrors.at("closes_on", message, closes_at.isoformat())
    reason = str(_l("More time after the answer to question %(number)s.", number=question.number))
    extend(tender, closes_at, reason=reason, by=by)


def _refuse_late(tender: Tender, by: Actor) -> None:
    now = database_now()
    if tender.state != "published":
        raise DomainError(_l("This tender takes no questions now."), code="closed")
    if clock.microseconds(now) > clock.microseconds(tender.questions_until):
        after = {"asked_at": now.isoformat(), "questions_until": tender.questions_until.isoformat()}
        audit.record(tender.stream, Act.QUESTION_REFUSED_LATE, tender.number, by=by, after=after)
        until = tender.questions_until.astimezone(fund().zone).strftime("%Y-%m-%d %H:%M")
        raise QuestionTooLate(_l("Questions could be asked until %(until)s. This one came later.", until=until))


def _refuse_opened(tender: Tender) -> None:
    if tender.state != "published":
        raise DomainError(_l("The bids are opened or the tender is over: answers change no more."), code="closed")


def _text(field: str, text: str, message: object) -> str:
    text = text.strip()
    if not text:
        raise InputErrors.at(field, message)
    if len(text) > MOST_SIGNS:
        raise InputErrors.at(field, _l("At most %(most)s signs, please.", most=MOST_SIGNS), str(len(text)))
    return text
