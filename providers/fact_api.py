"""`/api/v1/providers/{number}/facts`: what holds of an organisation, and new statements of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from core import clock
from core.config import fund
from core.errors import InputErrors, NotFound, Problem
from core.permissions import Permission
from core.roles import PROVIDER_STAFF
from core.tables.values import BadValue
from core.web import actor, allow
from core.words import _l
from providers import queries
from providers.fact_sheet import Line, Reader
from providers.facts import catalogue_on
from providers.facts.reading import read_figure
from providers.models import OrganisationFact, Provider
from providers.schemas import FactOut, FactsIn
from providers.services.facts import Source, Statement, state

blueprint = Blueprint("provider-facts-api", __name__, url_prefix="/providers", description="Facts about providers")


@blueprint.route("/<number>/facts")
class Facts(MethodView):
    @blueprint.response(200, FactOut(many=True))
    @allow(Permission.READ_FACTS)
    def get(self, number: str) -> list[Line]:
        """Of each figure and period what was said last. A provider's own people see their own alone."""
        provider, today = _visible(number), clock.today(fund().zone)
        return _lines(provider, queries.latest([provider.organisation_id], list(catalogue_on(today).facts), today))

    @allow(Permission.STATE_FACT)
    @blueprint.arguments(FactsIn)
    @blueprint.response(200, FactOut(many=True))
    def post(self, sent: dict[str, Any], number: str) -> list[Line]:
        """State figures of your own organisation, all or none; the same figure of the same day changes nothing."""
        provider, said = _visible(number), _statements(sent["facts"])
        try:
            rows = state(provider.organisation, said, source=Source("own"), by=actor())
        except InputErrors as errors:
            places = {row.code: f"facts.{place}.figure" for place, row in enumerate(said)}
            raise InputErrors(replace(row, where=places[row.where]) for row in errors.problems) from errors
        return _lines(provider, rows)


def _statements(sent: Sequence[dict[str, Any]]) -> list[Statement]:
    facts, said, problems = catalogue_on(clock.today(fund().zone)).facts, [], []
    for place, row in enumerate(sent):
        fact, where = facts.get(row["code"]), f"facts.{place}"
        if fact is None:
            words = _l("%(code)s is no figure that the fund asks for.", code=row["code"])
            problems.append(Problem(f"{where}.code", words, row["code"]))
            continue
        try:
            said.append(Statement(**row | {"figure": read_figure(fact, row["figure"], fund().currency)}))
        except BadValue as error:
            problems.append(Problem(f"{where}.figure", f"{error.reason} {error.fix}", row["figure"]))
    if problems:
        raise InputErrors(problems)
    return said


def _visible(number: str) -> Provider:
    own = actor().organisation_id or 0 if actor().roles <= PROVIDER_STAFF else None
    provider = queries.provider_by_number(number, own)
    if provider is None or (provider.state == "draft" and own is None):
        raise NotFound(_l("No provider has the number %(number)s.", number=number))
    return provider


def _lines(provider: Provider, rows: Sequence[OrganisationFact]) -> list[Line]:
    reader = Reader(catalogue_on(clock.today(fund().zone)), provider.organisation_id, actor())
    return [reader.line(row) for row in rows]
