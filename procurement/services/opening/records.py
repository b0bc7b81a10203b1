"""Where a tender weighs the record of bidders, it is read when the first envelopes open and kept with the bid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.queries.records import Held, held_records
from procurement.scoring.record import RECORD, Member, Record, mean_of

WHOLE = Decimal(100)


def keep_records(tender: Tender, bids: Sequence[Bid]) -> dict[str, Any]:
    """Bid → record as kept, for the audit trail; refuses records that cannot be. A later score changes nothing."""
    if not tender.criteria_of(RECORD):
        return {}
    who = {bid.public_id: _bidders(bid) for bid in bids}
    held = held_records(tender.service_line, {number for rows in who.values() for number, _name, _share in rows})
    for number, row in held.items():
        Member(number, WHOLE, row.score, row.periods)
    peer_mean = mean_of([row.score for row in held.values()])
    for bid in bids:
        members = tuple(_member(row, held) for row in who[bid.public_id])
        bid.record = Record(members, peer_mean, len(held)).to_json()
    return {bid.public_id: bid.record for bid in bids}


def _member(bidder: tuple[str, str, Decimal], held: Mapping[str, Held]) -> Member:
    number, name, share = bidder
    found = held.get(number)
    return Member(name, share, found.score if found else None, found.periods if found else 0)


def _bidders(bid: Bid) -> list[tuple[str, str, Decimal]]:
    """Number, name and share of the work, the lead first; equal shares where the envelope's make no whole."""
    partners = bid.joined
    shares = [_number(row.get("share", "")) for row in partners]
    shares.insert(0, WHOLE - sum(shares, Decimal(0)))
    if not all(share.is_finite() and share > 0 for share in shares):
        shares = [Decimal(1)] * len(shares)
    named = [(bid.organisation.number, bid.organisation.name)]
    named += [(row["organisation"], row["name"]) for row in partners]
    return [(number, name, share) for (number, name), share in zip(named, shares, strict=True)]


def _number(text: str) -> Decimal:
    """A sealed bid is not checked before: a word is no share."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")
