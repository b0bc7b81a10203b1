"""The typed draft form as terms, or every problem at its field."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from werkzeug.datastructures import MultiDict

from core.config import fund
from core.errors import InputErrors, Problem
from core.tables.values import BadValue, parse_integer, parse_quantity
from core.words import _l
from procurement.frameworks import METHODS
from procurement.reserving import KINDS
from procurement.scoring.abnormal import LabourFloor
from procurement.terms import CriterionTerms, LotTerms, TenderTerms
from procurement.views.drafting.choosing import read_choosing
from procurement.views.drafting.reader import Reader
from procurement.views.drafting.rows import Rows

SERVICE_ROWS = 3
FLOOR_FIELDS = ("wage", "contributions", "unproductive", "travel", "overhead")


def read(form: MultiDict[str, str], rows: Rows) -> TenderTerms:
    """The typed form as terms, or every problem at its field."""
    reader = Reader(form)
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
        one_lot_reason=form.get("one_lot_reason", "").strip(),
        most_lots_bid=reader.number("most_lots_bid", parse_integer, None),
        most_lots_won=reader.number("most_lots_won", parse_integer, None),
        clauses=form.getlist("clauses"),
        framework=reader.one_of("framework", METHODS),
        **read_choosing(reader),
    )
    reader.refuse()
    return terms


def _lot(reader: Reader, n: int) -> LotTerms:
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
        reservation=reader.one_of(f"lots.{n}.reservation", KINDS),
        cpv=reader.cpv(f"lots.{n}.cpv"),
        members=reader.number(f"lots.{n}.members", parse_integer, 1),
        services=services,
    )


def _criterion(reader: Reader, n: int) -> CriterionTerms:
    prefix = f"criteria.{n}."
    block = reader.text(prefix + "block") or "quality"
    return CriterionTerms(
        code=reader.text(prefix + "code") or {"price": "PRICE"}.get(block, f"{block[0].upper()}{n}"),
        block=block,
        name=reader.text(prefix + "name"),
        weight=reader.number(prefix + "weight", parse_quantity, Decimal(0), is_needed=True),
        question=reader.text(prefix + "question"),
        measure=reader.text(prefix + "measure") if block == "social" else "",
        zero_at=reader.number(prefix + "zero_at", parse_quantity, None),
        full_at=reader.number(prefix + "full_at", parse_quantity, None),
        steps=_steps(reader, prefix + "steps"),
        unit=reader.text(prefix + "unit"),
        evidence=reader.text(prefix + "evidence"),
        catalogue=reader.text(prefix + "catalogue"),
        minimum=reader.number(prefix + "minimum", parse_quantity, None),
        gate=reader.number(prefix + "gate", parse_quantity, None),
    )


def _steps(reader: Reader, name: str) -> list[tuple[Decimal, Decimal]]:
    """`80: 0.5; 95: 1`: from 80 on half of the points, from 95 on all."""
    found = []
    for part in filter(None, (part.strip() for part in reader.text(name).split(";"))):
        start, _colon, share = part.partition(":")
        try:
            found.append((parse_quantity(start.strip()), parse_quantity(share.strip())))
        except BadValue:
            message = _l("Write steps like 80: 0.5; 95: 1.")
            reader.problems.append(Problem(name, message, part))
    return found


def _floor(reader: Reader) -> LabourFloor | None:
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


def _instant(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, fund().zone).astimezone(dt.UTC)
