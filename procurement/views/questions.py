"""Questions about a notice: bidders ask, the fund answers for everybody."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import get_locale

from core.config import fund
from core.db import database_now
from core.errors import InputErrors
from core.permissions import Permission, may
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.models.tender import Tender
from procurement.queries import questions as queries
from procurement.queries import tenders as tender_queries
from procurement.services import questions as verbs
from procurement.states.notice import QUESTION
from procurement.views.progress import NAMES
from procurement.views.tenders import is_staff, staff_tender

blueprint = Blueprint("questions", __name__, url_prefix="/tenders")


@blueprint.get("/<number>/questions")
@allow(Permission.READ_TENDERS)
def index(number: str) -> Any:
    """All questions to the fund's staff, none with its asker; to bidders what is published and what they asked."""
    return _index(_tender(number))


@blueprint.post("/<number>/questions")
@allow(Permission.BID)
def ask(number: str) -> Any:
    tender = _tender(number)
    try:
        row = verbs.ask(tender, request.form.get("question", ""), lang=str(get_locale() or "en"), by=actor())
    except InputErrors as errors:
        return _index(tender, errors)
    message = _("Question %(number)s is with us. Everybody will read it with its answer, nobody that you asked.")
    return done(url_for("questions.index", number=number), message % {"number": row.number})


@blueprint.get("/<number>/questions/<int:question>")
@allow(Permission.DRAFT_TENDER)
def show(number: str, question: int) -> Any:
    """Where an officer writes the answer."""
    return _show(staff_tender(number), question)


@blueprint.post("/<number>/questions/<int:question>")
@allow(Permission.DRAFT_TENDER)
def answer(number: str, question: int) -> Any:
    """Publish question and answer, or say why there is none."""
    tender = staff_tender(number)
    row, form = queries.question(tender, question), request.form
    text, words = form.get("question", ""), form.get("answer", "")
    try:
        if form.get("decision") == "decline":
            verbs.decline(row, text, words, by=actor())
        else:
            verbs.answer(row, text, words, closes_at=_new_deadline(tender), by=actor())
    except InputErrors as errors:
        return _show(tender, question, errors)
    message = _("Question %(number)s and what we say to it are published.", number=question)
    return done(url_for("questions.index", number=number), message)


def _tender(number: str) -> Tender:
    return staff_tender(number) if is_staff(actor()) else tender_queries.published_tender(number, actor())


def _index(tender: Tender, errors: InputErrors | None = None) -> Any:
    who, at = actor(), database_now()
    rows = queries.all_questions(tender) if is_staff(who) else queries.published(tender)
    own = queries.own_questions(tender, who.organisation_id) if who.organisation_id else []
    return page(
        "tenders/questions.html", errors=errors, tender=tender, rows=rows, own=own, words=QUESTION.states,
        answers_by=verbs.answers_by(tender), is_staff=is_staff(who), phase=tender.phase(at), names=NAMES,
        may_ask=may(Permission.BID, who.roles) and tender.state == "published" and at <= tender.questions_until,
        may_answer=may(Permission.DRAFT_TENDER, who.roles) and tender.state == "published",
        is_late=at > verbs.answers_by(tender),
    )  # fmt: skip


def _show(tender: Tender, number: int, errors: InputErrors | None = None) -> Any:
    row = queries.question(tender, number)
    return page(
        "tenders/question.html", errors=errors, tender=tender, row=row, word=QUESTION.states[row.state],
        answers_by=verbs.answers_by(tender), is_late=database_now() > verbs.answers_by(tender),
    )  # fmt: skip


def _new_deadline(tender: Tender) -> dt.datetime | None:
    """The day typed, at the hour at which bids close."""
    text = request.form.get("closes_on", "").strip()
    if not text:
        return None
    try:
        day = parse_date(text)
    except BadValue as error:
        message = _l("%(what)s %(fix)s", what=error.reason, fix=error.fix)
        raise InputErrors.at("closes_on", message, text) from error
    local = tender.closes_at.astimezone(fund().zone)
    return dt.datetime.combine(day, local.time(), fund().zone).astimezone(dt.UTC)
