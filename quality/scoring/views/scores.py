"""Scores of a period, one provider's score in all its versions, and what both sides say to it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

from flask import request, send_file, url_for

from core import clock, files
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission, may
from core.roles import Role
from core.web import actor, allow, done, load, page
from core.words import _, _l, ngettext
from providers.models import Provider
from quality import figures, presenters
from quality.charts import waterfall_chart
from quality.periods import Period, last_full_quarter, parse_period
from quality.queries import runs
from quality.schemas import PeriodForm
from quality.scoring import computing, flow, life, objecting, queries
from quality.scoring.models import QualityScore
from quality.scoring.objecting import Objection, Reviewed, Upload
from quality.scoring.states import GROUNDS, OUTCOMES, SCORE
from quality.scoring.views.blueprint import blueprint
from quality.viewers import provider_seen, viewer_of
from quality.views.blueprint import is_narrow, page_at, picture_answer

PAGE = 25
OBJECTED = ("contested", "reviewed")


@blueprint.get("")
@allow(Permission.COMPUTE_INDICATORS)
def index() -> Any:
    return _index(_period(request.args.get("period", "")))


@blueprint.post("")
@allow(Permission.COMPUTE_INDICATORS)
def act() -> Any:
    """Compute, tell or publish the scores of a period."""
    try:
        period = parse_period(load(PeriodForm())["period"])
    except InputErrors as errors:
        return _index(_period(""), errors)
    return done(url_for(".index", period=period.name), ACTS.get(request.form.get("act", ""), _compute)(period))


@blueprint.get("/<period>/<number>")
@allow(Permission.READ_QUALITY)
def show(period: str, number: str) -> Any:
    return _page(provider_seen(number, actor()), parse_period(period))


@blueprint.get("/<period>/<number>/payment.svg")
@allow(Permission.READ_QUALITY)
def payment_picture(period: str, number: str) -> Any:
    """From the newest score that the reader may see to its payment."""
    provider, wanted = provider_seen(number, actor()), parse_period(period)
    row = queries.score_of(provider.organisation_id, wanted.name, is_auditor=actor().has(Role.AUDITOR))
    if row is None:
        raise NotFound(_l("There is no such score, or nobody was told yet."))
    steps = flow.flow_of(row, life.rules_of([row])[row.id].settlement)
    look = {"is_mirrored": figures.reading()[1], "is_narrow": is_narrow()}
    drawn = figures.kept(("payment", steps, look), "svg", lambda: waterfall_chart(steps, flow.signed, **look).svg())
    return picture_answer(drawn)


@blueprint.post("/<period>/<number>/accept")
@allow(Permission.ANSWER_SCORE)
def accept(period: str, number: str) -> Any:
    provider, wanted = provider_seen(number, actor()), parse_period(period)
    objecting.accept(_newest(provider, wanted), by=actor())
    return done(url_for(".show", period=wanted.name, number=number), _("You accepted the score. It is final."))


@blueprint.post("/<period>/<number>/objections")
@allow(Permission.ANSWER_SCORE)
def contest(period: str, number: str) -> Any:
    provider, wanted = provider_seen(number, actor()), parse_period(period)
    form = request.form
    stated = Objection(
        form.get("indicator", ""), form.get("ground", ""), form.get("statement", ""),
        form.get("case_reference", ""), _uploads(),
    )  # fmt: skip
    try:
        objecting.contest(_newest(provider, wanted), stated, by=actor())
    except InputErrors as errors:
        return _page(provider, wanted, errors)
    return done(url_for(".show", period=wanted.name, number=number), _("Your objection is with the fund."))


@blueprint.get("/objections/<int:score_id>")
@allow(Permission.REVIEW_SCORE)
def objected(score_id: int) -> Any:
    return _review_page(score_id)


@blueprint.post("/objections/<int:score_id>/review")
@allow(Permission.REVIEW_SCORE)
def review(score_id: int) -> Any:
    row, form = _contested(score_id), request.form
    answers = {
        one.id: Reviewed(form.get(f"outcome-{one.id}", ""), form.get(f"finding-{one.id}", "")) for one in row.objections
    }
    return _reviewed(score_id, lambda: objecting.review(row, answers, by=actor()), _("The review is recorded."))


@blueprint.post("/objections/<int:score_id>/decision")
@allow(Permission.REVIEW_SCORE)
def decide(score_id: int) -> Any:
    row, reasons = _contested(score_id), request.form.get("decision", "")
    words = _("The decision is written to the provider.")
    return _reviewed(score_id, lambda: objecting.decide(row, reasons, by=actor()), words)


@blueprint.get("/objections/<int:score_id>/files/<int:file_id>")
@allow(Permission.READ_QUALITY)
def evidence(score_id: int, file_id: int) -> Any:
    """For auditors, and for the provider that sent it."""
    row = queries.score_with_objections(score_id)
    is_reader = may(Permission.REVIEW_SCORE, actor().roles) or (row and row.organisation_id == actor().organisation_id)
    found = [one.file for stated in row.objections for one in stated.files if one.id == file_id] if row else []
    if not found or not is_reader:
        raise NotFound(_l("This file is not there."))
    content = BytesIO(files.read(found[0]))
    return send_file(content, mimetype=found[0].media_type, as_attachment=True, download_name=found[0].filename)


def _compute(period: Period) -> str:
    made = len(computing.compute_scores(period, by=actor()))
    return ngettext("%(num)s score was computed. Nobody is told yet.",
                    "%(num)s scores were computed. Nobody is told yet.", made)  # fmt: skip


def _notify(period: Period) -> str:
    told = len(life.notify(period.name, by=actor()))
    return ngettext("%(num)s provider was told. It reads its score first.",
                    "%(num)s providers were told. They read their scores first.", told)  # fmt: skip


def _publish(period: Period) -> str:
    shown = len(life.publish(period.name, by=actor()))
    return ngettext("%(num)s final score was published.", "%(num)s final scores were published.", shown)


ACTS: dict[str, Callable[[Period], str]] = {"compute": _compute, "notify": _notify, "publish": _publish}


def _index(period: Period, errors: InputErrors | None = None) -> Any:
    rows = sorted(queries.latest_scores(period.name).values(), key=_to_review_first)
    place, today = page_at(len(rows), PAGE), clock.today(fund().zone)
    shown = rows[place.offset : place.offset + PAGE]
    return page(
        "quality/scoring/scores.html", errors=errors, period=period, periods=runs.periods(), rows=shown, place=place,
        numbers=queries.provider_numbers([row.organisation_id for row in shown]), machine=SCORE, show=presenters,
        counts={state: sum(row.state == state for row in rows) for state in SCORE.states},
        ripe=sum(row.state == "final" or queries.is_ripe(row, today) for row in rows),
        contest_until=max((row.contest_until for row in rows if row.contest_until), default=None),
    )  # fmt: skip


def _to_review_first(row: QualityScore) -> tuple[bool, Decimal, int]:
    """Then the best ones; those without a score last."""
    return row.state not in OBJECTED, -(Decimal(-1) if row.score is None else row.score), row.id


def _page(provider: Provider, period: Period, errors: InputErrors | None = None) -> Any:
    """The newest version that the reader may see, or the one asked for."""
    viewer, versions = viewer_of(actor()), queries.versions(
        provider.organisation_id, period.name, is_auditor=actor().has(Role.AUDITOR)
    )  # fmt: skip
    wanted = request.args.get("version", type=int)
    row = next((one for one in versions if wanted in (None, one.version)), None)
    if row is None:
        raise NotFound(_l("There is no such score, or nobody was told yet."))
    steps = {step.action for step in SCORE.actions(row.state, actor().roles)} if row is versions[0] else set()
    in_time = row.contest_until is not None and clock.today(fund().zone) <= row.contest_until
    is_newest = row is versions[0]
    steps_to_payment = flow.flow_of(row, life.rules_of([row])[row.id].settlement) if is_newest else []
    return page(
        "quality/scoring/score.html", errors=errors, provider=provider, period=period, score=row, versions=versions,
        viewer=viewer, show=presenters, machine=SCORE, grounds=GROUNDS, outcomes=OUTCOMES,
        may_answer=in_time and "contest" in steps and viewer.own == provider.number, steps=steps,
        agreed=life.definitions_of(row),
        flow=steps_to_payment, flow_said=flow.flow_said, signed=flow.signed,
    )  # fmt: skip


def _review_page(score_id: int, errors: InputErrors | None = None) -> Any:
    row = _contested(score_id)
    return page(
        "quality/scoring/objected.html", errors=errors, score=row, period=parse_period(row.period), show=presenters,
        provider_number=queries.provider_numbers([row.organisation_id])[row.organisation_id], machine=SCORE,
        grounds=GROUNDS, outcomes=list(OUTCOMES.items()), is_mine=row.created_by == actor().person,
        agreed=life.definitions_of(row), components={one["indicator"]: one for one in row.components},
    )  # fmt: skip


def _reviewed(score_id: int, work: Callable[[], object], words: str) -> Any:
    try:
        work()
    except InputErrors as errors:
        return _review_page(score_id, errors)
    return done(url_for(".objected", score_id=score_id), words)


def _contested(score_id: int) -> QualityScore:
    row = queries.score_with_objections(score_id)
    if row is None or not row.objections:
        raise NotFound(_l("There is no such objection."))
    return row


def _newest(provider: Provider, period: Period) -> QualityScore:
    row = queries.score_of(provider.organisation_id, period.name, is_auditor=False)
    if row is None:
        raise NotFound(_l("There is no such score, or nobody was told yet."))
    return row


def _uploads() -> list[Upload]:
    sent = (one for one in request.files.getlist("evidence") if one.filename)
    return [Upload(one.read(), one.filename or "") for one in sent]


def _period(text: str) -> Period:
    known = runs.periods()
    otherwise = known[0] if known else last_full_quarter(clock.today(fund().zone)).name
    try:
        return parse_period(text or otherwise)
    except InputErrors:
        return parse_period(otherwise)
