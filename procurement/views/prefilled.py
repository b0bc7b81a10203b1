"""A tender's draft form, filled from a procedure that was published elsewhere. What is not certain stays empty."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from werkzeug.datastructures import MultiDict

from core.config import fund
from core.words import _
from procurement.foreign import ForeignDraft, ForeignLot, decimal_of
from procurement.ocds.schema import is_instant
from procurement.ocds.values import NO_ISO_CODE

BLOCKS = {"price": "price", "cost": "price", "quality": "quality"}


def typed(draft: ForeignDraft, values: MultiDict[str, str]) -> MultiDict[str, str]:
    """Field names as in `drafting`; amounts only where their currency is the fund's."""
    closes = _local(draft.closes or next((lot.closes for lot in draft.lots if lot.closes), ""))
    values["title"], values["summary"] = draft.title[:200], _summary(draft)
    if closes:
        values["closes_on"], values["closes_time"] = closes.date().isoformat(), closes.strftime("%H:%M")
    for name, written in (
        ("questions_on", draft.questions_until),
        ("starts_on", draft.starts),
        ("ends_on", draft.ends),
    ):
        found = _local(written)
        if found:
            values[name] = found.date().isoformat()
    for number, lot in enumerate(draft.lots or (_whole(draft),), start=1):
        _lot(values, number, lot)
    _criteria(values, draft)
    return values


def _lot(values: MultiDict[str, str], number: int, lot: ForeignLot) -> None:
    values[f"lots.{number}.title"] = (lot.title or lot.id)[:200]
    ceiling = decimal_of(lot.amount) if lot.currency in _own_currency() else None
    if ceiling:
        values[f"lots.{number}.ceiling"] = f"{ceiling:.{fund().currency.exponent}f}"


def _criteria(values: MultiDict[str, str], draft: ForeignDraft) -> None:
    found = draft.criteria or next((lot.criteria for lot in draft.lots if lot.criteria), ())
    for position, row in enumerate(found, start=1):
        values[f"criteria.{position}.block"] = BLOCKS.get(row.kind, "quality")
        values[f"criteria.{position}.name"] = row.name[:160]
        weight = decimal_of(row.weight)
        if weight is not None and Decimal(0) < weight <= 100:
            values[f"criteria.{position}.weight"] = f"{weight:f}"


def _summary(draft: ForeignDraft) -> str:
    """What it was and what it was to cost there: an amount in another currency is told, never converted."""
    cost = _("Estimated there: %(amount)s %(currency)s.", amount=draft.amount, currency=draft.currency)
    return "\n".join(text for text in (draft.summary, cost if draft.amount else "") if text)


def _whole(draft: ForeignDraft) -> ForeignLot:
    """A procedure without lots is one lot."""
    return ForeignLot(id="1", title=draft.title, amount=draft.amount, currency=draft.currency)


def _own_currency() -> tuple[str, ...]:
    currency = fund().currency
    return (currency.code, NO_ISO_CODE) if currency.is_invented else (currency.code,)


def _local(written: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(written).astimezone(fund().zone) if written and is_instant(written) else None
