"""Successions that a room above has not heard of yet: who follows whom from when, and which site becomes which."""

from __future__ import annotations

from collections.abc import Iterator

from core import events
from providers import queries
from providers.models import Succession


def unheard(cursor: str) -> Iterator[tuple[Succession, dict[int, int]]]:
    """Each with the successor's sites by the sites before; inside a unit of work, in which the cursor moves on."""
    unread = events.unread(cursor, ("provider.succeeded",))
    for event in unread:
        row = queries.succession_by_id(event.data["succession_id"])
        yield row, queries.successor_sites(row)
    if unread:
        events.advance(cursor, unread[-1].id)
