"""Changes after the fact: what waits, what a run would change, its release by the right number of people."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from marshmallow import Schema, fields

from claims import presenters as claim_words
from claims.redecisions import presenters, queries, services, shards
from claims.redecisions.models import RedecisionRun
from claims.states import REDECISION
from claims.views import blueprint
from claims.views.reading import claim_page
from claims.views.scope import reader
from claims.views.sending import when
from core import clock
from core.codes import service_names
from core.config import fund
from core.errors import InputErrors
from core.money import to_decimal
from core.permissions import Permission
from core.tables import csv_bytes
from core.web import actor, allow, done, load, page
from core.web.fields import needed, sized
from core.words import _, _l
from providers.nearby import Stop, left_behind


class ReasonForm(Schema):
    reason = fields.String(
        required=True,
        validate=sized(3, 500, _l("Write the reason in 3 to 500 characters.")),
        error_messages=needed(_l("Write the reason. It stands in the trail.")),
    )


@blueprint.get("/corrections")
@allow(Permission.READ_CORRECTIONS)
def corrections() -> Any:
    runs = queries.runs()
    return page("claims/corrections.html", runs=runs, show=presenters, states=REDECISION.states)


@blueprint.get("/corrections/<number>")
@allow(Permission.READ_CORRECTIONS)
def correction(number: str) -> Any:
    return _run_page(services.found(number))


@blueprint.post("/corrections/<number>/preview")
@allow(Permission.CORRECT_CLAIMS)
def preview_correction(number: str) -> Any:
    services.preview(number, by=actor(), at=when()["at"])
    said = _("The households of run %(number)s are being decided again.", number=number)
    return done(url_for(".correction", number=number), said)


@blueprint.post("/corrections/<number>/release")
@allow(Permission.RELEASE_CORRECTIONS)
def release_correction(number: str) -> Any:
    services.release(number, by=actor(), at=when()["at"])
    said = _("Run %(number)s is being released. Only the differences are posted.", number=number)
    return done(url_for(".correction", number=number), said)


@blueprint.post("/corrections/<number>/drop")
@allow(Permission.CORRECT_CLAIMS)
def drop_correction(number: str) -> Any:
    try:
        reason = load(ReasonForm())["reason"]
    except InputErrors as errors:
        return _run_page(services.found(number), errors)
    services.drop(number, reason, by=actor(), at=when()["at"])
    return done(url_for(".corrections"), _("Run %(number)s was dropped. The decisions stay.", number=number))


@blueprint.get("/corrections/<number>/lines.csv")
@allow(Permission.READ_CORRECTIONS)
def correction_lines(number: str) -> Any:
    """Every line that differs; amounts in major units."""
    run = services.found(number)
    head = ["claim", "line", "provider", "service", "day", "was", "reason_was", "becomes", "reason_becomes"]
    head += ["paid_was", "paid_becomes", "difference"]
    content = csv_bytes(head, (_csv_row(row) for row in queries.lines_of(run.id, reader=reader())))
    headers = {"Content-Disposition": f'attachment; filename="{run.number}.csv"'}
    return Response(content, mimetype="text/csv; charset=utf-8", headers=headers)


def _csv_row(row: Any) -> list[Any]:
    amounts = [to_decimal(each, fund().currency.exponent) for each in (row.old_paid, row.new_paid, row.difference)]
    said = [row.old_state, row.old_reason, row.new_state, row.new_reason]
    return [row.claim_number, row.line_no, row.organisation.name, row.service, row.service_on, *said, *amounts]


@blueprint.post("/<number>/withdraw")
@allow(Permission.CORRECT_CLAIMS)
def withdraw(number: str) -> Any:
    """A run that ends the claim: released at once, or waiting for a second person."""
    try:
        reason = load(ReasonForm())["reason"]
    except InputErrors as errors:
        return claim_page(number, errors)
    run = services.withdraw(number, reason=reason, **when())
    if run is None or run.state == "released":
        return done(url_for(".show", number=number), _("Claim %(number)s was withdrawn.", number=number))
    said = _("Withdrawing claim %(number)s takes back so much that a second person must agree.", number=number)
    return done(url_for(".correction", number=run.number), said)


def _run_page(run: RedecisionRun, errors: InputErrors | None = None) -> Any:
    total = queries.line_count(run.id, reader())
    pages = max(-(-total // queries.PAGE), 1)
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    lines = queries.lines_of(run.id, number, reader())
    providers = queries.by_provider(run.id)
    paying = [row for row in providers if row.back > row.more] if run.state == "previewed" else []
    today = clock.today(fund().zone)
    stranded = left_behind([Stop(row.id, today) for row in paying], actor())
    return page(
        "claims/correction.html",
        errors=errors,
        run=run,
        lines=lines,
        total=total,
        number=number,
        pages=pages,
        providers=providers,
        stranded=[(row.name, lost) for row, lost in zip(paying, stranded, strict=True) if lost.people],
        reasons=queries.by_reason(run.id),
        households=queries.household_count(run.id),
        released=queries.released_count(run.id),
        progress=shards.progress(run),
        names=service_names({row.service for row in lines}),
        checks=presenters.checks(run, providers) if run.state == "previewed" else [],
        show=presenters,
        words=claim_words,
        states=REDECISION.states,
    )
