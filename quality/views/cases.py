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
from quality.views.blueprint import blueprint, csv_answer, page_at
from quality.wording import worded

PER_PAGE = 20


@blueprint.get("/cases/<indicator>/<period>/<number>")
@allow(Permission.READ_QUALITY)
def cases(indicator: str, period: str, number: str) -> Any:
    """The cases of one figure: those with a finding, or all; by carer where visits are counted."""
    viewer, provider, run = _seen(indicator, period, number)
    only_found, worker = request.args.get("all") is None, request.args.get("carer", "")
    total = case_count(run.id, provider.organisation_id, only_found=only_found, worker=worker)
    place = page_at(total, PER_PAGE)
    found = shown_cases(
        run.id,
        provider.organisation_id,
        only_found=only_found,
        worker=worker,
        limit=PER_PAGE,
        offset=place.offset,
    )
    return page(
        "quality/cases.html",
        run=run,
        period=parse_period(run.period),
        definition=worded(keeping.definition_of(run)),
        provider=provider,
        cases=found,
        place=place,
        is_current=_is_current(run),
        kept=_kept(),
        only_found=only_found,
        worker=worker,
        workers=found_by_worker(run.id, provider.organisation_id),
        result=runs.result_of(run.id, provider.organisation_id),
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
        raise NotFound(_l("This case does not exist in this computation."))
    row, member = found
    return page(
        "quality/case.html",
        run=run,
        period=parse_period(run.period),
        definition=worded(keeping.definition_of(run)),
        provider=provider,
        case=row,
        member=member,
        kept=_kept(),
        is_current=_is_current(run),
        viewer=viewer,
        show=presenters,
    )


def _seen(indicator: str, period: str, number: str) -> tuple[Viewer, Provider, IndicatorRun]:
    """Cases carry members' ids: other providers, and staff who do not audit, do not find them.

    `run` in the query: the computation that a score used, which later ones do not change; else the newest.
    """
    viewer, provider = viewer_of(actor()), provider_seen(number, actor())
    wanted = request.args.get("run", type=int)
    run = runs.current_run(indicator, period) if wanted is None else _kept_run(indicator, period, wanted)
    if run is None or not viewer.sees_cases_of(provider.number):
        raise NotFound(_l("These cases do not exist for you."))
    return viewer, provider, run


def _kept_run(indicator: str, period: str, wanted: int) -> IndicatorRun | None:
    return next((one for one in runs.runs_of(indicator, period) if one.id == wanted), None)


def _is_current(run: IndicatorRun) -> bool:
    newest = runs.current_run(run.indicator, run.period) if _kept() else run
    return newest is not None and newest.id == run.id


def _kept() -> dict[str, int]:
    """What links between the pages of one computation carry on."""
    wanted = request.args.get("run", type=int)
    return {} if wanted is None else {"run": wanted}
