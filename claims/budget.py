"""What decided lines take from the contracts they were priced by: noted with every decision, given back with its end.

The contract's row of use is written last, after the household was locked, in the order of its id (DECISIONS 25).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from claims.decisions import Verdict
from claims.filed import Filed
from claims.intake.values import LineInput
from claims.queries import facts, records, waiting
from procurement.services.contracts import record_use

Earlier = Mapping[tuple[int, int], int]  # claim id, line → benefit of the version before
ContractOf = Callable[[Filed, LineInput], int | None]


def earlier(verdicts: Sequence[Verdict]) -> Earlier:
    """What the live versions of these claims pay by line; to be read before the next versions are written."""
    ids = [verdict.claim.id for verdict in verdicts if verdict.claim.version]
    return records.line_benefits(ids) if ids else {}


def note_use(verdicts: Sequence[Verdict], before: Earlier) -> None:
    """Add the difference to each contract: minor units and paid lines."""
    contract_of = _contracts([verdict.claim for verdict in verdicts])
    changes: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for verdict in verdicts:
        now = {line.line_no: line.benefit for line in verdict.decision.lines}
        for line in verdict.claim.lines:
            new, old = now.get(line.line_no, 0), before.get((verdict.claim.id, line.line_no), 0)
            contract_id = contract_of(verdict.claim, line) if new != old else None
            if contract_id is not None:
                changes[contract_id][0] += new - old
                changes[contract_id][1] += (new > 0) - (old > 0)
    record_use({key: (benefit, lines) for key, (benefit, lines) in changes.items() if benefit or lines})


def capped_contracts(claims: Sequence[Filed]) -> ContractOf | None:
    """Line → the contract that priced it; None where no sender has a contract with a budget on these days."""
    days = [day for claim in claims for line in claim.lines for day in (line.service_from, line.service_until) if day]
    senders = {claim.organisation_id for claim in claims}
    if not days or not waiting.capped_organisations(senders, min(days), max(days)):
        return None
    return _contracts(claims)


def _contracts(claims: Sequence[Filed]) -> ContractOf:
    """The contract that priced a line: of its service date, the site's own line before the provider's."""
    tariff: dict[tuple[int, str], list[tuple[Any, ...]]] = defaultdict(list)
    services = {line.service for claim in claims for line in claim.lines if line.service}
    for organisation, service, *agreed in facts.contract_lines({claim.organisation_id for claim in claims}, services):
        tariff[organisation, service].append(tuple(agreed))

    def contract_of(claim: Filed, line: LineInput) -> int | None:
        day: dt.date = line.service_until or line.service_from or claim.received_at.date()
        valid = [
            (site is None, place, contract_id)
            for place, (site, _rate, begins, ends, contract_id, _number) in enumerate(
                tariff.get((claim.organisation_id, line.service), ())
            )
            if begins <= day <= ends and site in (None, claim.site_id)
        ]
        return min(valid)[2] if valid else None

    return contract_of
