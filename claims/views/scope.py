"""Whose claims the person behind this request sees."""

from __future__ import annotations

from claims.models import Claim, ClaimVersion
from claims.queries import records
from claims.readers import Reader, reader_of
from core.errors import NotFound
from core.web import actor
from core.words import _l


def reader() -> Reader:
    return reader_of(actor())


def found(number: str) -> tuple[Claim, ClaimVersion]:
    """The claim of that number if this reader may see it; another's claim does not exist."""
    row = records.claim_by_number(number, reader())
    if row is None:
        raise NotFound(_l("There is no claim %(number)s.", number=number))
    return row
