"""G- grants and PL- placements, for the box on every page."""

from __future__ import annotations

from flask import url_for

from care import queries
from core.actors import Actor
from core.permissions import Permission, may
from core.roles import PROVIDER_STAFF
from core.web.search import add_resolver


def register() -> None:
    add_resolver("G", grant)
    add_resolver("PL", placement)


def grant(number: str, who: Actor) -> str | None:
    """For a provider only where it has a placement under the grant."""
    row, mine = queries.grant(number, who), _scope(who)
    if row is None or not may(Permission.READ_CARE, who.roles):
        return None
    if mine is not None and mine not in {placement.organisation_id for placement in row.placements}:
        return None
    return url_for("care.grant", number=row.number)


def placement(number: str, who: Actor) -> str | None:
    row = queries.placement(number, who, _scope(who)) if may(Permission.READ_CARE, who.roles) else None
    return url_for("care.placement", number=row.number) if row else None


def _scope(who: Actor) -> int | None:
    return (who.organisation_id or 0) if who.roles & PROVIDER_STAFF else None
