"""The record of facts: what an organisation says of itself, and what the fund finds when it looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import request, send_file, url_for

from core import clock, files
from core.config import fund
from core.errors import InputErrors, NotFound, Problem
from core.files import StoredFile
from core.permissions import Permission, may
from core.roles import Role
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, done, page
from core.words import _, _l, ngettext
from providers import queries
from providers.fact_sheet import Reader
from providers.facts import GROUPS, PERIODS, Catalogue, catalogue_on
from providers.facts.reading import read_figure
from providers.models import OrganisationFact, Provider
from providers.services import facts as verbs
from providers.services.facts import Source, Statement
from providers.services.registration.papers import PAPERS
from providers.services.renewing import open_renewal
from providers.views import register as blueprint
from providers.views.registration_tasks.documents import read_upload
from providers.views.registration_tasks.own import own
from providers.views.staff_register import visible

OCCASIONS = ("accreditation", "renewal")


@blueprint.get("/<number>/facts")
@allow(Permission.READ_FACTS)
def facts(number: str) -> Any:
    return _page(visible(number))


@blueprint.post("/<number>/facts/due")
@allow(Permission.STATE_FACT)
def state_due(number: str) -> Any:
    """What is asked now, confirmed or changed: an empty field says nothing."""
    provider = own(number)
    codes = [row.fact.code for row in verbs.asked(provider.organisation_id, *OCCASIONS)]
    return _stated(provider, {code: (code, "") for code in codes}, "")


@blueprint.post("/<number>/facts")
@allow(Permission.STATE_FACT)
def state_one(number: str) -> Any:
    """Any figure of the catalogue."""
    chosen = request.form.get("code", "")
    return _stated(own(number), {chosen: ("figure", request.form.get("period", ""))}, "one_")


@blueprint.get("/<number>/facts/<int:fact>")
@allow(Permission.READ_FACTS)
def one_fact(number: str, fact: int) -> Any:
    return _fact_page(*_found(number, fact))


@blueprint.post("/<number>/facts/<int:fact>/correct")
@allow(Permission.CORRECT_FACT)
def correct_fact(number: str, fact: int) -> Any:
    provider, row = _found(number, fact)
    form = {name: request.form.get(name, "") for name in ("figure", "evidence", "reason")}
    try:
        figure = _read(_catalogue(), row.code, form["figure"], "figure")
        fresh = verbs.correct(row, figure, evidence=form["evidence"], reason=form["reason"], by=actor())
    except InputErrors as errors:
        return _fact_page(provider, row, errors)
    return done(url_for(".one_fact", number=number, fact=fresh.id), _("Corrected. Both figures stay on record."))


@blueprint.post("/<number>/facts/<int:fact>/verify")
@allow(Permission.VERIFY_FACT)
def verify_fact(number: str, fact: int) -> Any:
    provider, row = _found(number, fact)
    try:
        verbs.verify(row, note=request.form.get("note", ""), by=actor())
    except InputErrors as errors:
        return _fact_page(provider, row, errors)
    return done(url_for(".facts", number=number), _("The figure is verified."))


@blueprint.get("/<number>/facts/<int:fact>/evidence")
@allow(Permission.READ_FACTS)
def fact_evidence(number: str, fact: int) -> Any:
    _provider, row = _found(number, fact)
    if row.file is None:
        raise NotFound(_l("No file was sent with this figure."))
    content = BytesIO(files.read(row.file))
    return send_file(content, mimetype=row.file.media_type, as_attachment=True, download_name=row.file.filename)


def _stated(provider: Provider, fields: Mapping[str, tuple[str, str]], prefix: str) -> Any:
    """`fields`: code → name of its field and its period. Problems come back at the fields of the form."""
    try:
        said = _statements(fields, prefix)
        rows = verbs.state(
            provider.organisation, _with_file(said, provider, prefix), source=_door(provider), by=actor()
        )
    except InputErrors as errors:
        names = {code: name for code, (name, _period) in fields.items()}
        problems = [Problem(names.get(row.where, row.where), row.message, row.found) for row in errors.problems]
        return _page(provider, InputErrors(problems))
    said_back = ngettext("%(num)s figure is on record.", "%(num)s figures are on record.", len(rows))
    return done(_home(provider), said_back)


def _statements(fields: Mapping[str, tuple[str, str]], prefix: str) -> list[Statement]:
    """What was typed, all defects together; raises InputErrors where nothing was."""
    catalogue, problems, said = _catalogue(), [], []
    day, evidence = dt.date.min, request.form.get(f"{prefix}evidence", "").strip()
    try:
        day = parse_date(request.form.get(f"{prefix}said_of", ""))
    except BadValue as error:
        problems.append(Problem(f"{prefix}said_of", f"{error.reason} {error.fix}"))
    if not evidence:
        problems.append(Problem(f"{prefix}evidence", _l("Name the evidence: paper, page, day.")))
    for code, (name, period) in fields.items():
        if not (text := request.form.get(name, "").strip()):
            continue
        try:
            figure = _read(catalogue, code, text, name)
        except InputErrors as errors:
            problems += errors.problems
        else:
            said.append(Statement(code, figure, day, evidence, period or catalogue.facts[code].periods[0]))
    if not said and not problems:
        problems = [Problem(next((name for name, _period in fields.values()), ""), _l("Write the figure."))]
    if problems:
        raise InputErrors(problems)
    return said


def _with_file(said: list[Statement], provider: Provider, prefix: str) -> list[Statement]:
    """The paper that came along proves all of them."""
    content, name = read_upload(request.files.get(f"{prefix}file"))
    if not name:
        return said
    kind = files.check_upload(content, name, PAPERS, f"{prefix}file")
    own_file: StoredFile = files.store(
        content, filename=name, media_type=kind, organisation_id=provider.organisation_id, by=actor()
    )
    return [Statement(row.code, row.figure, row.said_of, row.evidence, row.period, own_file) for row in said]


def _home(provider: Provider) -> str:
    """Back to what is under way."""
    page_of = {"registration": "registration.show", "renewal": "registration.renewal", "own": ".facts"}
    return url_for(page_of[_door(provider).kind], number=provider.number)


def _door(provider: Provider) -> Source:
    """Said for what is under way, else of its own accord."""
    if provider.state in ("draft", "returned"):
        return Source("registration", provider.number)
    return Source("renewal", provider.number) if open_renewal(provider) else Source("own")


def _read(catalogue: Catalogue, code: str, text: str, where: str) -> Any:
    if code not in catalogue.facts:
        raise InputErrors.at("code", _l("Choose a figure from the list."), code)
    try:
        return read_figure(catalogue.facts[code], text, fund().currency)
    except BadValue as error:
        raise InputErrors.at(where, f"{catalogue.facts[code].name}: {error.reason} {error.fix}", text) from error


def _found(number: str, fact: int) -> tuple[Provider, OrganisationFact]:
    provider = visible(number)
    row = queries.fact(provider.organisation_id, fact)
    if row is None:
        raise NotFound(_l("There is no such figure on record."))
    return provider, row


def _page(provider: Provider, errors: InputErrors | None = None) -> Any:
    today, catalogue, who = _today(), _catalogue(), actor()
    reader = Reader(catalogue, provider.organisation_id, who)
    is_own = who.organisation_id == provider.organisation_id
    asked = verbs.asked(provider.organisation_id, *OCCASIONS) if is_own else []
    context: dict[str, Any] = {
        "sheet": reader.sheet(today), "asked": asked, "due": [row for row in asked if row.is_due], "reader": reader,
        "is_own": is_own, "choices": [(row.code, row.name) for row in catalogue.facts.values()],
        "periods": PERIODS.items(), "groups": GROUPS, "today": today,
    }  # fmt: skip
    return page("providers/record.html", errors=errors, provider=provider, **context)


def _fact_page(provider: Provider, row: OrganisationFact, errors: InputErrors | None = None) -> Any:
    catalogue, who = _catalogue(), actor()
    reader = Reader(catalogue, provider.organisation_id, who)
    said = [other for other in queries.history(provider.organisation_id) if other.code == row.code]
    corrected = {other.supersedes_id for other in said}
    is_open = row.id not in corrected
    context: dict[str, Any] = {
        "row": row, "line": reader.line(row, (), not is_open), "fact": catalogue.facts.get(row.code),
        "said": [reader.line(other, (), other.id in corrected) for other in said],
        "may_correct": is_open and row.code in catalogue.facts and _may_correct(row),
        "said_it": row.stated_by == who.person and may(Permission.VERIFY_FACT, who.roles),
        "may_verify": is_open and row.verification is None and _may_verify(row),
    }  # fmt: skip
    return page("providers/fact.html", errors=errors, provider=provider, **context)


def _may_correct(row: OrganisationFact) -> bool:
    return actor().organisation_id == row.organisation_id or actor().has(Role.REGISTRAR)


def _may_verify(row: OrganisationFact) -> bool:
    return may(Permission.VERIFY_FACT, actor().roles) and actor().person != row.stated_by


def _catalogue() -> Catalogue:
    return catalogue_on(_today())


def _today() -> dt.date:
    return clock.today(fund().zone)
