"""Who gives a single service: a room above that agrees on services says it; without one, whoever gives its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

Offers = Callable[[str, dt.date], Any]
"""Service and day → a query of organisation ids."""
_offers: list[Offers] = []


def add_offers(offers: Offers) -> None:
    if offers not in _offers:
        _offers.append(offers)


def offering(service: str, on: dt.date) -> list[Any]:
    """Queries of organisation ids, one of each room."""
    return [offers(service, on) for offers in _offers]
