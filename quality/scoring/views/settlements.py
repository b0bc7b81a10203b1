"""Settlements: simulated with every intermediate value, released by a second person, withholds closed."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from core import clock
from core.config import fund
from core.errors import InputErrors, NotFound
from core.money import UnreadableAmount, parse_amount
from core.permissions import Permission, may
from core.web import actor, allow, done, load, page
from core.words import _, _l
from quality import presenters
from quality.periods import parse_period
from quality.queries import runs
from quality.schemas import ClosingForm, PeriodForm
from quality.scoring import queries, settling
from quality.scoring.dues import carried_over
from quality.scoring.models import QualitySettlement
from quality.scoring.states import SETTLEMENT, WITHHELD
from quality.scoring.views.blueprint import blueprint
from quality.views.blueprint import csv_answer

COLUMNS = ("accepted", "withheld", "returned", "suspended", "bonus_due", "bonus", "promises", "effect",
           "posted_before", "difference", "cure_until", "cured_on", "cured")  # fmt: skip


@blueprint.get("/settlements")
@allow(Permission.READ_SETTLEMENTS)
def settlements() -> Any:
    return _list()


@blueprint.post("/settlements")
@allow(Permission.SETTLE_QUALITY)
def simulate() -> Any:
    try:
        period = parse_period(load(PeriodForm())["period"])
        row = settling.simulate(period, _top_up(request.form.get("top_up", "")), by=actor())
    except InputErrors as errors:
        return _list(errors)
    return done(url_for(".settlement", number=row.number), _("Nothing moves yet: another person releases it."))


@blueprint.get("/settlements/<number>")
@allow(Permission.READ_SETTLEMENTS)
def settlement(number: str) -> Any:
    return _page(_found(number))


@blueprint.get("/settlements/<number>.csv")
@allow(Permission.READ_SETTLEMENTS)
def settlement_file(number: str) -> Response:
    """Every contract with every intermediate value, minor units."""
    row = _found(number)
    head = ("contract", "provider", "score_version", "score", "is_final", *COLUMNS, "state")
    rows = (
        [one.contract.number, one.contract.contractor, one.scored.version, one.score, one.is_final,
         *(getattr(one, name) for name in COLUMNS), one.state]
        for one in row.lines
    )  # fmt: skip
    return csv_answer(f"{row.number}.csv", head, rows)


@blueprint.post("/settlements/<number>")
@allow(Permission.SETTLE_QUALITY)
def answer(number: str) -> Any:
    """Release or drop."""
    if request.form.get("act") == "release":
        settling.release(number, by=actor())
        return done(url_for(".settlement", number=number), _("Released: the differences are posted."))
    settling.drop(number, by=actor())
    return done(url_for(".settlements"), _("Dropped. Nothing was posted."))


@blueprint.post("/settlements/<number>/<int:place>")
@allow(Permission.SETTLE_QUALITY)
def close(number: str, place: int) -> Any:
    try:
        said = load(
            ClosingForm(), {name: request.form.get(f"{name}-{place}") or None for name in ("reason", "cured_on")}
        )
        line = settling.close_withhold(number, place, said["reason"] or "", said["cured_on"], by=actor())
    except InputErrors as errors:
        return _page(_found(number), errors)
    return done(url_for(".settlement", number=number), str(WITHHELD.states[line.state]))


def _list(errors: InputErrors | None = None) -> Any:
    known = runs.periods()
    return page(
        "quality/scoring/settlements.html", errors=errors, rows=queries.settlements(), periods=known,
        carried=carried_over(queries.released_lines()), machine=SETTLEMENT, label=presenters.period_label,
        may_settle=may(Permission.SETTLE_QUALITY, actor().roles) and queries.simulated() is None,
    )  # fmt: skip


def _page(row: QualitySettlement, errors: InputErrors | None = None) -> Any:
    return page(
        "quality/scoring/settlement.html", errors=errors, row=row, period=parse_period(row.period), machine=SETTLEMENT,
        withheld=WITHHELD, show=presenters, today=clock.today(fund().zone),
        numbers=queries.provider_numbers([one.contract.organisation_id for one in row.lines]),
        may_settle=may(Permission.SETTLE_QUALITY, actor().roles), is_mine=row.simulated_by == actor().person,
        reads_scores=may(Permission.READ_QUALITY, actor().roles),
    )  # fmt: skip


def _found(number: str) -> QualitySettlement:
    row = queries.settlement(number)
    if row is None:
        raise NotFound(_l("There is no such settlement."))
    return row


def _top_up(text: str) -> int:
    try:
        return parse_amount(text, fund().currency.exponent) if text.strip() else 0
    except UnreadableAmount as error:
        raise InputErrors.at("top_up", error.message, text) from error
