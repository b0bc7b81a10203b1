"""What of each payable is of which contract, and of which day of care: read for a thousand payables at a time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from claims.budget import agreed_by
from claims.funding import queries

CLAIM = "claim:"


class Portion(NamedTuple):
    """Signed minor units of a payable; `on` is the day of the care."""

    payable_id: int
    contract_id: int
    service_line: str
    on: dt.date
    amount: int


class _Paid(NamedTuple):
    contract_id: int | None
    service_line: str
    on: dt.date


def portions(
    organisation_id: int, payables: Sequence[Any], contracts: Mapping[int, tuple[str, str]]
) -> Iterator[Portion]:
    """Nothing of a payable that no contract explains to the unit: its sum stays with the fund, and shows as such."""
    claims = {row.id: _version(row.business_key) for row in payables if row.business_key.startswith(CLAIM)}
    paid = _paid(organisation_id, {claim_id for claim_id, _version in claims.values()}) if claims else {}
    for row in payables:
        if row.id in claims:
            yield from _of_claim(row, _difference(paid, *claims[row.id]))
        elif row.contract_id in contracts:
            line = contracts[row.contract_id][1]
            yield Portion(row.id, row.contract_id, line, _day_of(row), row.amount)


def _version(business_key: str) -> tuple[int, int]:
    """`claim:{id}:v{version}`."""
    _claim, claim_id, version = business_key.split(":")
    return int(claim_id), int(version.removeprefix("v"))


def _paid(organisation_id: int, claim_ids: set[int]) -> dict[tuple[int, int], dict[_Paid, int]]:
    """(claim, version) → what it pays, by contract, service line and day."""
    rows = queries.decided_lines(claim_ids)
    agreed_on = agreed_by({organisation_id}, {row.service for row in rows})
    found: dict[tuple[int, int], dict[_Paid, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        day = row.service_until or row.service_from or row.received_at.date()
        agreed = agreed_on(organisation_id, row.site_id, row.service, day)
        place = _Paid(agreed.contract_id if agreed else None, row.service_line, day)
        found[row.id, row.version][place] += row.benefit
    return found


def _difference(paid: Mapping[tuple[int, int], Mapping[_Paid, int]], claim_id: int, version: int) -> dict[_Paid, int]:
    """What this version pays beside the one before: a correction bears on the contracts and days of its lines."""
    now, before = paid.get((claim_id, version), {}), paid.get((claim_id, version - 1), {})
    found = {place: now.get(place, 0) - before.get(place, 0) for place in [*now, *(p for p in before if p not in now)]}
    return {place: amount for place, amount in found.items() if amount}


def _of_claim(row: Any, found: Mapping[_Paid, int]) -> Iterable[Portion]:
    if sum(found.values()) != row.amount:
        return []
    return [
        Portion(row.id, place.contract_id, place.service_line, place.on, amount)
        for place, amount in found.items()
        if place.contract_id is not None
    ]


def _day_of(row: Any) -> dt.date:
    """The day of care that the frozen summary names first; a penalty or a bonus names none and has its own day."""
    days = [line["service_on"] for line in row.summary.get("lines", ()) if line.get("service_on")]
    return dt.date.fromisoformat(days[0]) if days else row.occurred_on
