"""Audit cases and samples, for auditors."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from core import clock
from core.codes import service_lines
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, load, page
from core.words import _, _l, ngettext
from providers.nearby import Stop, Stranded, left_behind
from quality import presenters, sampling, services
from quality.models import AuditCase, AuditSample
from quality.periods import last_full_quarter
from quality.queries import audits, providers, runs
from quality.schemas import AuditCaseForm, FindingForm, SampleForm
from quality.states import FINDINGS
from quality.viewers import provider_seen
from quality.views.blueprint import blueprint, csv_answer


@blueprint.get("/audit")
@allow(Permission.AUDIT)
def audit_list() -> Any:
    return page("quality/audit.html", cases=audits.audit_cases(), samples=audits.audit_samples(), show=presenters)


@blueprint.get("/providers/<number>/audit-cases/new")
@allow(Permission.AUDIT)
def new_case(number: str) -> Any:
    return page("quality/audit_case_new.html", provider=provider_seen(number, actor()), values=request.args)


@blueprint.post("/providers/<number>/audit-cases")
@allow(Permission.AUDIT)
def open_case(number: str) -> Any:
    provider = provider_seen(number, actor())
    try:
        values = load(AuditCaseForm())
        row = services.open_case(provider, by=actor(), **values)
    except InputErrors as errors:
        return page("quality/audit_case_new.html", errors=errors, provider=provider)
    return done(url_for(".audit_case", number=row.number), _("Audit case %(number)s is open.", number=row.number))


@blueprint.get("/audit/<number>")
@allow(Permission.AUDIT)
def audit_case(number: str) -> Any:
    return _case_page(_case(number))


@blueprint.post("/audit/<number>/close")
@allow(Permission.AUDIT)
def close_case(number: str) -> Any:
    row = _case(number)
    try:
        values = load(FindingForm())
        services.close_case(row, values["finding"], values["finding_text"], by=actor())
    except InputErrors as errors:
        return _case_page(row, errors)
    return done(url_for(".audit_case", number=number), _("Audit case %(number)s was closed.", number=number))


@blueprint.get("/providers/<number>/samples/new")
@allow(Permission.AUDIT)
def new_sample(number: str) -> Any:
    period = last_full_quarter(clock.today(fund().zone))
    values = {"valid_from": period.first.isoformat(), "valid_until": period.last.isoformat(), **request.args}
    return page("quality/sample_new.html", provider=provider_seen(number, actor()), values=values)


@blueprint.post("/providers/<number>/samples")
@allow(Permission.AUDIT)
def draw_sample(number: str) -> Any:
    provider = provider_seen(number, actor())
    try:
        values = load(SampleForm())
        case = audits.audit_case(values.pop("case"))
        row = services.draw_sample(provider, by=actor(), case=case, **values)
    except InputErrors as errors:
        return page("quality/sample_new.html", errors=errors, provider=provider)
    said = ngettext(
        "Sample %(number)s holds %(num)s line.", "Sample %(number)s holds %(num)s lines.", row.size, number=row.number
    )
    return done(url_for(".sample", number=row.number), said)


@blueprint.get("/samples/<number>")
@allow(Permission.AUDIT)
def sample(number: str) -> Any:
    row = _sample(number)
    lines = [line.line for line in row.lines]
    is_repeated = sampling.repeats(row.frame, row.announced, row.size, lines)
    return page("quality/sample.html", sample=row, is_repeated=is_repeated)


@blueprint.get("/samples/<number>.csv")
@allow(Permission.AUDIT)
def sample_file(number: str) -> Response:
    row = _sample(number)
    rows = ((line.position, line.line, line.amount, "spare" if line.is_spare else "") for line in row.lines)
    return csv_answer(f"{row.number}.csv", ("position", "claim_line", "amount_minor", "spare"), rows)


def _case_page(row: AuditCase, errors: InputErrors | None = None) -> Any:
    run = runs.current_run(row.indicator, row.period) if row.indicator else None
    return page(
        "quality/audit_case.html",
        errors=errors,
        case=row,
        provider=providers.provider_of(row.organisation_id),
        run=run,
        findings=list(FINDINGS.items()),
        lines={line.code: line.name for line in service_lines()},
        stranded=_stranded(row),
        show=presenters,
    )


def _stranded(row: AuditCase) -> Stranded | None:
    """Whom it may touch if money is taken back; asked while the finding is open."""
    if row.state != "opened":
        return None
    return left_behind([Stop(row.organisation_id, clock.today(fund().zone))], actor())[0]


def _case(number: str) -> AuditCase:
    row = audits.audit_case(number)
    if row is None:
        raise NotFound(_l("No audit case has this number."))
    return row


def _sample(number: str) -> AuditSample:
    row = audits.audit_sample(number)
    if row is None:
        raise NotFound(_l("No sample has this number."))
    return row
