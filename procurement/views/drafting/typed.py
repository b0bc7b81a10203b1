"""A stored draft as the texts of its form."""

from __future__ import annotations

from decimal import Decimal

from werkzeug.datastructures import MultiDict

from core.config import fund
from core.money import to_decimal
from procurement.criterion_words import plain
from procurement.models.tender import Criterion, Lot, Tender
from procurement.views.drafting.choosing import typed_choosing
from procurement.views.drafting.reading import FLOOR_FIELDS


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
            "one_lot_reason": tender.one_lot_reason,
            "most_lots_bid": str(tender.most_lots_bid or ""),
            "most_lots_won": str(tender.most_lots_won or ""),
            "framework": tender.framework,
        }
    )
    for name, text in typed_choosing(tender):
        values.add(name, text)
    for lot in tender.lots:
        values.update(_typed_lot(lot))
    for row in tender.criteria:
        values.update(_typed_criterion(row))
    for name in FLOOR_FIELDS:
        stored = (tender.labour_floor or {}).get(name, "")
        is_share = name in ("contributions", "unproductive")
        values[f"floor.{name}"] = stored if is_share or not stored else _major(int(Decimal(stored)))
    for clause in tender.clauses or ():
        values.add("clauses", clause["code"])
    for person in tender.people:
        values.add(f"{person.duty}s", str(person.account_id))
    return values


def _typed_lot(lot: Lot) -> dict[str, str]:
    prefix = f"lots.{lot.number}."
    values = {
        prefix + "title": lot.title,
        prefix + "place": lot.place,
        prefix + "ceiling": _major(lot.ceiling),
        prefix + "floor": _major(lot.floor),
        prefix + "reservation": lot.reservation,
        prefix + "cpv": lot.cpv,
        prefix + "members": str(lot.members) if lot.members > 1 else "",
    }
    for m, row in enumerate(lot.services, start=1):
        values |= {f"{prefix}service.{m}": row.service, f"{prefix}volume.{m}": str(row.volume)}
    return values


def _typed_criterion(row: Criterion) -> dict[str, str]:
    names = ("code", "block", "name", "question", "measure", "unit", "evidence", "catalogue")
    numbers = ("weight", "zero_at", "full_at", "minimum", "gate")
    values = {f"criteria.{row.position}.{name}": str(getattr(row, name)) for name in names}
    steps = [f"{plain(Decimal(start))}: {plain(Decimal(share))}" for start, share in row.steps or ()]
    values[f"criteria.{row.position}.steps"] = "; ".join(steps)
    return values | {f"criteria.{row.position}.{name}": plain(getattr(row, name)) for name in numbers}


def _major(minor: int) -> str:
    return to_decimal(minor, fund().currency.exponent)
