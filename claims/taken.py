"""What decided lines take of agreements: sums by what an agreement is found by, so that each is looked for once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from claims.filed import Filed
from claims.sent import LineInput
from claims.verdicts import Verdict

Place = tuple[int, int | None, str, date]  # organisation, site, service, day that counts
Earlier = Mapping[tuple[int, int], tuple[int, int]]  # claim id, line → benefit and quantity of the version before
_NOTHING: Final = (0, 0)


def place_of(claim: Filed, line: LineInput) -> Place:
    day = line.service_until or line.service_from or claim.received_at.date()
    return claim.organisation_id, claim.site_id, line.service, day


def taken(verdicts: Sequence[Verdict], before: Earlier) -> dict[Place, list[int]]:
    """The difference to `before`: minor units, paid lines, thousandths of a unit."""
    found: dict[Place, list[int]] = {}
    for verdict in verdicts:
        claim, decision = verdict.claim, verdict.decision
        if not decision.benefit and not before:
            continue
        paid = {line.line_no: line for line in decision.lines if line.benefit}
        for line in claim.lines:
            now = paid.get(line.line_no)
            benefit, quantity = (now.benefit, now.quantity_milli) if now is not None else _NOTHING
            was, was_quantity = before.get((claim.id, line.line_no), _NOTHING) if before else _NOTHING
            if benefit == was and quantity == was_quantity:
                continue
            place = place_of(claim, line)
            sums = found.get(place)
            if sums is None:
                sums = found[place] = [0, 0, 0]
            sums[0] += benefit - was
            sums[1] += (1 if benefit else 0) - (1 if was else 0)
            sums[2] += quantity - was_quantity
    return found
