"""Values as OCDS writes them: amounts, instants, periods, and no empty fields."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from core.config import fund
from core.money import to_decimal

NO_ISO_CODE = "XTS"
"""ISO 4217 for trying out: an invented currency has no code of its own, and the list is closed."""
_EXACT = 15  # significant digits that the shortest text of a binary fraction gives back


def number(value: Decimal) -> int | float:
    """A JSON number whose text is exactly `value`; refuses one that it could not say."""
    if value == value.to_integral_value():
        return int(value)
    if len(value.as_tuple().digits) > _EXACT:
        raise ValueError(f"{value} has more digits than a JSON number keeps.")
    return float(value)


def amount(minor: int) -> dict[str, Any]:
    """Minor units of the fund as a value of OCDS, in major units."""
    currency = fund().currency
    code = NO_ISO_CODE if currency.is_invented else currency.code
    return {"amount": number(Decimal(to_decimal(minor, currency.exponent))), "currency": code}


def instant(value: dt.datetime) -> str:
    """UTC, to the second: the standard knows no finer."""
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def first_instant(day: dt.date) -> str:
    """Where a fund-local day begins."""
    return dt.datetime.combine(day, dt.time(0), fund().zone).isoformat()


def last_instant(day: dt.date) -> str:
    """Its last second."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), fund().zone).isoformat()


def days(first: dt.date, last: dt.date) -> dict[str, str]:
    """A period of whole days, both inclusive."""
    return {"startDate": first_instant(first), "endDate": last_instant(last)}


def full(value: Any) -> Any:
    """The value without null, empty text, empty lists and empty objects: the schema refuses them."""
    if isinstance(value, dict):
        kept = {key: full(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None and item not in ("", [], {})}
    if isinstance(value, list):
        return [item for item in map(full, value) if item not in (None, "", [], {})]
    return value
