"""Whose claims the reader sees: the fund's staff all, a cooperative its own, anyone else none yet."""

from __future__ import annotations

from claims.models import Claim, ClaimVersion
from claims.queries import records
from claims.queries.lists import NOBODY
from core.actors import Actor
from core.errors import NotFound
from core.roles import FUND_STAFF
from core.web import actor
from core.words import _l


def scope_of(who: Actor) -> int | None:
    if who.organisation_id is not None:
        return who.organisation_id
    return None if who.roles & FUND_STAFF else NOBODY


def found(number: str) -> tuple[Claim, ClaimVersion]:
    """The claim of that number if this reader may see it; another's claim does not exist."""
    row = records.claim_by_number(number, scope_of(actor()))
    if row is None:
        raise NotFound(_l("There is no claim %(number)s.", number=number))
    return row
