"""Payment runs for the finance officer, payments for the cooperative, the ledger for both finance and audit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, request, url_for

from core import clock, issued
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.roles import Role
from core.web import actor, allow, done, load, page
from core.words import _, _l
from payments import papers, presenters, queries, services
from payments.models import Payment, PaymentRun
from payments.schemas import RunForm, SendBackForm

blueprint = Blueprint("payments", __name__, url_prefix="/payments")
ledger_blueprint = Blueprint("ledger", __name__, url_prefix="/ledger")


@blueprint.get("")
@allow(Permission.READ_PAYMENTS)
def index() -> Any:
    """The fund sees runs, a cooperative its own payments."""
    who = actor()
    if who.organisation_id is not None:
        rows = queries.payments_to(who.organisation_id)
        waiting = queries.waiting_sum(who.organisation_id)
        return page("payments/mine.html", payments=rows, waiting=waiting, show=presenters)
    return _runs_page()


@blueprint.post("/runs")
@allow(Permission.PREPARE_RUN)
def prepare() -> Any:
    try:
        run = services.prepare_run(value_on=load(RunForm())["value_on"], by=actor())
    except InputErrors as errors:
        return _runs_page(errors)
    return done(url_for(".show", number=run.number), _("Run %(number)s waits for a second person.", number=run.number))


@blueprint.get("/runs/<number>")
@allow(Permission.READ_LEDGER)
def show(number: str) -> Any:
    return _run_page(_run(number))


@blueprint.post("/runs/<number>/release")
@allow(Permission.RELEASE_RUN)
def release(number: str) -> Any:
    run = services.release_run(number, by=actor())
    return done(
        url_for(".show", number=number), _("Run %(number)s was released. The bank file is ready.", number=run.number)
    )


@blueprint.post("/runs/<number>/send-back")
@allow(Permission.RELEASE_RUN)
def send_back(number: str) -> Any:
    try:
        reason = load(SendBackForm())["reason"]
    except InputErrors as errors:
        return _run_page(_run(number), errors)
    services.send_back_run(number, reason, by=actor())
    return done(url_for(".index"), _("Run %(number)s was sent back. Its claims can be collected again.", number=number))


@blueprint.get("/runs/<number>/bank-file")
@allow(Permission.READ_LEDGER)
def bank_file(number: str) -> Response:
    content = services.bank_file(_run(number))
    headers = {"Content-Disposition": f'attachment; filename="{number}.pain.001.xml"'}
    return Response(content, mimetype="application/xml", headers=headers)


@blueprint.post("/bank-answer")
@allow(Permission.RELEASE_RUN)
def bank_answer() -> Any:
    """pain.002 or camt.054 of the bank."""
    upload = request.files.get("answer")
    if upload is None or not upload.filename:
        return _runs_page(InputErrors.at("answer", _l("Choose the bank's answer: a pain.002 or camt.054 file.")))
    counts = services.read_bank_answer(upload.read(), by=actor(), on=clock.today(fund().zone))
    return done(url_for(".index"), _("%(paid)s paid, %(returned)s returned.", **counts))


@blueprint.get("/<end_to_end_id>/remittance.pdf")
@allow(Permission.READ_PAYMENTS)
def remittance(end_to_end_id: str) -> Response:
    payment = _payment(end_to_end_id)
    content = papers.remittance(payment, issued.code_of(papers.REMITTANCE, end_to_end_id))
    headers = {"Content-Disposition": f'inline; filename="{end_to_end_id}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


@blueprint.get("/<end_to_end_id>")
@allow(Permission.READ_PAYMENTS)
def payment(end_to_end_id: str) -> Any:
    row = _payment(end_to_end_id)
    return page("payments/payment.html", payment=row, payables=queries.payables_of(row.id), show=presenters)


@ledger_blueprint.get("")
@allow(Permission.READ_LEDGER)
def trial_balance() -> Any:
    return page("payments/ledger.html", accounts=queries.trial_balance())


@ledger_blueprint.get("/<code>")
@allow(Permission.READ_LEDGER)
def account(code: str) -> Any:
    return page("payments/account.html", code=code, journals=queries.journals_of(code))


def _runs_page(errors: InputErrors | None = None) -> Any:
    today = clock.today(fund().zone)
    due = queries.due_total(today + dt.timedelta(days=7))
    return page("payments/index.html", errors=errors, runs=queries.runs(), due=due, today=today, show=presenters)


def _run_page(run: PaymentRun, errors: InputErrors | None = None) -> Any:
    counts = queries.claims_per_payment(run.id)
    return page(
        "payments/run.html", errors=errors, run=run, counts=counts, before=queries.run_before(run), show=presenters
    )


def _run(number: str) -> PaymentRun:
    run = queries.run_by_number(number)
    if run is None:
        raise NotFound(_l("No payment run has this number."))
    return run


def _payment(end_to_end_id: str) -> Payment:
    """A payment the asker may see: the fund's staff all, a cooperative its own sent ones."""
    row, who = queries.payment_by_reference(end_to_end_id), actor()
    is_own = row is not None and who.organisation_id is not None and row.organisation_id == who.organisation_id
    is_theirs = is_own and row is not None and row.state in ("sent", "paid", "returned")
    if row is None or not (is_theirs or who.has(Role.FINANCE_OFFICER, Role.AUDITOR)):
        raise NotFound(_l("No payment has this number."))
    return row
