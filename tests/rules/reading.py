"""How a case in cases/*.toml is read: what is not said is the ordinary (see cases/README.md)."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from claims.benefit_plan import BenefitPlan, parse
from claims.case import (
    Approval,
    AttendanceFact,
    CareLevel,
    Case,
    ContractLine,
    Cover,
    Grant,
    Household,
    Line,
    Member,
    OtherCover,
    PlaceFact,
    PriorLine,
    ProviderStanding,
    QuoteFact,
    Stay,
    UseEntry,
    VisitFact,
)
from core.money import from_decimal, to_decimal

HERE = Path(__file__).parent
YEAR = date(2026, 1, 1), date(2026, 12, 31)


@cache
def plan(name: str = "plan") -> BenefitPlan:
    return parse((HERE / f"{name}.toml").read_text())


class PlainFigures:
    """Figures as an English page writes them."""

    def __init__(self, decimals: int) -> None:
        self.decimals = decimals

    def money(self, minor: int) -> str:
        return to_decimal(minor, self.decimals)

    def day(self, on: date) -> str:
        return f"{on.day} {on:%B %Y}"

    def number(self, value: int) -> str:
        return str(value)

    def quantity(self, milli: int) -> str:
        return f"{milli / 1000:g}"

    def percent(self, basis_points: int) -> str:
        return f"{basis_points / 100:g} %"


def case_of(raw: dict[str, Any]) -> Case:
    decimals = raw.get("decimals", 2)
    members = {m.member_id: m for m in (_member(each) for each in raw.get("member", [{}]))}
    home = dict(raw.get("household", {}))
    if "monthly_income" in home:
        home["monthly_income"] = from_decimal(home["monthly_income"], decimals)
    lines = [_line(each, index, decimals) for index, each in enumerate(raw["line"], 1)]
    for line in lines:
        line.claim_total = sum(other.amount for other in lines if other.claim_id == line.claim_id)
    return Case(
        household=Household(1, **home),
        members=members,
        lines=lines,
        prior=[_prior(each) for each in raw.get("prior", [])],
        opening_use=[_use(each, decimals) for each in raw.get("used", [])],
    )


def _member(raw: dict[str, Any]) -> Member:
    covers = raw.get("cover", [{}])
    return Member(
        member_id=raw.get("id", 1),
        born_on=raw.get("born_on", date(1972, 5, 1)) or None,
        sex=raw.get("sex", "male"),
        died_on=raw.get("died_on"),
        has_disability=raw.get("has_disability", False),
        other_covers=tuple(OtherCover(**{"valid_from": YEAR[0]} | each) for each in raw.get("other_cover", [])),
        covers=tuple(Cover(**{"valid_from": YEAR[0], "valid_until": YEAR[1]} | each) for each in covers),
        stays=tuple(
            Stay(each["admitted_on"], each["discharged_on"] or None, kind=each.get("kind", "hospital"))
            for each in raw.get("stay", [])
        ),
        care_levels=tuple(CareLevel(**{"valid_from": YEAR[0]} | each) for each in raw.get("care_level", [])),
    )


def _line(raw: dict[str, Any], index: int, decimals: int) -> Line:
    """`price` is what is asked, `tariff` what the contract says; the contract is left out by tariff = "none"."""
    raw = dict(raw)
    raw.pop("expect")
    on = raw.pop("on", date(2026, 6, 10))
    begins = raw.pop("from", on)
    received = raw.pop("received_on", on + timedelta(days=2))
    price, tariff = raw.pop("price", "100"), raw.pop("tariff", "")
    quantity = _milli(raw.pop("quantity", 1))
    asked = from_decimal(price.removeprefix("-"), decimals) * (-1 if price.startswith("-") else 1)
    total = raw.pop("amount", None)
    claim = raw.pop("claim", index)
    line = Line(
        claim_id=claim,
        line_no=index,
        claim_number=f"C-{claim}",
        provider_claim_no=f"P-{claim}",
        organisation_id=raw.pop("provider", 1),
        site_id=None,
        member_id=raw.pop("member", 1) or None,
        service=raw.pop("service", "PLAIN"),
        code_system="fund",
        service_from=None if raw.pop("is_undated", False) else begins,
        service_until=on,
        received_on=received,
        received_at=raw.pop("received_at", datetime.combine(received, time(index // 60, index % 60), UTC)),
        quantity_milli=quantity,
        unit_price=asked,
        amount=from_decimal(total, decimals) if total else (quantity * asked * 2 + 1000) // 2000,
        is_contracted=tariff != "none",
        standing=ProviderStanding(raw.pop("standing", "accredited")),
    )
    if tariff != "none":
        rate = None if tariff == "open" else from_decimal(tariff or price.removeprefix("-"), decimals)
        line.contract = ContractLine(1, "C-2026-031", rate, YEAR[0], is_capitated=raw.pop("capitated", False))
    for name, kind in (("grant", _grant), ("visit", _visit), ("attendance", _attendance), ("place", _place)):
        if name in raw:
            setattr(line, name, kind(raw.pop(name)))
    if "quote" in raw:
        line.quote = _quote(raw.pop("quote"), decimals)
    if "approved" in raw:
        said = raw.pop("approved")
        line.approved = Approval(_milli(said["quantity"]), asked, "claims reviewer", said["reason"])
    if "stated_total" in raw:
        line.stated_total = from_decimal(raw.pop("stated_total"), decimals)
    for name in ("diagnoses", "unreadable", "unknown_diagnoses", "documents"):
        setattr(line, name, tuple(raw.pop(name, ())))
    for name, value in raw.items():
        if name not in {field.name for field in fields(Line)}:
            raise KeyError(f"A line of a case has no {name}.")
        setattr(line, name, value)
    return line


def _milli(quantity: object) -> int:
    return from_decimal(str(quantity).removeprefix("-"), 3) * (-1 if str(quantity).startswith("-") else 1)


def _grant(raw: dict[str, Any]) -> Grant:
    granted, used = raw.get("granted"), raw.get("used", 0)
    return Grant(
        grant_id=7,
        number="G-2026-118",
        valid_from=raw.get("valid_from", YEAR[0]),
        valid_until=raw.get("valid_until", YEAR[1]),
        granted_milli=None if granted is None else _milli(granted),
        used_milli=_milli(used),
        entitlement=raw.get("entitlement", ""),
    )


def _visit(raw: dict[str, Any]) -> VisitFact:
    missing = tuple(raw.get("missing", ()))
    return VisitFact(
        _milli(raw["verified"]),
        missing,
        raw.get("missing_on"),
        raw.get("overlap_on"),
        raw.get("other", ""),
        days=_by_day(raw.get("days", ())),
        **_doubt(raw),
    )


def _by_day(raw: Any) -> tuple[tuple[date, int], ...]:
    """[[2026-06-01, 2], …]: so much was recorded on that day."""
    return tuple((day, _milli(quantity)) for day, quantity in raw)


def _doubt(raw: dict[str, Any]) -> dict[str, Any]:
    return {name: raw[name] for name in ("doubt", "doubt_on", "doubt_other") if name in raw}


def _place(raw: dict[str, Any]) -> PlaceFact:
    """Nights from `first` to `last`; `certified_until` and `uncertified_on` as care computed them."""
    count = (raw["last"] - raw["first"]).days + 1
    nights = tuple(raw["first"] + timedelta(days=n) for n in range(count))
    more = {name: raw[name] for name in ("doubt_nights", "certified_until", "uncertified_on") if name in raw}
    return PlaceFact(raw.get("name", "D-12"), nights, **more, **_doubt(raw))


def _quote(raw: dict[str, Any], decimals: int) -> QuoteFact:
    accepted = raw.get("accepted")
    return QuoteFact(
        "Q-7", from_decimal(raw["quoted"], decimals), None if accepted is None else from_decimal(accepted, decimals)
    )


def _attendance(raw: dict[str, Any]) -> AttendanceFact:
    return AttendanceFact(
        _milli(raw["attended"]),
        missing=tuple(raw.get("missing", ())),
        missing_on=raw.get("missing_on"),
        days=_by_day(raw.get("days", ())),
        absences=_by_day(raw.get("absences", ())),
        **_doubt(raw),
        over_on=raw.get("over_on"),
        children=raw.get("children", 0),
        places=raw.get("places", 0),
        billed_milli_of_site=_milli(raw.get("site_billed", 0)),
        attended_milli_of_site=_milli(raw.get("site_attended", 0)),
    )


def _prior(raw: dict[str, Any]) -> PriorLine:
    on = raw["on"]
    return PriorLine(
        claim_id=raw.get("claim", 900),
        line_no=1,
        claim_number=f"C-{raw.get('claim', 900)}",
        organisation_id=raw.get("provider", 1),
        member_id=raw.get("member", 1),
        service=raw.get("service", "PLAIN"),
        service_from=on,
        service_on=on,
        quantity_milli=_milli(raw.get("quantity", 1)),
        state=raw.get("state", "accepted"),
        is_reserving=raw.get("is_reserving", False),
    )


def _use(raw: dict[str, Any], decimals: int) -> UseEntry:
    amount = from_decimal(raw["amount"], decimals) if "amount" in raw else _milli(raw["quantity"])
    start = raw.get("window", YEAR[0])
    return UseEntry(raw["limit"], raw.get("scope", "member"), raw.get("subject", 1), start, "money", amount)
