"""Restricted services (HIV care, shelters, mental health): known to their provider, their member and named staff only.

Every list of records with a service asks `known_to`, every page of the trail asks the veils; so that what a reader may
not know is not merely blank but absent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Select, select

from core.actors import Actor
from core.codes import Service

SMALLEST = 11
"""Persons: a smaller group could name somebody (DECISIONS 33)."""

SCOPE = "restricted"
"""The scope of an assignment by which staff are named."""

Veil = Callable[[Collection[str]], set[str]]
_veils: list[Veil] = []


def sees_restricted(who: Actor) -> bool:
    """A provider's people, whose lists hold their own records only, and staff who are named."""
    return who.organisation_id is not None or SCOPE in who.scopes


def restricted_services() -> Select[str]:
    """Their codes, as a part of a query."""
    return select(Service.code).where(Service.is_restricted)


def known_to(who: Actor, column: Any) -> list[Any]:
    """What narrows a query of rows with a service code to those that `who` may know of."""
    return [] if sees_restricted(who) else [column.not_in(restricted_services())]


def add_veil(veil: Veil) -> None:
    """A room says which subjects of the trail are about restricted services."""
    if veil not in _veils:
        _veils.append(veil)


def veiled(subjects: Collection[str], who: Actor) -> set[str]:
    """Those of `subjects` that this reader of the trail may not know."""
    if SCOPE in who.scopes:
        return set()
    return set().union(*(veil(subjects) for veil in _veils))
