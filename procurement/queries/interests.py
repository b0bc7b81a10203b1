"""What is on record that could tie a person of the fund to a bidder: a fixed number of statements for a tender."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from core.accounts.models import Account, Assignment
from core.db import db
from core.organisations import Organisation
from procurement.models.bid import Bid, BidPartner
from procurement.models.tender import Tender
from procurement.queries.tenders import sent_bids


@dataclass(frozen=True, slots=True)
class Tie:
    """One unit that bids, alone or with others. `names` of who acts for it now; `until`: the last day on which
    the person acted for it, None while it still does."""

    unit: Organisation
    names: frozenset[str]
    was_there: bool
    until: dt.date | None


def ties(tender: Tender, person: str, since: dt.date) -> list[Tie]:
    """Every unit of every bid; what ended before `since` is not asked for."""
    units = list(_units(sent_bids(tender)))
    ids = [unit.id for unit in units]
    query = select(Assignment, Account).join(Account, Account.id == Assignment.account_id)
    rows = db.session.execute(query.where(Assignment.organisation_id.in_(ids))).unique().all()
    names = [(seat.organisation_id, account.name) for seat, account in rows if account.active]
    own = [seat for seat, account in rows if account.person == person]
    return [_tie(unit, names, [seat for seat in own if seat.organisation_id == unit.id], since) for unit in units]


def _tie(unit: Organisation, names: Iterable[tuple[int | None, str]], own: list[Assignment], since: dt.date) -> Tie:
    seats = [seat for seat in own if seat.valid_until is None or seat.valid_until >= since]
    ends = [seat.valid_until for seat in seats if seat.valid_until is not None]
    until = max(ends) if len(ends) == len(seats) and ends else None
    return Tie(unit, frozenset(name for key, name in names if key == unit.id), bool(seats), until)


def _units(bids: Iterable[Bid]) -> Iterable[Organisation]:
    """Leads and the partners of joint bids, each once."""
    known = {bid.id: bid.organisation for bid in bids}
    query = select(BidPartner).where(BidPartner.bid_id.in_(known))
    joined = [row.organisation for row in db.session.execute(query.order_by(BidPartner.id)).scalars()]
    return {unit.id: unit for unit in (*known.values(), *joined)}.values()
