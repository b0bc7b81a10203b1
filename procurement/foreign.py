"""A procedure that somebody else published, as a draft: what we read of a release, and how it is given back.

Texts stay as they were written: any currency, dates with any offset, values that are missing. What we do not read stays
in the original and goes out again with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from procurement.paths import put, rows, text, value

Release = dict[str, Any]
PLACES = {
    "title": "tender/title",
    "summary": "tender/description",
    "tender_id": "tender/id",
    "status": "tender/status",
    "method": "tender/procurementMethod",
    "closes": "tender/tenderPeriod/endDate",
    "questions_until": "tender/enquiryPeriod/endDate",
    "starts": "tender/contractPeriod/startDate",
    "ends": "tender/contractPeriod/endDate",
    "amount": "tender/value/amount",
    "currency": "tender/value/currency",
    "buyer_id": "buyer/id",
    "buyer_name": "buyer/name",
}
LOT_PLACES = {
    "title": "title",
    "summary": "description",
    "status": "status",
    "amount": "value/amount",
    "currency": "value/currency",
    "closes": "tenderPeriod/endDate",
    "starts": "contractPeriod/startDate",
    "ends": "contractPeriod/endDate",
}
AMOUNTS = ("amount",)


@dataclass(frozen=True, slots=True)
class ForeignCriterion:
    """An award criterion; `weight` as written, empty where only its name is known."""

    kind: str = ""
    name: str = ""
    weight: str = ""


@dataclass(frozen=True, slots=True)
class ForeignLot:
    """`codes`: what is bought in it, as SCHEME number."""

    id: str
    title: str = ""
    summary: str = ""
    status: str = ""
    amount: str = ""
    currency: str = ""
    closes: str = ""
    starts: str = ""
    ends: str = ""
    codes: tuple[str, ...] = ()
    criteria: tuple[ForeignCriterion, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignAward:
    """Who won, as published there."""

    id: str
    status: str = ""
    amount: str = ""
    currency: str = ""
    suppliers: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignDraft:
    """All texts as written; an empty one is missing there."""

    title: str = ""
    summary: str = ""
    tender_id: str = ""
    status: str = ""
    method: str = ""
    closes: str = ""
    questions_until: str = ""
    starts: str = ""
    ends: str = ""
    amount: str = ""
    currency: str = ""
    buyer_id: str = ""
    buyer_name: str = ""
    codes: tuple[str, ...] = ()
    lots: tuple[ForeignLot, ...] = ()
    criteria: tuple[ForeignCriterion, ...] = ()
    awards: tuple[ForeignAward, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ForeignDraft:
        lots = tuple(_lot_from(row) for row in data["lots"])
        awards = tuple(
            ForeignAward(**{**row, "suppliers": tuple(row["suppliers"]), "lots": tuple(row["lots"])})
            for row in data["awards"]
        )
        criteria = tuple(ForeignCriterion(**row) for row in data["criteria"])
        return cls(**{**data, "codes": tuple(data["codes"]), "lots": lots, "awards": awards, "criteria": criteria})


def draft_of(release: Release) -> ForeignDraft:
    """What a release says of its procedure; nothing in it can make this fail."""
    plain = {name: text(release, place) for name, place in PLACES.items()}
    plain["title"] = plain["title"] or text(release, "title")
    plain["buyer_name"] = plain["buyer_name"] or _party_name(release, plain["buyer_id"])
    items = rows(release, "tender/items")
    lots = tuple(_lot(row, items) for row in rows(release, "tender/lots"))
    codes = [*_codes(value(release, "tender")), *(code for item in items for code in _codes(item))]
    return ForeignDraft(
        **plain,
        codes=tuple(dict.fromkeys(codes)),
        lots=lots,
        criteria=_criteria(value(release, "tender")),
        awards=tuple(_award(row) for row in rows(release, "awards")),
    )


def given_back(original: Release, draft: ForeignDraft) -> Release:
    """The release as it came, with what the draft says now written over it; what we never read is untouched."""
    release = deepcopy(original)
    read = draft_of(original)
    for name, place in PLACES.items():
        _write(release, place, name, getattr(draft, name), getattr(read, name))
    before = {lot.id: lot for lot in read.lots}
    now = {lot.id: lot for lot in draft.lots}
    for row in rows(release, "tender/lots"):
        lot = now.get(text(row, "id"))
        for name, place in LOT_PLACES.items() if lot else ():
            _write(row, place, name, getattr(lot, name), getattr(before[text(row, "id")], name))
    return release


def decimal_of(written: str) -> Decimal | None:
    """An amount as a number, None where there is none or it is not one."""
    try:
        found = Decimal(written)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _write(target: Release, place: str, name: str, said: str, was: str) -> None:
    """Only what somebody corrected; the rest goes out as it was written."""
    if said != was:
        number = decimal_of(said) if name in AMOUNTS and said else None
        put(target, place, _typed(value(target, place), said) if number is None else number)


def _typed(before: Any, said: str) -> Any:
    """An id that was a number stays one."""
    return int(said) if isinstance(before, int) and not isinstance(before, bool) and said.isdecimal() else said or None


def _lot(row: Release, items: list[Release]) -> ForeignLot:
    plain = {name: text(row, place) for name, place in LOT_PLACES.items()}
    own = [code for item in items if text(item, "relatedLot") == text(row, "id") for code in _codes(item)]
    return ForeignLot(id=text(row, "id"), **plain, codes=tuple(dict.fromkeys(own)), criteria=_criteria(row))


def _lot_from(row: Mapping[str, Any]) -> ForeignLot:
    criteria = tuple(ForeignCriterion(**one) for one in row["criteria"])
    return ForeignLot(**{**row, "codes": tuple(row["codes"]), "criteria": criteria})


def _codes(row: Any) -> list[str]:
    found = [value(row, "classification"), *rows(row, "additionalClassifications")]
    return [f"{text(one, 'scheme')} {text(one, 'id')}".strip() for one in found if text(one, "id")]


def _criteria(row: Any) -> tuple[ForeignCriterion, ...]:
    found = rows(row, "awardCriteria/criteria")
    return tuple(
        ForeignCriterion(text(one, "type"), text(one, "name") or text(one, "description"), _weight(one))
        for one in found
    )


def _weight(row: Release) -> str:
    return next((text(one, "number") for one in rows(row, "numbers") if text(one, "weight")), "")


def _award(row: Release) -> ForeignAward:
    names = tuple(text(one, "name") or text(one, "id") for one in rows(row, "suppliers"))
    lots = tuple(str(one) for one in value(row, "relatedLots") or () if isinstance(one, str))
    return ForeignAward(
        text(row, "id"), text(row, "status"), text(row, "value/amount"), text(row, "value/currency"), names, lots
    )


def _party_name(release: Release, party_id: str) -> str:
    return next((text(row, "name") for row in rows(release, "parties") if text(row, "id") == party_id), "")
