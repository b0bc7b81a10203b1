"""Bids that were sealed away from the site: the house takes ciphertext, never sees the content, signs the receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.actors import Actor
from core.errors import InputErrors, Problem
from core.words import _l
from procurement.bidding import Draft, checks, failing, may_bid_for, too_many_lots
from procurement.models.bid import Bid, BidReceipt, SealedPart
from procurement.models.tender import Tender
from procurement.queries import joint as joint_queries
from procurement.queries.tenders import locked_tender
from procurement.sealing import EnvelopeKind, check_upload
from procurement.services.bids import arrived_in_time, read_draft, receive
from procurement.services.eligibility import bidder_of
from procurement.services.enveloping import sealed_part
from procurement.services.securing import sums_due

MOST_OCTETS = 256 * 1024


def take_sealed(bid: Bid, lots: Sequence[int], sealed: Mapping[EnvelopeKind, bytes], *, by: Actor) -> BidReceipt:
    """Both envelopes, sealed for version `bid.version + 1` of this bid and these lots. Replaces what was sent.

    A seal for another address is not seen here, since nobody can look inside; it stands in the minutes as unreadable.
    """
    read_draft(bid, by=by)
    tender = locked_tender(bid.tender.number)
    received_at = arrived_in_time(tender, bid, by)
    problems = [*_lot_problems(tender, bid, lots), *_envelope_problems(sealed)]
    if problems:
        raise InputErrors(problems)

    def parts() -> list[SealedPart]:
        return [sealed_part(bid, kind, 0, sealed[kind], by) for kind in EnvelopeKind]

    return receive(tender, bid, tuple(sorted(lots)), parts, received_at, by=by)


def _lot_problems(tender: Tender, bid: Bid, lots: Sequence[int]) -> list[Problem]:
    bidder = bidder_of(tender, bid.organisation_id)
    found = [Problem("lots", check.text) for check in checks(bidder) if not check.is_met]
    if not lots or len(set(lots)) < len(lots):
        found.append(Problem("lots", _l("Name each lot that you bid for once.")))
    if tender.most_lots_bid and len(lots) > tender.most_lots_bid:
        found.append(Problem("lots", too_many_lots(tender)))
    for number in lots:
        lot = tender.lot(number)
        if lot is None:
            found.append(Problem("lots", _l("There is no lot %(lot)s here.", lot=number), str(number)))
        elif not may_bid_for(lot, bidder):
            message = _l("Lot %(lot)s is reserved. Not met: %(why)s.", lot=number, why=failing(number, bidder))
            found.append(Problem("lots", message))
    if joint_queries.partners_of(bid) or sums_due(bid, Draft(lots=tuple(lots))):
        found.append(Problem("lots", _l("A joint bid, or one that needs a guarantee, is sealed on the site.")))
    return found


def _envelope_problems(sealed: Mapping[EnvelopeKind, bytes]) -> list[Problem]:
    found = []
    for kind in EnvelopeKind:
        try:
            check_upload(sealed.get(kind, b""), MOST_OCTETS)
        except InputErrors as error:
            found += [replace(row, where=kind.value) for row in error.problems]
    if not found and sealed[EnvelopeKind.QUALITY] == sealed[EnvelopeKind.PRICE]:
        found.append(Problem("price", _l("Both files are the same. Send the price envelope here.")))
    return found
