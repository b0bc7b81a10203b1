"""One box on every page: an exact number jumps to its record.

Rooms hand in a resolver per prefix (`add_resolver("T", by_number)`); the empty prefix takes what no number begins.
A resolver gets what was typed and who asks, and returns an address, or None when there is nothing for that person.
Words travel by POST, so that no name stands in an address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request

from core.actors import Actor
from core.errors import InputErrors
from core.permissions import Permission
from core.web.access import actor, allow
from core.web.forms import page
from core.words import _

blueprint = Blueprint("search", __name__)


class ByPost(str):
    """An address to which the typed words travel on by POST, because there is more than one answer."""

    __slots__ = ()


Resolver = Callable[[str, Actor], str | None]
_resolvers: dict[str, list[Resolver]] = {}


def add_resolver(prefix: str, resolver: Resolver) -> None:
    """`prefix` is the letters before the first hyphen, "" for everything else (member ids, names, phones)."""
    if resolver not in _resolvers.setdefault(prefix, []):
        _resolvers[prefix].append(resolver)


def resolve(words: str, who: Actor) -> str | None:
    """The first address that a resolver knows for `words`."""
    number = words.upper().replace(" ", "")
    prefix = number.split("-", 1)[0] if "-" in number else ""
    known = [(resolver, number) for resolver in _resolvers.get(prefix, ())] if prefix else []
    other = [(resolver, words) for resolver in _resolvers.get("", ())]
    return next((url for resolver, asked in known + other if (url := resolver(asked, who))), None)


@blueprint.post("/search")
@allow(Permission.SIGNED_IN)
def find() -> Any:
    words = request.form.get("words", "").strip()[:200]
    url = resolve(words, actor()) if words else None
    if url:
        return redirect(url, 307 if isinstance(url, ByPost) else 303)
    said = _("Nothing you may see has this number. Check it and try again.") if words else _("Write a number first.")
    return page("house/search.html", errors=InputErrors.at("search-words", said), words=words)
