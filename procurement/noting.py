"""A notice as one plain value: kept per version, compared with the next, read back when a change is published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from core.config import fund
from core.money import to_decimal
from core.words import _, _l
from procurement.frameworks import METHODS
from procurement.models.tender import Criterion, Lot, Tender
from procurement.scoring.abnormal import LabourFloor
from procurement.scoring.low_price import LowPriceRule
from procurement.terms import COLUMNS, CriterionTerms, LotTerms, TenderTerms, low_price_rules

NUMBERS = ("weight", "zero_at", "full_at", "minimum", "gate")
LABELS: dict[str, Any] = {
    "title": _l("Title"),
    "summary": _l("Summary"),
    "service_line": _l("Service line"),
    "questions_until": _l("Questions until"),
    "closes_at": _l("Bids close"),
    "starts_on": _l("First day of the contract"),
    "ends_on": _l("Last day of the contract"),
    "price_formula": _l("Price formula"),
    "quality_minimum": _l("Least quality points"),
    "social_minimum": _l("Least social points"),
    "most_to_price": _l("Bids whose price is opened"),
    "is_renormalised": _l("The best on a question gets its full weight"),
    "are_averages_frozen": _l("Averages stay as at admission"),
    "framework": _l("Framework agreement"),
    "members": _l("members at most"),
    "tie_ladder": _l("Steps that break a tie"),
    "low_price_rules": _l("Rules for low prices"),
    "performance": _l("Measured in the contract"),
    "labour_floor": _l("Labour floor"),
    "draw_source": _l("Public value for a draw"),
    "place": _l("place"),
    "ceiling": _l("ceiling"),
    "floor": _l("floor"),
    "reservation": _l("reserved"),
    "cpv": _l("object code"),
    "one_lot_reason": _l("Why one lot"),
    "most_lots_bid": _l("Lots to bid for"),
    "most_lots_won": _l("Lots to win"),
    "clauses": _l("Clauses"),
    "services": _l("services and volumes"),
    "name": _l("name"),
    "question": _l("question"),
    "weight": _l("points"),
    "measure": _l("how it earns points"),
    "zero_at": _l("nothing at"),
    "full_at": _l("all at"),
    "steps": _l("steps"),
    "unit": _l("unit"),
    "evidence": _l("evidence"),
    "minimum": _l("least points"),
    "gate": _l("least that may be promised"),
}
DATES = ("questions_until", "closes_at")
WITHIN = ("threshold", "combination", "officers", "evaluators", "holders", "block", "code")
"""Not said in a list of changes: people and keys of a published tender stay."""


def terms_of(tender: Tender) -> TenderTerms:
    """What a stored tender says, as it would be drafted."""
    floor = tender.labour_floor
    return TenderTerms(
        **{name: getattr(tender, name) for name in COLUMNS},
        lots=[_lot(row) for row in tender.lots],
        criteria=[_criterion(row) for row in tender.criteria],
        officers=[row.account_id for row in tender.people_as("officer")],
        evaluators=[row.account_id for row in tender.people_as("evaluator")],
        holders=[row.account_id for row in tender.people_as("holder")],
        labour_floor=LabourFloor(**{name: Decimal(value) for name, value in floor.items()}) if floor else None,
        clauses=[row["code"] for row in tender.clauses or ()],
        tie_ladder=tender.tie_ladder,
        performance=[row["code"] for row in tender.performance],
        low_price_rules=low_price_rules(tender),
    )


def noted(terms: TenderTerms) -> dict[str, Any]:
    """JSON-able: decimals and dates as texts, criteria and lots as lists."""
    found: dict[str, Any] = _plain(asdict(terms))
    return found


def read(data: Mapping[str, Any]) -> TenderTerms:
    """The way back from `noted`."""
    values = dict(data)
    values["lots"] = [LotTerms(**{**row, "services": _pairs(row["services"])}) for row in data["lots"]]
    values["criteria"] = [_read_criterion(row) for row in data["criteria"]]
    for name in DATES:
        values[name] = dt.datetime.fromisoformat(data[name])
    for name in ("starts_on", "ends_on"):
        values[name] = dt.date.fromisoformat(data[name])
    for name in ("quality_minimum", "social_minimum"):
        values[name] = _number(data.get(name))
    if (rows := data.get("low_price_rules")) is not None:
        values["low_price_rules"] = [LowPriceRule.from_json(row) for row in rows]
    floor = data["labour_floor"]
    values["labour_floor"] = LabourFloor(**{name: Decimal(text) for name, text in floor.items()}) if floor else None
    return TenderTerms(**values)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    """[{where, label, before, after}] in the order of the notice; lots by number, criteria by code."""
    old, new = dict(_flat(before)), dict(_flat(after))
    keys = [*old, *(key for key in new if key not in old)]
    return [
        {"where": key, "label": _label(key), "before": old.get(key, ""), "after": new.get(key, "")}
        for key in keys
        if old.get(key, "") != new.get(key, "")
    ]


def only_dates(found: Iterable[Mapping[str, str]]) -> bool:
    """Whether nothing but the calendar of the tender itself moved: what was bid still answers what is asked."""
    return all(row["where"] in DATES for row in found)


def _flat(data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Always in the order of LABELS, whatever order a database gives the keys of an object back in."""
    yield from _row("", data)
    for number, lot in enumerate(data["lots"], 1):
        yield from _row(f"lots.{number}.", lot)
    for criterion in data["criteria"]:
        yield from _row(f"criteria.{criterion['code']}.", criterion)


def _row(prefix: str, row: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    return ((prefix + name, _said(name, row[name])) for name in LABELS if name in row and name in _SHOWN)


_SHOWN = frozenset(LABELS) - frozenset(WITHIN)


def _said(name: str, value: Any) -> str:
    """A value as it is shown in a list of changes: amounts in major units, instants with their zone."""
    if value in (None, "", [], False) or (name, value) == ("members", 1):
        return ""
    if name == "framework":
        return str(METHODS[value])
    if name in DATES:
        return dt.datetime.fromisoformat(value).astimezone(fund().zone).strftime("%Y-%m-%d %H:%M UTC%z")
    if name in ("ceiling", "floor") and value:
        return f"{to_decimal(value, fund().currency.exponent)} {fund().currency.code}"
    if name in ("clauses", "tie_ladder", "performance"):
        return ", ".join(value)
    if name == "low_price_rules":
        return ", ".join(" ".join([row["code"], *row["numbers"].values()]) for row in value)
    if name == "services":
        return ", ".join(f"{volume} × {code}" for code, volume in value)
    if name == "labour_floor":
        return ", ".join(f"{key} {text}" for key, text in sorted(value.items()))
    if name in NUMBERS:
        return f"{Decimal(value).normalize():f}"
    return str(value)


def _label(where: str) -> str:
    room, *rest = where.split(".")
    if room == "lots":
        return _("Lot %(lot)s: %(what)s", lot=rest[0], what=LABELS[rest[-1]])
    if room == "criteria":
        return _("Criterion %(code)s: %(what)s", code=rest[0], what=LABELS[rest[-1]])
    return str(LABELS[room])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, dt.date) else value


def _lot(row: Lot) -> LotTerms:
    services = [(service.service, service.volume) for service in row.services]
    names = ("title", "ceiling", "floor", "place", "is_reserved", "reservation", "cpv", "members")
    return LotTerms(services=services, **{name: getattr(row, name) for name in names})


def _criterion(row: Criterion) -> CriterionTerms:
    names = ("code", "block", "name", "weight", "question", "measure", "zero_at", "full_at", "unit", "evidence",
             "catalogue", "gate")  # fmt: skip
    steps = [(Decimal(start), Decimal(share)) for start, share in row.steps or ()]
    return CriterionTerms(steps=steps, minimum=row.minimum, **{name: getattr(row, name) for name in names})


def _read_criterion(row: Mapping[str, Any]) -> CriterionTerms:
    steps = [(Decimal(start), Decimal(share)) for start, share in row["steps"]]
    return CriterionTerms(**{**row, "steps": steps, **{name: _number(row.get(name)) for name in NUMBERS}})


def _number(text: str | None) -> Any:
    return None if text is None else Decimal(text)


def _pairs(rows: Iterable[Iterable[Any]]) -> list[tuple[str, int]]:
    return [(code, volume) for code, volume in rows]
