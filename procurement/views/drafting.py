"""The draft form: typed texts ↔ `TenderTerms`. Rows are numbered fields, so the form works without JavaScript."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

from core.config import fund
from core.errors import InputErrors, Problem
from core.money import to_decimal
from core.tables.values import BadValue, parse_date, parse_integer, parse_money, parse_quantity, parse_time
from core.words import _l
from procurement.models.tender import Criterion, Lot, Tender
from procurement.papers import plain
from procurement.scoring.abnormal import LabourFloor
from procurement.terms import CriterionTerms, LotTerms, TenderTerms

SERVICE_ROWS = 3
FLOOR_FIELDS = ("wage", "contributions", "unproductive", "travel", "overhead")


@dataclass(frozen=True, slots=True)
class Rows:
    """How many lots and criteria the form shows."""

    lots: int
    criteria: int

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Rows:
        return cls(_most(values, "lots", 1), _most(values, "criteria", 1))

    def with_one_more(self, what: str) -> Rows:
        """`lots`, or the kind of a criterion."""
        return replace(self, lots=self.lots + 1) if what == "lots" else replace(self, criteria=self.criteria + 1)


def empty() -> MultiDict[str, str]:
    """A new form: one criterion of each kind to start from."""
    values = MultiDict({"closes_time": "12:00", "price_formula": "absolute", "threshold": "2"})
    for position, block in enumerate(("price", "quality", "social"), start=1):
        values[f"criteria.{position}.block"] = block
    values["criteria.1.name"], values["criteria.1.code"] = "Price", "PRICE"
    return values


def typed(tender: Tender) -> MultiDict[str, str]:
    """A stored draft as it would have been typed."""
    local = tender.closes_at.astimezone(fund().zone)
    values: MultiDict[str, str] = MultiDict(
        {
            "title": tender.title,
            "summary": tender.summary,
            "service_line": tender.service_line,
            "questions_on": tender.questions_until.astimezone(fund().zone).date().isoformat(),
            "closes_on": local.date().isoformat(),
            "closes_time": local.strftime("%H:%M"),
            "starts_on": tender.starts_on.isoformat(),
            "ends_on": tender.ends_on.isoformat(),
            "price_formula": tender.price_formula,
            "quality_minimum": plain(tender.quality_minimum),
            "threshold": str(tender.threshold),
            "draw_source": tender.draw_source,
        }
    )
    for lot in tender.lots:
        values.update(_typed_lot(lot))
    for row in tender.criteria:
        values.update(_typed_criterion(row))
    for name in FLOOR_FIELDS:
        stored = (tender.labour_floor or {}).get(name, "")
        is_share = name in ("contributions", "unproductive")
        values[f"floor.{name}"] = stored if is_share or not stored else _major(int(Decimal(stored)))
    for person in tender.people:
        values.add(f"{person.duty}s", str(person.account_id))
    return values


def weight_sum(values: Mapping[str, Any], rows: Rows) -> str:
    """Points given so far; what is not a number yet counts nothing."""
    texts = [str(values.get(f"criteria.{n}.weight") or "") for n in range(1, rows.criteria + 1)]
    return plain(sum((Decimal(text) for text in texts if re.fullmatch(r"\d+(\.\d+)?", text)), Decimal(0)))


def chosen(values: Any, name: str) -> list[str]:
    """Every ticked value of a group."""
    return list(values.getlist(name)) if hasattr(values, "getlist") else []


def read(form: MultiDict[str, str], rows: Rows) -> TenderTerms:
    """The typed form as terms, or every problem at its field."""
    reader = _Reader(form)
    title = reader.needed("title", _l("Give the tender a title."))
    service_line = reader.needed("service_line", _l("Choose a service line."))
    closes_on, closes_time = reader.date("closes_on"), reader.time("closes_time")
    terms = TenderTerms(
        title=title,
        summary=form.get("summary", "").strip(),
        service_line=service_line,
        questions_until=_instant(reader.date("questions_on"), closes_time),
        closes_at=_instant(closes_on, closes_time),
        starts_on=reader.date("starts_on"),
        ends_on=reader.date("ends_on"),
        lots=[_lot(reader, n) for n in range(1, rows.lots + 1) if reader.is_filled(f"lots.{n}.")],
        criteria=[
            _criterion(reader, n) for n in range(1, rows.criteria + 1) if form.get(f"criteria.{n}.name", "").strip()
        ],
        officers=reader.ids("officers"),
        evaluators=reader.ids("evaluators"),
        holders=reader.ids("holders"),
        threshold=reader.number("threshold", parse_integer, 2),
        price_formula=form.get("price_formula", "absolute"),
        quality_minimum=reader.number("quality_minimum", parse_quantity, None),
        labour_floor=_floor(reader),
        draw_source=form.get("draw_source", "").strip(),
    )
    reader.refuse()
    return terms


class _Reader:
    """Reads fields one by one and keeps the problems, so that all are said at once."""

    def __init__(self, form: MultiDict[str, str]) -> None:
        self.form, self.problems = form, list[Problem]()

    def refuse(self) -> None:
        if self.problems:
            raise InputErrors(self.problems)

    def text(self, name: str) -> str:
        return self.form.get(name, "").strip()

    def needed(self, name: str, message: Any) -> str:
        if not self.text(name):
            self.problems.append(Problem(name, message))
        return self.text(name)

    def is_filled(self, prefix: str) -> bool:
        return any(value.strip() for name, value in self.form.items() if name.startswith(prefix))

    def ids(self, name: str) -> list[int]:
        return [int(value) for value in self.form.getlist(name) if value.isdigit()]

    def date(self, name: str) -> dt.date:
        day: dt.date = self.number(name, parse_date, dt.date(2000, 1, 1), is_needed=True)
        return day

    def time(self, name: str) -> dt.time:
        time: dt.time = self.number(name, parse_time, dt.time(12, 0))
        return time

    def amount(self, name: str, *, is_needed: bool = False) -> int:
        exponent = fund().currency.exponent
        minor: int = self.number(name, lambda text: parse_money(text, exponent), 0, is_needed=is_needed)
        return minor

    def number(self, name: str, parse: Callable[[Any], Any], default: Any, *, is_needed: bool = False) -> Any:
        text = self.text(name)
        if not text:
            if is_needed:
                self.problems.append(Problem(name, _missing(name)))
            return default
        try:
            return parse(text)
        except BadValue as error:
            message = _l("%(what)s %(fix)s", what=error.reason, fix=error.fix)
            self.problems.append(Problem(name, message, text))
            return default


def _missing(name: str) -> Any:
    """Which field is empty, in words; rows are named by their number."""
    row, last = [*name.split("."), ""][1], re.sub(r"\.\d+$", "", name).rsplit(".", 1)[-1]
    return {
        "closes_on": _l("Say on which day bids close."),
        "questions_on": _l("Say until which day questions are answered."),
        "starts_on": _l("Give the first day of the contract."),
        "ends_on": _l("Give the last day of the contract."),
        "ceiling": _l("Lot %(row)s: give it a ceiling.", row=row),
        "volume": _l("Lot %(row)s: say how many units.", row=row),
        "weight": _l("Criterion %(row)s: give it points.", row=row),
    }.get(last, _l("This is still missing."))


def _lot(reader: _Reader, n: int) -> LotTerms:
    services = []
    for m in range(1, SERVICE_ROWS + 1):
        if code := reader.text(f"lots.{n}.service.{m}"):
            volume = reader.number(f"lots.{n}.volume.{m}", parse_integer, 0, is_needed=True)
            if volume <= 0:
                reader.problems.append(Problem(f"lots.{n}.volume.{m}", _l("A volume is above zero."), str(volume)))
            services.append((code, volume))
    return LotTerms(
        title=reader.needed(f"lots.{n}.title", _l("Lot %(lot)s: give it a title.", lot=n)),
        place=reader.text(f"lots.{n}.place"),
        ceiling=reader.amount(f"lots.{n}.ceiling", is_needed=True),
        floor=reader.amount(f"lots.{n}.floor"),
        is_reserved=reader.text(f"lots.{n}.is_reserved") == "yes",
        services=services,
    )


def _criterion(reader: _Reader, n: int) -> CriterionTerms:
    prefix = f"criteria.{n}."
    block = reader.text(prefix + "block") or "quality"
    minimum = None
    return CriterionTerms(
        code=reader.text(prefix + "code") or {"price": "PRICE"}.get(block, f"{block[0].upper()}{n}"),
        block=block,
        name=reader.text(prefix + "name"),
        weight=reader.number(prefix + "weight", parse_quantity, Decimal(0), is_needed=True),
        question=reader.text(prefix + "question"),
        measure=reader.text(prefix + "measure") if block == "social" else "",
        zero_at=reader.number(prefix + "zero_at", parse_quantity, None),
        full_at=reader.number(prefix + "full_at", parse_quantity, None),
        unit=reader.text(prefix + "unit"),
        evidence=reader.text(prefix + "evidence"),
        minimum=minimum,
    )


def _floor(reader: _Reader) -> LabourFloor | None:
    """Wage and the rest of the labour floor; without a wage there is none."""
    if not reader.text("floor.wage"):
        return None
    values = {
        name: reader.number(f"floor.{name}", parse_quantity, Decimal(0))
        if name in ("contributions", "unproductive")
        else Decimal(reader.amount(f"floor.{name}"))
        for name in FLOOR_FIELDS
    }
    try:
        return LabourFloor(**values)
    except InputErrors as error:
        reader.problems += [Problem(f"floor.{p.where}", p.message, p.found) for p in error.problems]
        return None


def _typed_lot(lot: Lot) -> dict[str, str]:
    prefix = f"lots.{lot.number}."
    values = {
        prefix + "title": lot.title,
        prefix + "place": lot.place,
        prefix + "ceiling": _major(lot.ceiling),
        prefix + "floor": _major(lot.floor),
        prefix + "is_reserved": "yes" if lot.is_reserved else "",
    }
    for m, row in enumerate(lot.services, start=1):
        values |= {f"{prefix}service.{m}": row.service, f"{prefix}volume.{m}": str(row.volume)}
    return values


def _typed_criterion(row: Criterion) -> dict[str, str]:
    names = ("code", "block", "name", "question", "measure", "unit", "evidence")
    numbers = ("weight", "zero_at", "full_at")
    values = {f"criteria.{row.position}.{name}": str(getattr(row, name)) for name in names}
    return values | {f"criteria.{row.position}.{name}": plain(getattr(row, name)) for name in numbers}


def _most(values: Mapping[str, Any], what: str, least: int) -> int:
    numbers = [int(found[1]) for name in values if (found := re.match(rf"{what}\.(\d{{1,2}})\.", name))]
    return max([least, *numbers])


def _instant(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, fund().zone).astimezone(dt.UTC)


def _major(minor: int) -> str:
    return to_decimal(minor, fund().currency.exponent)
