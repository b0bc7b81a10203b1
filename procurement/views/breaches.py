"""The register of breaches, a report and its three steps, the appeal, evidence of both sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from flask import request, send_file, url_for

from core import files
from core.db import database_now
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.models.breach import Breach
from procurement.models.contract import Contract
from procurement.models.evaluation import Award
from procurement.queries import breaches as queries
from procurement.queries.tenders import NOT_SIGNED
from procurement.services import breaches as services
from procurement.services.breaches import Report, Upload
from procurement.states.breach import BREACH, CODES, DECISIONS
from procurement.views.contracts import blueprint, own_organisation, visible

PAGE = 25


@blueprint.get("/breaches")
@allow(Permission.READ_CONTRACTS)
def breaches() -> Any:
    """The fund sees all of them, a provider its own."""
    state, at = request.args.get("state", "").strip()[:24], max(request.args.get("page", 1, type=int), 1)
    mine = own_organisation()
    count = queries.breach_count(actor(), mine, state=state)
    rows = queries.breaches(actor(), mine, state=state, limit=PAGE, offset=PAGE * (at - 1))
    pages = max(-(-count // PAGE), 1)
    return page(
        "procurement/breaches.html", rows=rows, count=count, state=state, at=at, pages=pages, machine=BREACH,
        codes=CODES, mine=mine is not None,
    )  # fmt: skip


@blueprint.get("/breaches/new")
@allow(Permission.REPORT_BREACH)
def new_breach() -> Any:
    """`contract` or `award` in the query: what it is about."""
    return _form(_subject())


@blueprint.post("/breaches/new")
@allow(Permission.REPORT_BREACH)
def report_breach() -> Any:
    subject = _subject()
    code = NOT_SIGNED if isinstance(subject, Award) else request.form.get("code", "")
    try:
        row = services.report(Report(subject, code, request.form.get("facts", ""), _uploads()), by=actor())
    except InputErrors as errors:
        return _form(subject, errors)
    return done(
        url_for(".breach", number=row.number), _("Report %(number)s is sent to the provider.", number=row.number)
    )


@blueprint.get("/breaches/<number>")
@allow(Permission.READ_CONTRACTS)
def breach(number: str) -> Any:
    return _page(_found(number))


@blueprint.get("/breaches/<number>/files/<int:place>")
@allow(Permission.READ_CONTRACTS)
def breach_file(number: str, place: int) -> Any:
    """Evidence by its place on the page, 1 and up."""
    rows = _found(number).files
    if not 1 <= place <= len(rows):
        raise NotFound(_l("This file is not there."))
    row = rows[place - 1].file
    content = BytesIO(files.read(row))
    return send_file(content, mimetype=row.media_type, as_attachment=True, download_name=row.filename)


@blueprint.post("/breaches/<number>/provider")
@allow(Permission.ANSWER_BREACH)
def answer_breach(number: str) -> Any:
    row = _found(number)
    if request.form.get("act") == "appeal":
        words = _("Your appeal is made. Someone who had no part in it rules.")
        return _acted(row, lambda: services.appeal(row, request.form.get("appeal", ""), by=actor()), words)
    text = request.form.get("answer", "")
    return _acted(row, lambda: services.answer(row, text, _uploads(), by=actor()), _("Your answer is with the fund."))


@blueprint.post("/breaches/<number>/officer")
@allow(Permission.DECIDE_BREACH)
def decide_breach(number: str) -> Any:
    """Take it back, or decide; the decision is never of who reported it."""
    row = _found(number)
    if request.form.get("act") == "withdraw":
        reason = request.form.get("ruling", "")
        return _acted(row, lambda: services.withdraw(row, reason, by=actor()), _("The report is taken back."))
    chosen, reasons = request.form.get("action", ""), request.form.get("decision", "")
    is_penalised = request.form.get("penalty") == "yes"
    words = _("The decision is written to the provider.")
    return _acted(row, lambda: services.decide(row, chosen, reasons, by=actor(), is_penalised=is_penalised), words)


@blueprint.post("/breaches/<number>/ruling")
@allow(Permission.RULE_BREACH)
def rule_breach(number: str) -> Any:
    row, chosen, reasons = _found(number), request.form.get("act", ""), request.form.get("ruling", "")
    words = _("The ruling is written to the provider.")
    if chosen == "annul":
        return _acted(row, lambda: services.annul(row, reasons, by=actor()), words)
    return _acted(row, lambda: services.rule(row, chosen, reasons, by=actor()), words)


def _found(number: str) -> Breach:
    """Another provider's report does not exist."""
    row = queries.breach_by_number(number, actor(), own_organisation())
    if row is None:
        raise NotFound(_l("There is no such report."))
    return row


def _subject() -> Contract | Award:
    if number := request.args.get("award", ""):
        award = queries.award_of_refusal(number)
        if award is None:
            raise NotFound(_l("There is no such award that was not signed."))
        return award
    return visible(request.args.get("contract", ""))


def _uploads() -> list[Upload]:
    return [Upload(file.read(), file.filename) for file in request.files.getlist("evidence") if file.filename]


def _acted(row: Breach, act: Callable[[], None], words: str) -> Any:
    try:
        act()
    except InputErrors as errors:
        return _page(row, errors)
    return done(url_for(".breach", number=row.number), words)


def _form(subject: Contract | Award, errors: InputErrors | None = None) -> Any:
    is_award = isinstance(subject, Award)
    codes = [(code, word) for code, word in CODES.items() if code != NOT_SIGNED]
    return page("procurement/breach_new.html", errors=errors, subject=subject, is_award=is_award, codes=codes)


def _page(row: Breach, errors: InputErrors | None = None) -> Any:
    steps = {step.action for step in BREACH.actions(row.state, actor().roles)}
    had_part = {row.reported_by, row.decided_by} if row.decided_by else {row.reported_by}
    now = database_now()
    context: Mapping[str, Any] = {
        "machine": BREACH, "codes": CODES, "steps": steps, "had_part": actor().person in had_part,
        "is_mine": own_organisation() is not None,
        "is_open_to_answer": now <= row.answer_due_at,
        "is_open_to_find": now <= row.decision_due_at,
        "is_open_to_appeal": row.appeal_due_at is not None and now <= row.appeal_due_at and row.appealed_at is None,
        "decisions": [(one.action, one.label) for one in BREACH.steps if one.action in DECISIONS],
        "penalty_due": services.penalty_due(row) if steps & {"satisfy"} else None,
    }  # fmt: skip
    return page("procurement/breach.html", errors=errors, row=row, **context)
