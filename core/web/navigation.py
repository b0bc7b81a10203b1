"""The road on top of every page: the role's rooms in the order of the work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from core.actors import Actor
from core.permissions import Permission
from core.roles import Role
from core.web.access import actor, permits


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One knot. `prefix`: the URL prefix of the room; `count`: how much waits there for this actor.

    `roles`: whose road it stands on; empty: everybody's who may open it.
    """

    order: int
    label: Any
    endpoint: str
    permission: Permission
    prefix: str
    count: Callable[[Actor], int] | None = None
    roles: frozenset[Role] = frozenset()

    def is_on_the_road_of(self, who: Actor) -> bool:
        return permits(self.permission, who) and (not self.roles or who.has(*self.roles))


_items: dict[str, NavigationItem] = {}


def add_navigation(item: NavigationItem) -> None:
    _items[item.endpoint] = item


def navigation() -> list[dict[str, Any]]:
    """The knots this actor may open, for the template."""
    who = actor()
    if who.account_id is None:
        return []
    items = sorted((item for item in _items.values() if item.is_on_the_road_of(who)), key=lambda item: item.order)
    path = request.path
    return [
        {
            "label": item.label,
            "url": url_for(item.endpoint),
            "is_current": path == item.prefix or path.startswith(item.prefix + "/"),
            "count": item.count(who) if item.count else 0,
        }
        for item in items
    ]
