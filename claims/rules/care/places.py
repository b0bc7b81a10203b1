"""Nights in a place, certificates of the place, works after a quote: generic facts, whatever the service line."""
# ruff: noqa: ARG001 (every rule takes the same two arguments)

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from datetime import date

from claims.case import MILLI, Finding, Line, PlaceFact, Stay
from claims.reasons import Effect
from claims.rule import rule
from claims.terms import Terms
from core.words import _l

HELD = ("occupancy", "occupancy_present", "occupancy_away")


@rule(
    "CAR-01",
    part="place",
    text=_l("{matched:quantity} of {asked:quantity} matched nights in a place; missing: {missing:elements}."),
    basis="Care regulation, art. 12(1)",
    concerns=lambda row: row.match in HELD,
)
def place_not_held(line: Line, terms: Terms) -> Finding | None:
    """Only nights on which the member held a place of the provider are paid, there or away as the row says."""
    nights = _counting_nights(line, terms)
    matched = _quantity(nights, terms.row.unit)
    if matched >= line.quantity_milli:
        return None
    missing = ["night_away"] if terms.row.match == "occupancy_away" else ["night_held"]
    effect = (Effect.REDUCED if matched else Effect.DENIED).value
    return Finding(effect=effect, allowed_milli=matched, matched=matched, asked=line.quantity_milli, missing=missing)


def _counting_nights(line: Line, terms: Terms) -> list[date]:
    nights = list(line.place.nights) if line.place is not None else []
    match = terms.row.match
    if match == "occupancy" or terms.member is None:
        return nights
    stays = [stay for stay in terms.member.stays if stay.kind == "hospital"]
    return [night for night in nights if _is_away(stays, night) == (match == "occupancy_away")]


def _is_away(stays: list[Stay], night: date) -> bool:
    return any(
        stay.admitted_on <= night and (stay.discharged_on is None or night < stay.discharged_on) for stay in stays
    )


def _quantity(nights: list[date], unit: str) -> int:
    """A night is a day or a night; a month is as much of it as was held."""
    if unit != "month":
        return len(nights) * MILLI
    held = Counter((night.year, night.month) for night in nights)
    parts = sum(count * (_PARTS // monthrange(*month)[1]) for month, count in held.items())
    return (2 * MILLI * parts + _PARTS) // (2 * _PARTS)


_PARTS = 28 * 29 * 15 * 31  # a month can be divided so that a day of any month is whole


@rule(
    "CAR-01",
    part="certificate",
    text=_l("{place:code} has no valid certificate on {on:day}; the latest was valid until {until:day}."),
    basis="Care regulation, art. 13(1)",
    concerns=lambda row: row.needs_certificate,
)
def not_certified(line: Line, terms: Terms) -> Finding | None:
    """The certificate may only be late, so the line waits for it."""
    fact = line.place
    if fact is None or fact.uncertified_on is None:
        return None
    return Finding(effect=Effect.PENDING.value, place=fact.place, on=fact.uncertified_on, until=fact.certified_until)


@rule(
    "CAR-02",
    part="place_taken",
    text=_l("{place:code} is held by somebody else too: overlap of {nights:number} nights from {on:day}."),
    basis="Care regulation, art. 12(6)",
    concerns=lambda row: row.match in HELD,
)
def place_taken(line: Line, terms: Terms) -> Finding | None:
    fact = _in_doubt(line, "place_taken")
    return None if fact is None else Finding(place=fact.place, nights=fact.doubt_nights, on=fact.doubt_on)


def _in_doubt(line: Line, doubt: str) -> PlaceFact | None:
    """The place whose nights a person must look at for this doubt."""
    fact = line.place
    return fact if fact is not None and fact.doubt == doubt else None


@rule(
    "CAR-02",
    part="two_places",
    text=_l("The member also holds another place in the same night: {nights:number} nights from {on:day}."),
    basis="Care regulation, art. 15",
    concerns=lambda row: row.match in HELD,
)
def two_places(line: Line, terms: Terms) -> Finding | None:
    fact = _in_doubt(line, "two_places")
    return None if fact is None else Finding(nights=fact.doubt_nights, on=fact.doubt_on)


@rule(
    "CAR-01",
    part="works",
    text=_l("Works need a quote and their acceptance; missing: {missing:elements}."),
    basis="Care regulation, art. 16(1)",
    concerns=lambda row: row.match == "quote",
)
def works_not_accepted(line: Line, terms: Terms) -> Finding | None:
    if line.quote is None:
        return Finding(missing=["quote"])
    return Finding(missing=["acceptance"]) if line.quote.accepted is None else None
