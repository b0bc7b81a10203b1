"""Members, for the box on every page: by their number, else the words travel on to the members' own search."""

from __future__ import annotations

from flask import url_for

from core.actors import Actor
from core.permissions import Permission, may
from core.web.search import ByPost, add_resolver
from members import queries


def register() -> None:
    add_resolver("", member)


def member(words: str, who: Actor) -> str | None:
    """A name or a phone leads to a list, by POST, so that neither stands in an address."""
    if not may(Permission.READ_MEMBERS, who.roles):
        return None
    if row := queries.member(words.upper().replace(" ", "")):
        return url_for("members.member", public_id=row.public_id)
    return ByPost(url_for("members.search")) if queries.search(words, limit=1) else None
