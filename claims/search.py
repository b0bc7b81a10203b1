"""Claim numbers (2026-11-00112-K), for the box on every page."""

from __future__ import annotations

from flask import url_for

from claims.queries import records
from claims.readers import reader_of
from core.actors import Actor
from core.permissions import Permission, may
from core.web.search import add_resolver


def register() -> None:
    add_resolver("", claim)


def claim(words: str, who: Actor) -> str | None:
    """The fund's staff find every claim, a cooperative its own."""
    if not may(Permission.READ_CLAIMS, who.roles):
        return None
    row = records.claim_by_number(words.replace(" ", ""), reader_of(who))
    return url_for("claims.show", number=row[0].number) if row else None
