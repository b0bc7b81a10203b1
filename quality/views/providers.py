"""One provider: its score and effect, the funnel with its place, the cases behind it, how the score is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import request

from core import clock
from core.config import fund
from core.errors import InputErrors
from core.organisations import LEGAL_FORMS
from core.permissions import Permission, may
from core.roles import Role
from core.web import actor, allow, page
from providers.fact_sheet import Reader
from providers.facts import catalogue_on
from providers.models import Provider
from providers.queries import facts_on
from quality import figures, presenters, showing
from quality.audit_cases import queries as audit_cases
from quality.audit_cases.states import OPEN
from quality.charts import HEIGHT, WIDTH
from quality.models import IndicatorResult, IndicatorRun
from quality.periods import Period, last_full_quarter, parse_period
from quality.queries import providers as queries
from quality.queries import runs
from quality.queries.cases import case_count, found_by_worker, shown_cases
from quality.scoring import life
from quality.scoring import queries as scores
from quality.scoring.states import SCORE
from quality.viewers import Viewer, provider_seen, viewer_of
from quality.views.blueprint import blueprint

YEAR = dt.timedelta(days=365)
SHOWN_CASES = 6
_ORDER = {"alert": 0, "watch": 1, "expected": 2, "better": 3}


@blueprint.get("/providers/<number>")
@allow(Permission.READ_QUALITY)
def provider(number: str) -> Any:
    return provider_page(number)


def provider_page(number: str) -> Any:
    """The page of picture 8; a cooperative sees its own without the auditor's tools."""
    viewer, row = viewer_of(actor()), provider_seen(number, actor())
    period = _period(row)
    found = {run.indicator: run for run in runs.current_runs(period.name)}
    results = runs.results_of_provider(period.name, row.organisation_id)
    is_auditor = actor().has(Role.AUDITOR)
    score = scores.score_of(row.organisation_id, period.name, is_auditor=is_auditor)
    return page(
        "quality/provider.html",
        provider=row,
        form=LEGAL_FORMS[row.organisation.legal_form],
        period=period,
        periods=runs.periods(),
        score=score,
        before=scores.score_of(row.organisation_id, period.before.name, is_auditor=is_auditor),
        agreed=life.definitions_of(score) if score else {},
        score_states=SCORE.states,
        results=results,
        runs=found,
        focus=_focus(row, viewer, found, results),
        **_record(row, viewer),
        money=_money(row) if viewer.is_fund or viewer.own else None,
        open_cases=audit_cases.audit_cases(states=OPEN, organisation_id=row.organisation_id) if viewer.is_fund else (),
        viewer=viewer,
        may_inspect=may(Permission.INSPECT, actor().roles),
        show=presenters,
        width=WIDTH,
        height=HEIGHT,
    )


def _record(row: Provider, viewer: Viewer) -> dict[str, Any]:
    """What the regulation asks as a return stands on the register already, and is read from there."""
    today = clock.today(fund().zone)
    catalogue = catalogue_on(today)
    asked = catalogue.returned()
    codes = [each.code for each in asked]
    held = facts_on([row.organisation_id], [*codes, "worker_members"], today).get(row.organisation_id, {})
    members = held.get("worker_members")
    reader = Reader(catalogue, row.organisation_id, actor())
    may_read = may(Permission.READ_FACTS, actor().roles) and (viewer.is_fund or viewer.own == row.number)
    returns = [(each, held[each.code], reader.held(each, held[each.code])) for each in asked if each.code in held]
    return {"returns": returns if may_read else (), "worker_members": int(members.figure) if members else 0}


def _period(row: Provider) -> Period:
    """The one asked for, else that of the newest score, else of the newest run."""
    score = scores.newest_score(row.organisation_id)
    known = runs.periods()
    otherwise = score.period if score else known[0] if known else last_full_quarter(clock.today(fund().zone)).name
    try:
        return parse_period(request.args.get("period") or otherwise)
    except InputErrors:
        return parse_period(otherwise)


def _focus(
    row: Provider, viewer: Viewer, found: Mapping[str, IndicatorRun], results: Mapping[str, IndicatorResult]
) -> dict[str, Any] | None:
    """The indicator to look at: the one asked for, else the one furthest on the bad side."""
    ranked = sorted(
        (one for one in results.values() if one.alert in _ORDER),
        key=lambda one: (_ORDER[one.alert], -abs(one.z_adjusted or 0)),
    )
    wanted = results.get(request.args.get("indicator", "")) or (ranked[0] if ranked else None)
    if wanted is None:
        return None
    run = next(run for run in found.values() if run.id == wanted.run_id)
    seen = showing.seen_by(viewer, run, runs.results_of(run.id))
    definition, line = seen.definition, seen.line(row.number)
    sees_cases = viewer.sees_cases_of(row.number)
    count = case_count(run.id, row.organisation_id, only_found=True)
    return {
        "run": run,
        "result": wanted,
        "definition": definition,
        "funnel": seen.funnel,
        "said": figures.said_of(seen, row.number),
        "table": presenters.table_of(definition, [line] if line else []),
        "count": count,
        "cases": shown_cases(run.id, row.organisation_id, only_found=True, limit=SHOWN_CASES) if sees_cases else (),
        "workers": found_by_worker(run.id, row.organisation_id) if sees_cases else (),
    }


def _money(row: Provider) -> dict[str, Any]:
    first_on = clock.today(fund().zone) - YEAR
    paid, claims = queries.paid_since(row.organisation_id, first_on)
    cuts = queries.cut_since(first_on)
    cut, asked = cuts.get(row.organisation_id, (0, 0))
    all_cut, all_asked = (sum(part[place] for part in cuts.values()) for place in (0, 1))
    return {
        "paid": paid,
        "claims": claims,
        "cut": _part(cut, asked),
        "cut_of_all": _part(all_cut, all_asked),
    }


def _part(amount: int, whole: int) -> float | None:
    return 100 * amount / whole if whole else None
