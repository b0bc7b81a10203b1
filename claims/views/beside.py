"""Two lines that are much alike, side by side, for the reviewer who compares them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from claims import encoding, presenters
from claims.models import Claim, ClaimLine, LineVersion
from claims.queries import lists, records
from claims.readers import Reader
from claims.states import LINE_STATES
from core.codes import service_names


def pairs(claims: Iterable[Claim], waiting: dict[int, LineVersion], reader: Reader) -> list[dict[str, Any]]:
    """{service, sides: [here, there]} of every waiting line that was found to be like another (REV-01)."""
    return [pair for claim in claims if claim.id in waiting for pair in _of(claim, waiting[claim.id], reader)]


def _of(claim: Claim, row: LineVersion, reader: Reader) -> Iterator[dict[str, Any]]:
    for found in encoding.line_of(row).findings:
        other = _claim(found.parameters.get("claim"), reader) if found.code == "REV-01" else None
        if other is None:
            continue
        here = next(line for line in records.lines_of(claim) if line.line_no == row.line_no)
        there = next((line for line in records.lines_of(other) if _is_meant(line, here, found.parameters)), None)
        if there is not None:
            names = service_names({here.service})
            sides = [_side(claim, here), _side(other, there)]
            yield {"service": names.get(here.service, here.service), "sides": sides}


def _claim(number: Any, reader: Reader) -> Claim | None:
    row = records.claim_by_number(str(number), reader) if number else None
    return row[0] if row else None


def _is_meant(line: ClaimLine, here: ClaimLine, figures: dict[str, Any]) -> bool:
    service, on = figures.get("other_service", here.service), figures["on"]
    return (line.service, line.service_until or line.service_from) == (service, on)


def _side(claim: Claim, line: ClaimLine) -> dict[str, Any]:
    first, last = line.service_from, line.service_until or line.service_from
    version = records.history_of(claim)[-1]
    state = next(
        (row.state for row in records.decided_lines(claim, version.version) if row.line_no == line.line_no), ""
    )
    return {
        "number": claim.number,
        "provider": lists.organisation_names({claim.organisation_id})[claim.organisation_id],
        "days": presenters.long_days(first, last) if first and last else "",
        "quantity": presenters.quantity_words(line.quantity_milli),
        "price": line.unit_price,
        "amount": line.amount,
        "practitioner": line.practitioner,
        "state": LINE_STATES.get(state, ""),
    }
