"""From a provider's figure to the cases that made it, and from a case to its visit, day and claim line."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from core.errors import NotFound
from core.permissions import Permission
from core.web import actor, allow, page
from core.words import _l
from providers.models import Provider
from quality import keeping, presenters
from quality.models import IndicatorRun
from quality.periods import parse_period
from quality.queries import runs
from quality.queries.cases import case_count, case_of, case_rows, found_by_worker, shown_cases
from quality.viewers import Viewer, provider_seen, viewer_of
from quality.views.blueprint import blueprint, csv_answer

PER_PAGE = 50


@blueprint.get("/cases/<indicator>/<period>/<number>")
@allow(Permission.READ_QUALITY)
def cases(indicator: str, period: str, number: str) -> Any:
    """The cases of one figure: those with a finding, or all; by carer where visits are counted."""
    viewer, provider, run = _seen(indicator, period, number)
    only_found, worker = request.args.get("all") is None, request.args.get("carer", "")
    here = max(1, request.args.get("page", 1, type=int) or 1)
    total = case_count(run.id, provider.organisation_id, only_found=only_found, worker=worker)
    found = shown_cases(
        run.id,
        provider.organisation_id,
        only_found=only_found,
        worker=worker,
        limit=PER_PAGE,
        offset=(here - 1) * PER_PAGE,
    )
    return page(
        "quality/cases.html",
        run=run,
        period=parse_period(run.period),
        definition=keeping.definition_of(run),
        provider=provider,
        cases=found,
        total=total,
        here=here,
        pages=max(1, -(-total // PER_PAGE)),
        only_found=only_found,
        worker=worker,
        workers=found_by_worker(run.id, provider.organisation_id),
        result=runs.results_of_provider(run.period, provider.organisation_id).get(run.indicator),
        viewer=viewer,
        show=presenters,
    )


@blueprint.get("/cases/<indicator>/<period>/<number>.csv")
@allow(Permission.READ_QUALITY)
def case_file(indicator: str, period: str, number: str) -> Response:
    """All rows of the long table for one provider: they add up to its result."""
    _viewer, provider, run = _seen(indicator, period, number)
    names: tuple[str, ...] = (
        "id",
        "evidence_on",
        "evidence_kind",
        "evidence_reference",
        "due_at",
        "started_at",
        "worker",
    )
    names = (*names, "is_denominator", "exclusion", "is_exception", "is_numerator", "quantity", "met", "finding")
    names = (*names, "claim_number", "line_no")
    found = case_rows(run.id, provider.organisation_id)
    rows = ([member, *(getattr(case, name) for name in names)] for case, member in found)
    return csv_answer(f"{run.indicator}-{run.period}-{provider.number}.csv", ("member", *names), rows)


@blueprint.get("/cases/<indicator>/<period>/<number>/<int:case_id>")
@allow(Permission.READ_QUALITY)
def case(indicator: str, period: str, number: str, case_id: int) -> Any:
    viewer, provider, run = _seen(indicator, period, number)
    found = case_of(run.id, provider.organisation_id, case_id)
    if found is None:
        raise NotFound(_l("This case does not exist in the newest computation."))
    row, member = found
    return page(
        "quality/case.html",
        run=run,
        period=parse_period(run.period),
        definition=keeping.definition_of(run),
        provider=provider,
        case=row,
        member=member,
        viewer=viewer,
        show=presenters,
    )


def _seen(indicator: str, period: str, number: str) -> tuple[Viewer, Provider, IndicatorRun]:
    """Cases carry members' ids: other providers, and staff who do not audit, do not find them."""
    viewer, provider = viewer_of(actor()), provider_seen(number, actor())
    run = runs.current_run(indicator, period)
    if run is None or not viewer.sees_cases_of(provider.number):
        raise NotFound(_l("These cases do not exist for you."))
    return viewer, provider, run
