"""What the screens found: all screens, the hits of one, and the records behind a hit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, request

from core.errors import NotFound
from core.permissions import Permission
from core.web import allow, page
from core.web.access_log import note_access
from core.words import _l
from quality.desk import presenters
from quality.desk.models import ScreenHit, ScreenRun
from quality.desk.queries import acts, runs
from quality.desk.queries.providers import provider_numbers
from quality.desk.screens import SCREENS
from quality.desk.views.blueprint import blueprint
from quality.views.blueprint import csv_answer

PER_PAGE = 50


@blueprint.get("/screens")
@allow(Permission.AUDIT)
def screens() -> Any:
    """Every screen with its newest night."""
    newest = {run.screen: run for run in runs.newest_runs()}
    ordered = sorted(newest.values(), key=lambda run: presenters.order(run.screen))
    return page(
        "quality/desk/screens.html",
        runs=ordered,
        of_providers=[run for run in ordered if not SCREENS[run.screen].is_of_fund],
        of_fund=[run for run in ordered if SCREENS[run.screen].is_of_fund],
        show=presenters,
    )


@blueprint.get("/screens/<code>")
@allow(Permission.AUDIT)
def screen(code: str) -> Any:
    run = _run(code)
    hits = runs.hits_of(run.id)
    return page(
        "quality/desk/screen.html",
        run=run,
        hits=hits,
        nights=runs.runs_of(code),
        providers=provider_numbers({hit.organisation_id for hit in hits if hit.organisation_id}),
        names=acts.names() if SCREENS[code].is_of_fund else {},
        show=presenters,
    )


@blueprint.get("/screens/<code>.csv")
@allow(Permission.AUDIT)
def screen_file(code: str) -> Response:
    """Hits with value, threshold and sentence, one row each."""
    run = _run(code)
    hits, names = runs.hits_of(run.id), acts.names()
    rows = (
        (
            run.screen,
            run.ran_on,
            hit.place,
            hit.organisation.number if hit.organisation else "",
            hit.organisation.name if hit.organisation else "",
            presenters.subject(hit, names),
            hit.value,
            run.terms["threshold"],
            hit.peers,
            hit.evidence_count,
            presenters.sentence(hit),
        )
        for hit in hits
    )
    head = ("screen", "night", "place", "organisation", "name", "subject", "value", "threshold", "peers", "evidence")
    return csv_answer(f"{run.screen}-{run.ran_on}.csv", (*head, "sentence"), rows)


@blueprint.get("/screens/<code>/<ran_on>/<int:place>")
@allow(Permission.AUDIT)
def hit(code: str, ran_on: str, place: int) -> Any:
    """One hit with the records behind it; whoever reads members' ids leaves a mark."""
    run, row = _hit(code, ran_on, place)
    here = max(1, request.args.get("page", 1, type=int) or 1)
    shown = row.evidence[(here - 1) * PER_PAGE : here * PER_PAGE]
    for kind, reference in shown:
        if kind == "member":
            note_access(reference, screen=code)
    numbers = provider_numbers({row.organisation_id} if row.organisation_id else set())
    return page(
        "quality/desk/hit.html",
        run=run,
        hit=row,
        provider=numbers.get(row.organisation_id or 0, ""),
        evidence=presenters.links(shown, numbers.get(row.organisation_id or 0, "")),
        here=here,
        pages=max(1, -(-row.evidence_count // PER_PAGE)),
        names=acts.names(),
        show=presenters,
    )


def _run(code: str) -> ScreenRun:
    run = runs.run_of(code, _day(request.args.get("on", "")))
    if run is None or code not in SCREENS:
        raise NotFound(_l("This screen has not run then."))
    return run


def _hit(code: str, ran_on: str, place: int) -> tuple[ScreenRun, ScreenHit]:
    day = _day(ran_on)
    run = runs.run_of(code, day) if day else None
    row = runs.hit_of(run.id, place) if run else None
    if run is None or row is None or code not in SCREENS:
        raise NotFound(_l("This screen did not find that."))
    return run, row


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None
