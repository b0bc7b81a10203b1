"""The labour-cost floor of services by day, and what a tariff under it lacks: plan part `wages`. Pure."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import ceil
from typing import Any

from core.errors import InputErrors
from core.words import _l
from procurement.scoring.abnormal import LabourFloor

PART = "wages"
AMOUNTS, SHARES = ("wage", "travel", "overhead"), ("contributions", "unproductive")


@dataclass(frozen=True, slots=True)
class Floor:
    """`cost` of an hour in minor units, `hours` of paid work in one unit of the service; days inclusive."""

    service: str
    hours: Decimal
    cost: LabourFloor
    valid_from: dt.date
    valid_until: dt.date | None
    basis: str

    def covers(self, on: dt.date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def gap(self, rate: Decimal) -> Fraction:
        """Exact minor units that an hour at `rate` per unit lacks; zero or less: nothing."""
        return self.cost.per_unit() - Fraction(rate) / Fraction(self.hours)

    def least_rate(self) -> int:
        """The least whole rate per unit that is not under the floor, in minor units."""
        return ceil(self.cost.per_unit() * Fraction(self.hours))


@dataclass(frozen=True, slots=True)
class Wages:
    """Floors by service; a service without one is not looked at."""

    floors: Mapping[str, tuple[Floor, ...]] = field(default_factory=dict)

    def of(self, service: str, on: dt.date) -> Floor | None:
        return next((row for row in self.floors.get(service, ()) if row.covers(on)), None)

    def first_days(self) -> list[dt.date]:
        """Days on which a wage or a contribution changes, the first ones too."""
        return sorted({row.valid_from for rows in self.floors.values() for row in rows})


def parse(text: str) -> Wages:
    """`plan/wages.toml` as a value; every defect names its row."""
    raw = tomllib.loads(text)
    exponent, first = raw.get("currency_exponent"), raw.get("valid_from")
    if type(exponent) is not int or not isinstance(first, dt.date):
        raise InputErrors.at("wages", _l("Name currency_exponent and valid_from first."))
    found: dict[str, tuple[Floor, ...]] = {}
    for number, row in enumerate(raw.get("floors", []), 1):
        floor = _floor(row, f"floors.{number}", exponent, first)
        others = found.get(floor.service, ())
        if any(other.covers(floor.valid_from) or floor.covers(other.valid_from) for other in others):
            raise InputErrors.at(f"floors.{number}", _l("This service has two floors on the same day."), floor.service)
        found[floor.service] = (*others, floor)
    return Wages(found)


def _floor(row: Mapping[str, Any], where: str, exponent: int, first: dt.date) -> Floor:
    service, basis = str(row.get("service", "")), str(row.get("basis", ""))
    if not service or not basis:
        raise InputErrors.at(where, _l("A floor names its service and its legal basis."))
    amounts = {name: _number(row, name, where).scaleb(exponent) for name in AMOUNTS}
    shares = {name: _number(row, name, where).scaleb(-2) for name in SHARES}
    hours = _number(row, "hours", where)
    if hours <= 0:
        raise InputErrors.at(f"{where}.hours", _l("A unit has some hours of work."), str(hours))
    cost = LabourFloor(**amounts, **shares)
    return Floor(service, hours, cost, row.get("valid_from", first), row.get("valid_until"), basis)


def _number(row: Mapping[str, Any], name: str, where: str) -> Decimal:
    try:
        value = Decimal(row[name]) if isinstance(row[name], str) else None
    except (KeyError, InvalidOperation):
        value = None
    if value is None or not value.is_finite():
        raise InputErrors.at(f"{where}.{name}", _l('Write the number in quotes, like "4.240".'), row.get(name, ""))
    return value
