"""P- and O- numbers, for the box on every page: both lead to the provider."""

from __future__ import annotations

from flask import url_for

from core.actors import Actor
from core.permissions import Permission, may
from core.roles import PROVIDER_STAFF
from core.web.search import add_resolver
from providers import queries


def register() -> None:
    add_resolver("P", provider)
    add_resolver("O", provider)


def provider(number: str, who: Actor) -> str | None:
    """Any provider that sent its registration for the fund's staff, the own one for a provider's."""
    if not may(Permission.READ_PROVIDERS, who.roles):
        return None
    mine = (who.organisation_id or 0) if who.roles <= PROVIDER_STAFF else None
    row = queries.provider_by_any_number(number, mine)
    if row is None or (row.state == "draft" and mine is None):
        return None
    return url_for("providers.show", number=row.number)
