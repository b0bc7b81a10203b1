"""An officer withholds one field of one bid from other readers until a day; an earlier day shows it sooner."""

from __future__ import annotations

import datetime as dt

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import DomainError, InputErrors, Problem
from core.words import _l
from procurement.models.tender import Tender
from procurement.models.withheld import FIELDS, REASONS, WithheldField
from procurement.queries import tenders as queries
from procurement.queries.withholding import withheld_in
from procurement.services.declaring import refuse_undeclared


def withhold(
    tender: Tender, bid_public_id: str, field: str, reason_code: str, reason: str, until: dt.date | None, *, by: Actor
) -> WithheldField:
    """The place, the own points and the total of a bid are never withheld: who lost must be able to count again."""
    tender = queries.locked_tender(tender.number)
    if tender.quality_opened_at is None:
        raise DomainError(_l("Before the opening everything is sealed anyway."), code="not_now")
    refuse_undeclared(tender, by)
    bid = next((row for row in queries.sent_bids(tender) if row.public_id == bid_public_id), None)
    today = clock.today(fund().zone)
    faults = [
        (bid is None, "bid", _l("Choose the bidder whose field it is.")),
        (field not in FIELDS, "field", _l("Choose what is withheld.")),
        (reason_code not in REASONS, "reason_code", _l("Choose the ground.")),
        (not reason.strip(), "reason", _l("Say why: the others read it in its place.")),
        (until is None or until < today, "until", _l("Choose the last day; it does not lie in the past.")),
    ]
    problems = [Problem(where, message) for is_wrong, where, message in faults if is_wrong]
    if problems or bid is None or until is None:
        raise InputErrors(problems)
    row = WithheldField(bid=bid, field=field, reason_code=reason_code, reason=reason.strip(), withheld_until=until)
    row.withheld_by, row.withheld_at = by.name, clock.now()
    for earlier in withheld_in(tender):  # the newest word on a field stands
        if (earlier.bid_id, earlier.field) == (bid.id, field) and earlier.withheld_until >= today:
            earlier.withheld_until = today - dt.timedelta(days=1)
    db.session.add(row)
    db.session.flush()
    after = {"bid": bid.public_id, "field": field, "code": reason_code, "until": until.isoformat()}
    audit.record(tender.stream, Act.FIELD_WITHHELD, tender.number, by=by, reason=row.reason, after=after)
    return row


def show_again(tender: Tender, row_id: int, *, by: Actor) -> None:
    """From now on everybody may read it."""
    refuse_undeclared(tender, by)
    today = clock.today(fund().zone)
    row = next((row for row in withheld_in(tender) if row.id == row_id and row.withheld_until >= today), None)
    if row is None:
        raise DomainError(_l("This is not withheld any more."), code="shown")
    before, row.withheld_until = row.withheld_until, today - dt.timedelta(days=1)
    db.session.flush()
    after = {"bid": row.bid.public_id, "field": row.field, "until": row.withheld_until.isoformat()}
    audit.record(
        tender.stream, Act.FIELD_SHOWN, tender.number, by=by, before={"until": before.isoformat()}, after=after
    )
