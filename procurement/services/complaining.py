"""What a complaint stops: below all services that move a tender, so that each can ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.errors import DomainError
from core.words import _l
from procurement.models.tender import Lot, Tender
from procurement.queries import complaints as queries
from procurement.states.complaint import STOPS_OPENING, STOPS_SIGNING


def refuse_suspended(tender: Tender, lot: Lot | None = None) -> None:
    """While a complaint is pending, under review or upheld and not redone, its lot stands still; its tender before
    there are results by lot. Nobody is above this."""
    found = queries.that_stop(tender, lot, STOPS_SIGNING)
    if found:
        raise DomainError(
            _l("Complaint %(number)s is not settled: nothing moves before.", number=found[0].number), code="suspended"
        )


def stops_opening(tender: Tender) -> Iterable[Any]:
    """Sentences for the opening."""
    for row in queries.that_stop(tender, None, STOPS_OPENING):
        yield _l("Complaint %(number)s is not settled.", number=row.number)
