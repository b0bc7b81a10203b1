"""What decided lines take from the contracts they were priced by: noted with every decision, given back with its end.

The contract's row of use is written last, after the household was locked, in the order of its id (DECISIONS 25).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

from claims.filed import Filed, days_of
from claims.queries import facts, records, waiting
from claims.sent import LineInput
from claims.taken import Earlier, place_of, taken
from claims.verdicts import Verdict
from procurement.services.contracts import record_service_use, record_use


class Agreed(NamedTuple):
    """The line of a contract that priced a line of a claim; `site_id` 0: the provider's own."""

    contract_id: int
    service: str
    site_id: int


AgreedOf = Callable[[Filed, LineInput], Agreed | None]


def earlier(verdicts: Sequence[Verdict]) -> Earlier:
    """What the live versions of these claims pay by line; to be read before the next versions are written."""
    return paid_before([verdict.claim.id for verdict in verdicts if verdict.claim.version])


def paid_before(claim_ids: Collection[int]) -> Earlier:
    return records.line_uses(claim_ids) if claim_ids else {}


def note_use(verdicts: Sequence[Verdict], before: Earlier) -> None:
    """Add the difference to each contract: minor units and paid lines, and what was bought of each service."""
    places = taken(verdicts, before)
    if not places:
        return
    agreed_on = agreed_by({organisation for organisation, *_ in places}, {service for _, _, service, _ in places})
    sums: dict[Agreed, list[int]] = defaultdict(lambda: [0, 0, 0])
    for place, (benefit, lines, quantity) in places.items():
        agreed = agreed_on(*place)
        if agreed is not None:
            figures = sums[agreed]
            figures[0] += benefit
            figures[1] += lines
            figures[2] += quantity
    money: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for agreed, (benefit, lines, _quantity) in sums.items():
        money[agreed.contract_id][0] += benefit
        money[agreed.contract_id][1] += lines
    record_use({key: (benefit, lines) for key, (benefit, lines) in money.items() if benefit or lines})
    record_service_use({agreed: quantity for agreed, (_benefit, _lines, quantity) in sums.items() if quantity})


def capped_contracts(claims: Sequence[Filed]) -> AgreedOf | None:
    """Line → what was agreed for it; None where no sender has a contract with a budget or volume on these days."""
    senders, days = {claim.organisation_id for claim in claims}, days_of(claims)
    if days is None or not waiting.capped_organisations(senders, *days):
        return None
    agreed_on = cache(agreed_by(senders, {line.service for claim in claims for line in claim.lines if line.service}))
    return lambda claim, line: agreed_on(*place_of(claim, line))


def agreed_by(senders: Collection[int], services: Collection[str]) -> Callable[..., Agreed | None]:
    """The contract that priced a line: of its service date, the site's own line before the provider's."""
    tariff: dict[tuple[int, str], list[tuple[Any, ...]]] = defaultdict(list)
    for organisation, service, *agreed in facts.contract_lines(senders, services):
        tariff[organisation, service].append(tuple(agreed))

    def agreed_on(organisation_id: int, site_id: int | None, service: str, day: dt.date) -> Agreed | None:
        found: Agreed | None = None
        for site, _rate, begins, ends, contract_id, *_rest in tariff.get((organisation_id, service), ()):
            if begins <= day <= ends:
                if site is None:
                    found = found or Agreed(contract_id, service, 0)
                elif site == site_id:
                    return Agreed(contract_id, service, site)
        return found

    return agreed_on
