"""`/api/v1/providers`: the accredited providers, as anyone may know them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from core import clock
from core.config import fund
from core.errors import NotFound
from core.permissions import Permission
from core.web import allow
from core.words import _l
from providers import queries
from providers.free_places import Moment
from providers.open_records import OpenProvider, open_records
from providers.schemas import ProviderOut, ProviderQuery
from providers.wanted import wanted

blueprint = Blueprint("providers-api", __name__, url_prefix="/providers", description="Accredited providers")


@blueprint.route("")
class Providers(MethodView):
    @blueprint.arguments(ProviderQuery, location="query")
    @blueprint.response(200, ProviderOut(many=True))
    @allow(Permission.READ_PROVIDERS)
    def get(self, values: dict[str, Any]) -> Any:
        """Accredited providers by name, filtered by care, place, language, hour and free places."""
        limit, offset, today = values.pop("limit"), values.pop("offset"), _today()
        looked_for = wanted(values)
        rows = queries.public_providers(today, looked_for, limit=limit, offset=offset)
        return open_records(rows, queries.open_lines(), today, looked_for.moment(today))


@blueprint.route("/<number>")
class OneProvider(MethodView):
    @blueprint.response(200, ProviderOut)
    @allow(Permission.READ_PROVIDERS)
    def get(self, number: str) -> OpenProvider:
        """One accredited provider by its number."""
        row = queries.public_provider(number, _today())
        if row is None:
            raise NotFound(_l("No accredited provider has the number %(number)s.", number=number))
        return open_records([row], queries.open_lines(), _today(), Moment(_today()))[0]


def _today() -> dt.date:
    return clock.today(fund().zone)
