"""Who bears what is paid under contracts, and how enrolled people are counted: plan part `funding`. Pure."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import InputErrors, Problem
from core.words import _l

PART = "funding"
KINDS = {"fund": _l("The fund"), "state": _l("State"), "municipality": _l("Municipality"), "donor": _l("Donor")}
COUNTS = ("reference_day", "days")


@dataclass(frozen=True, slots=True)
class Counting:
    """How a month's enrolled people are counted, and its money moves.

    `reference_day`: who is enrolled on it counts for the whole month; None: each day counts for itself.
    A provider gives back at most `alone_up_to` minor units without a person having released it.
    """

    reference_day: int | None
    pays_after_days: int
    back_months: int
    alone_up_to: int
    basis: str

    @property
    def words(self) -> str:
        """As a statement keeps it."""
        return "days" if self.reference_day is None else f"reference_day {self.reference_day}"


@dataclass(frozen=True, slots=True)
class Funder:
    """`kind` of `KINDS`."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Shares in per cent by funder; empty filters take everything. Days are those of the care, both included."""

    name: str
    shares: tuple[tuple[str, Decimal], ...]
    service_line: str
    district: str
    contracts: frozenset[str]
    valid_from: dt.date
    valid_until: dt.date | None
    basis: str

    @property
    def rank(self) -> int:
        """What names contracts goes before what names a district, and that before a service line."""
        return 4 * bool(self.contracts) + 2 * bool(self.district) + bool(self.service_line)

    def takes(self, contract: str, service_line: str, district: str, on: dt.date) -> bool:
        return (
            (not self.contracts or contract in self.contracts)
            and self.district in ("", district)
            and self.service_line in ("", service_line)
            and self.valid_from <= on <= (self.valid_until or dt.date.max)
        )

    def meets(self, other: Rule) -> bool:
        """Nobody could say which of the two a payable falls under."""
        same_place = (self.service_line, self.district) == (other.service_line, other.district)
        same = self.rank == other.rank and same_place and bool(self.contracts) == bool(other.contracts)
        if not same or (self.contracts and not self.contracts & other.contracts):
            return False
        ends, other_ends = self.valid_until or dt.date.max, other.valid_until or dt.date.max
        return self.valid_from <= other_ends and other.valid_from <= ends


@dataclass(frozen=True, slots=True)
class Funding:
    """Without rules the fund bears everything; without `counting` no capitation is computed.

    A month is computed and split from `closes_on_day` of the next on.
    """

    closes_on_day: int = 1
    counting: Counting | None = None
    funders: Mapping[str, Funder] = field(default_factory=dict)
    rules: Sequence[Rule] = ()

    def rule_of(self, contract: str, service_line: str, district: str, on: dt.date) -> Rule | None:
        """The rule that says most, of a day of care."""
        found = (rule for rule in self.rules if rule.takes(contract, service_line, district, on))
        return max(found, key=lambda rule: rule.rank, default=None)


def parse(text: str) -> Funding:
    """`plan/funding.toml` as a value; every defect names its row."""
    raw = tomllib.loads(text)
    exponent, first = raw.get("currency_exponent"), raw.get("valid_from")
    if type(exponent) is not int or not isinstance(first, dt.date):
        raise InputErrors.at("funding", _l("Name currency_exponent and valid_from first."))
    closes_on_day = _whole(raw, "closes_on_day", "closes_on_day", 1, 28)
    counting = _counting(raw["capitation"], exponent) if "capitation" in raw else None
    funders = _funders(raw.get("funders", []))
    rules = [_rule(row, f"rules.{place}", funders, first) for place, row in enumerate(raw.get("rules", []), 1)]
    problems = list(_clashes(rules))
    if problems:
        raise InputErrors(problems)
    return Funding(closes_on_day, counting, funders, tuple(rules))


def _counting(row: Mapping[str, Any], exponent: int) -> Counting:
    count, basis = row.get("count"), str(row.get("basis", ""))
    if count not in COUNTS or not basis:
        message = _l("Capitation names its legal basis and how it counts: %(ways)s.", ways=", ".join(COUNTS))
        raise InputErrors.at("capitation.count", message, count or "")
    day = _whole(row, "reference_day", "capitation.reference_day", 1, 28) if count == "reference_day" else None
    alone = _decimal(row.get("alone_up_to", "0"), "capitation.alone_up_to").scaleb(exponent)
    if alone < 0 or alone != int(alone):
        raise InputErrors.at("capitation.alone_up_to", _l("This is an amount, not below 0."), row["alone_up_to"])
    return Counting(
        day, _whole(row, "pays_after_days", "capitation.pays_after_days", 0, 365),
        _whole(row, "back_months", "capitation.back_months", 1, 120), int(alone), basis,
    )  # fmt: skip


def _whole(row: Mapping[str, Any], name: str, where: str, least: int, most: int) -> int:
    value = row.get(name)
    if type(value) is not int or not least <= value <= most:
        message = _l("This is a whole number from %(least)s to %(most)s.", least=least, most=most)
        raise InputErrors.at(where, message, "" if value is None else value)
    return value


def _funders(rows: Sequence[Mapping[str, Any]]) -> dict[str, Funder]:
    found: dict[str, Funder] = {}
    for place, row in enumerate(rows, 1):
        funder = Funder(str(row.get("code", "")), str(row.get("name", "")), str(row.get("kind", "")))
        where = f"funders.{place}"
        if not (funder.code.isascii() and funder.code.replace("-", "").isalnum() and len(funder.code) <= 30):
            message = _l("A code has 1 to 30 letters, digits and hyphens.")
            raise InputErrors.at(f"{where}.code", message, funder.code)
        if not funder.name or funder.kind not in KINDS:
            message = _l("A funder has a name and a kind: %(kinds)s.", kinds=", ".join(KINDS))
            raise InputErrors.at(where, message, funder.kind)
        if funder.code in found:
            raise InputErrors.at(f"{where}.code", _l("This funder stands here twice."), funder.code)
        found[funder.code] = funder
    return found


def _rule(row: Mapping[str, Any], where: str, funders: Mapping[str, Funder], first: dt.date) -> Rule:
    name, basis = str(row.get("name", "")), str(row.get("basis", ""))
    if not name or len(name) > 60 or not basis:
        raise InputErrors.at(where, _l("A rule has a name of at most 60 characters, and its legal basis."), name)
    begins, ends = row.get("valid_from", first), row.get("valid_until")
    if ends is not None and ends < begins:
        raise InputErrors.at(f"{where}.valid_until", _l("The last day lies before the first."), ends.isoformat())
    return Rule(
        name, _shares(row.get("shares", {}), where, funders), str(row.get("service_line", "")),
        str(row.get("district", "")), frozenset(row.get("contracts", ())), begins, ends, basis,
    )  # fmt: skip


def _shares(raw: Mapping[str, Any], where: str, funders: Mapping[str, Funder]) -> tuple[tuple[str, Decimal], ...]:
    found = []
    for code, typed in raw.items():
        if code not in funders:
            raise InputErrors.at(f"{where}.shares", _l("No funder of this plan has this code."), code)
        share = _decimal(typed, f"{where}.shares.{code}")
        if share <= 0:
            raise InputErrors.at(f"{where}.shares.{code}", _l("A share is above 0 per cent."), typed)
        found.append((code, share))
    total = sum((share for _code, share in found), Decimal())
    if total != 100:
        message = _l("The shares add up to %(total)s per cent instead of 100.", total=f"{total:f}")
        raise InputErrors.at(f"{where}.shares", message, f"{total:f}")
    return tuple(found)


def _clashes(rules: Sequence[Rule]) -> Iterator[Problem]:
    for place, rule in enumerate(rules, 1):
        for before, other in enumerate(rules[: place - 1], 1):
            if rule.name == other.name and rule.valid_from == other.valid_from:
                yield Problem(f"rules.{place}.name", _l("Another rule has this name and first day."), rule.name)
            if rule.meets(other):
                message = _l("On some days rule %(before)s takes the same payables.", before=before)
                yield Problem(f"rules.{place}", message, rule.name)


def _decimal(typed: Any, where: str) -> Decimal:
    try:
        value = Decimal(typed) if isinstance(typed, str) else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite():
        raise InputErrors.at(where, _l('Write the number in quotes, like "4.240".'), typed)
    return value
