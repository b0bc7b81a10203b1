"""The fund's fixed prices and the rules of its open lists: plan part `tariffs`. Pure."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import InputErrors
from core.words import _l

PART = "tariffs"


@dataclass(frozen=True, slots=True)
class ListRules:
    """Days are calendar days. 0: there is no such rule.

    `least_applicants` within `gather_days` of publication, else the list has failed.
    """

    least_applicants: int = 0
    gather_days: int = 0
    completion_days: int = 0
    decision_days: int = 0
    notice_days: int = 0
    appeal_days: int = 0


@dataclass(frozen=True, slots=True)
class FixedRate:
    """`rate` in minor units per unit; days inclusive, without an end as long as the plan."""

    service: str
    rate: Decimal
    valid_from: dt.date
    valid_until: dt.date | None
    basis: str

    def covers(self, on: dt.date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Tariff:
    """An empty one fixes nothing: officers then set the prices of a list themselves."""

    rules: ListRules = ListRules()
    rates: Mapping[str, tuple[FixedRate, ...]] = field(default_factory=dict)

    def of(self, service: str, on: dt.date) -> FixedRate | None:
        """The fixed price of a service on a day."""
        return next((row for row in self.rates.get(service, ()) if row.covers(on)), None)


def parse(text: str) -> Tariff:
    """`plan/tariffs.toml` as a value; every defect names its row."""
    raw = tomllib.loads(text)
    exponent, first = raw.get("currency_exponent"), raw.get("valid_from")
    if type(exponent) is not int or not isinstance(first, dt.date):
        raise InputErrors.at("tariffs", _l("Name currency_exponent and valid_from first."))
    found: dict[str, tuple[FixedRate, ...]] = {}
    for number, row in enumerate(raw.get("rates", []), 1):
        rate = _rate(row, f"rates.{number}", exponent, first)
        others = found.get(rate.service, ())
        if any(other.covers(rate.valid_from) or rate.covers(other.valid_from) for other in others):
            raise InputErrors.at(f"rates.{number}", _l("This service has two prices on the same day."), rate.service)
        found[rate.service] = (*others, rate)
    return Tariff(_rules(raw.get("lists", {})), found)


def _rules(raw: Mapping[str, Any]) -> ListRules:
    known = {row.name for row in fields(ListRules)}
    for name, value in raw.items():
        if name not in known:
            raise InputErrors.at(f"lists.{name}", _l("This rule is not known."), name)
        if type(value) is not int or value < 0:
            raise InputErrors.at(f"lists.{name}", _l("This is a whole number, not below 0."), value)
    return ListRules(**raw)


def _rate(row: Mapping[str, Any], where: str, exponent: int, first: dt.date) -> FixedRate:
    service, basis = str(row.get("service", "")), str(row.get("basis", ""))
    if not service or not basis:
        raise InputErrors.at(where, _l("A price names its service and its legal basis."))
    try:
        rate = Decimal(row["rate"]).scaleb(exponent)
    except (KeyError, InvalidOperation, TypeError) as error:
        raise InputErrors.at(where, _l('Write the price in quotes, like "9.500".'), row.get("rate", "")) from error
    if not rate.is_finite() or rate < 0:
        raise InputErrors.at(where, _l("A price is not negative."), row["rate"])
    return FixedRate(service, rate, row.get("valid_from", first), row.get("valid_until"), basis)
