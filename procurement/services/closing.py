"""The end of a tender: what was delivered under all its contracts is accepted."""

from __future__ import annotations

from typing import Any

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import DomainError
from core.words import _l
from procurement.models.contract import Contract
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.queries.complaints import that_stop
from procurement.queries.court import contracts_of
from procurement.services.tenders import reason_given
from procurement.states.complaint import STOPS_SIGNING
from procurement.states.tender import TENDER


def obstacles(tender: Tender) -> list[Any]:
    """What must end first: contracts unsigned or running, complaints that are not settled."""
    found = [sentence for contract in contracts_of(tender) if (sentence := _open(contract))]
    return found + [
        _l("Complaint %(number)s is not settled.", number=row.number) for row in that_stop(tender, None, STOPS_SIGNING)
    ]


def close(tender: Tender, *, reason: str, by: Actor) -> None:
    """`reason`: what was given, what was not, and that it is accepted. The tender is history then."""
    tender = queries.locked_tender(tender.number)
    target = TENDER.after(tender.state, "close")
    if found := obstacles(tender):
        why = " ".join(map(str, found))
        raise DomainError(_l("This tender cannot be closed yet. %(why)s", why=why), code="not_ended")
    tender.state, tender.ended_reason = target, reason_given(reason)
    db.session.flush()
    audit.record(tender.stream, Act.TENDER_CLOSED, tender.number, by=by, reason=tender.ended_reason)


def _open(contract: Contract) -> Any:
    if contract.state == "drawn":
        return _l("Contract %(number)s is not signed.", number=contract.number)
    if contract.state == "active" and contract.valid_until >= clock.today(fund().zone):
        day = contract.valid_until.isoformat()
        return _l("Contract %(number)s runs until %(day)s, unless it is ended.", number=contract.number, day=day)
    return None
