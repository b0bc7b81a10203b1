"""What decided lines take from the contracts they were priced by: noted with every decision, given back with its end.

The contract's row of use is written last, after the household was locked, in the order of its id (DECISIONS 25).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from claims.filed import Filed
from claims.queries import facts, records, waiting
from claims.sent import LineInput
from claims.verdicts import Verdict
from procurement.services.contracts import record_service_use, record_use

Earlier = Mapping[tuple[int, int], tuple[int, int]]  # claim id, line → benefit and quantity of the version before
_NOTHING = (0, 0)


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
    verdicts = [verdict for verdict in verdicts if verdict.decision.benefit or verdict.claim.version]
    if not verdicts:
        return
    agreed_of = _contracts([verdict.claim for verdict in verdicts])
    taken: dict[Agreed, list[int]] = defaultdict(lambda: [0, 0, 0])
    for verdict in verdicts:
        now = {line.line_no: (line.benefit, line.quantity_milli) for line in verdict.decision.lines if line.benefit}
        for line in verdict.claim.lines if now or before else ():
            new = now.get(line.line_no, _NOTHING)
            old = before.get((verdict.claim.id, line.line_no), _NOTHING) if before else _NOTHING
            agreed = agreed_of(verdict.claim, line) if new != old else None
            if agreed is not None:
                sums = taken[agreed]
                sums[0] += new[0] - old[0]
                sums[1] += (new[0] > 0) - (old[0] > 0)
                sums[2] += new[1] - old[1]
    money: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for agreed, (benefit, lines, _quantity) in taken.items():
        money[agreed.contract_id][0] += benefit
        money[agreed.contract_id][1] += lines
    record_use({key: (benefit, lines) for key, (benefit, lines) in money.items() if benefit or lines})
    record_service_use({agreed: quantity for agreed, (_benefit, _lines, quantity) in taken.items() if quantity})


def capped_contracts(claims: Sequence[Filed]) -> AgreedOf | None:
    """Line → what was agreed for it; None where no sender has a contract with a budget or volume on these days."""
    days = [day for claim in claims for line in claim.lines for day in (line.service_from, line.service_until) if day]
    senders = {claim.organisation_id for claim in claims}
    if not days or not waiting.capped_organisations(senders, min(days), max(days)):
        return None
    return _contracts(claims)


def _contracts(claims: Sequence[Filed]) -> AgreedOf:
    """The contract that priced a line: of its service date, the site's own line before the provider's."""
    tariff: dict[tuple[int, str], list[tuple[Any, ...]]] = defaultdict(list)
    services = {line.service for claim in claims for line in claim.lines if line.service}
    for organisation, service, *agreed in facts.contract_lines({claim.organisation_id for claim in claims}, services):
        tariff[organisation, service].append(tuple(agreed))

    @cache
    def agreed_on(organisation_id: int, site_id: int | None, service: str, day: dt.date) -> Agreed | None:
        """Lines of a place and a day are many, what was agreed for them is one."""
        valid = [
            (site is None, place, contract_id, site or 0)
            for place, (site, _rate, begins, ends, contract_id, _number) in enumerate(
                tariff.get((organisation_id, service), ())
            )
            if begins <= day <= ends and site in (None, site_id)
        ]
        if not valid:
            return None
        _is_own, _place, contract_id, own_site = min(valid)
        return Agreed(contract_id, service, own_site)

    def agreed_of(claim: Filed, line: LineInput) -> Agreed | None:
        day: dt.date = line.service_until or line.service_from or claim.received_at.date()
        return agreed_on(claim.organisation_id, claim.site_id, line.service, day)

    return agreed_of
