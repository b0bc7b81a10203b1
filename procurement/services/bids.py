"""A bid's road: drafted in secret, sealed and sent, replaced, withdrawn. The database's clock decides what is late."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from core import audit, clock, files, issued, secrets
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import database_now, db
from core.errors import DomainError, Forbidden, InputErrors
from core.files import StoredFile
from core.numbers import uuid7
from core.words import _l
from procurement import papers
from procurement.bidding import Document, Draft, check_sendable, failing, may_bid_for, too_many_lots
from procurement.models.bid import Bid, BidReceipt, SealedPart
from procurement.models.tender import Tender
from procurement.queries import bids as queries
from procurement.queries.tenders import locked_tender
from procurement.sealing import (
    Address,
    EnvelopeKind,
)
from procurement.services.eligibility import bidder_of
from procurement.services.enveloping import receipted, sealed_parts
from procurement.services.federations import refuse_two_bidders
from procurement.services.joint import partner_problems, sealed_partners
from procurement.services.securing import security_problems
from procurement.states.tender import BID

ATTACHMENTS = ("application/pdf", "image/png", "image/jpeg")
MOST_DOCUMENTS = 20


class BidTooLate(DomainError):
    """Received after the deadline: refused, nothing stored, and the refusal stands in the trail."""

    code = "bid_too_late"
    is_recorded = True


def start_bid(tender: Tender, *, by: Actor) -> Bid:
    """The bid of `by`'s organisation, begun if there is none yet."""
    known = queries.own_bid(tender, by.organisation_id)
    if known is not None:
        return known
    _refuse_closed(tender)
    bidder_of(tender, by.organisation_id)
    bid = Bid(public_id=uuid7(), tender_id=tender.id, organisation_id=by.organisation_id, state=BID.initial, version=0)
    db.session.add(bid)
    db.session.flush()
    return bid


def read_draft(bid: Bid, *, by: Actor) -> Draft:
    """The draft, for its own bidder and nobody else."""
    _refuse_stranger(bid, by)
    return Draft.from_json(json.loads(secrets.decrypt(_place(bid), bid.draft))) if bid.draft else Draft()


def save_draft(bid: Bid, *, by: Actor, **changes: Any) -> Draft:
    """Write parts of the draft (fields of `Draft`), encrypted for this bid; nothing is checked but the lots."""
    draft = replace(read_draft(bid, by=by), **changes)
    _refuse_closed(bid.tender)
    _refuse_reserved(bid, draft)
    bid.draft = secrets.encrypt(_place(bid), json.dumps(draft.to_json()))
    bid.saved_at = clock.now()
    db.session.flush()
    return draft


def add_document(bid: Bid, content: bytes, filename: str, *, by: Actor) -> Draft:
    """Attach a file to the draft: PDF, PNG or JPEG, 10 MB at most."""
    media_type = files.check_upload(content, filename, ATTACHMENTS, "document")
    draft = read_draft(bid, by=by)
    if len(draft.documents) >= MOST_DOCUMENTS:
        raise InputErrors.at("document", _l("A bid has at most %(most)s files.", most=MOST_DOCUMENTS))
    stored = files.store(content, filename=filename, media_type=media_type, organisation_id=bid.organisation_id, by=by)
    document = Document(stored.id, stored.filename, stored.sha256)
    return save_draft(bid, by=by, documents=(*draft.documents, document), has_documents=True)


def submit_bid(bid: Bid, *, by: Actor) -> BidReceipt:
    """Seal both envelopes with the tender's keys, store ciphertext only, and sign a receipt. Replaces what was sent."""
    draft = read_draft(bid, by=by)
    tender = locked_tender(bid.tender.number)
    received_at = arrived_in_time(tender, bid, by)
    check_sendable(tender, draft, bidder_of(tender, by.organisation_id))
    if problems := [*partner_problems(bid, draft), *security_problems(bid, draft)]:
        raise InputErrors(problems)

    def parts() -> list[SealedPart]:
        return sealed_parts(tender, bid, draft, sealed_partners(bid), by)

    return receive(tender, bid, draft.lots, parts, received_at, by=by)


def receive(
    tender: Tender,
    bid: Bid,
    lots: Sequence[int],
    parts: Callable[[], list[SealedPart]],
    received_at: dt.datetime,
    *,
    by: Actor,
) -> BidReceipt:
    """The next version of a bid: its parts, made once it has its number, in the place of the old, and the receipt."""
    refuse_two_bidders(tender, bid, lots, by)
    bid.state, bid.version = BID.after(bid.state, "send"), bid.version + 1
    bid.agent_id = by.mandate.agent_id if by.mandate else None
    erase_parts(bid)
    bid.parts = parts()
    receipt = receipted(tender, bid, lots, received_at, by)
    bid.receipts.append(receipt)
    _forget(bid, read_draft(bid, by=by))
    db.session.flush()
    after = {"version": bid.version, "receipt": receipt.sha256, "sequence": receipt.sequence}
    audit.record(tender.stream, Act.BID_RECEIVED, bid.public_id, by=by, after=after)
    issued.issue("bid_receipt", receipt.number, lambda code: papers.receipt(receipt, code), by=by)
    return receipt


def arrived_in_time(tender: Tender, bid: Bid, by: Actor) -> dt.datetime:
    """The instant of arrival, asked with the tender's row locked; one microsecond late is late."""
    received_at = database_now()
    if tender.state == "published" and not tender.is_closed(received_at):
        return received_at
    after = {"received_at": received_at.isoformat(), "closes_at": tender.closes_at.isoformat()}
    audit.record(tender.stream, Act.BID_REFUSED_LATE, bid.public_id, by=by, after=after)
    raise BidTooLate(
        _l(
            "Bids closed at %(closes)s. Yours arrived at %(arrived)s, so it was not taken. Nothing of it was stored.",
            closes=_said(tender.closes_at),
            arrived=_said(received_at),
        )
    )


def _forget(bid: Bid, draft: Draft) -> None:
    """Once sealed, nothing readable stays behind: neither what was typed nor the files as they were uploaded."""
    bid.draft = None
    for document in draft.documents:
        files.erase(db.session.get_one(StoredFile, document.file_id))


def withdraw_bid(bid: Bid, *, by: Actor) -> None:
    """Take the bid back before the deadline; the ciphertext goes, the receipt's hash stays."""
    _refuse_stranger(bid, by)
    tender = locked_tender(bid.tender.number)
    if tender.state != "published" or tender.is_closed(database_now()):
        raise DomainError(_l("Bids can be withdrawn until they close. This tender has closed."), code="closed")
    bid.state = BID.after(bid.state, "withdraw")
    erase_parts(bid)
    db.session.flush()
    audit.record(tender.stream, Act.BID_WITHDRAWN, bid.public_id, by=by, after={"version": bid.version})


def confirm_bid(bid: Bid, *, by: Actor) -> None:
    """After a change of the notice: what was sent stands, as it is, for the notice as it reads now."""
    _refuse_stranger(bid, by)
    tender = locked_tender(bid.tender.number)
    _refuse_closed(tender)
    state = BID.after(bid.state, "confirm")
    if gone := [number for number in bid.lots if tender.lot(number) is None]:
        message = _l("Lot %(lot)s is no longer in the notice. Replace your bid.", lot=gone[0])
        raise DomainError(message, code="lot_gone")
    bid.state = state
    db.session.flush()
    after = {"version": bid.version, "notice_version": tender.notice_version}
    audit.record(tender.stream, Act.BID_CONFIRMED, bid.public_id, by=by, after=after)


def erase_parts(bid: Bid) -> None:
    """The ciphertext goes; receipts with their hashes stay."""
    for part in list(bid.parts):
        db.session.delete(part)
    bid.parts = []


def ciphertext_of(part: SealedPart) -> bytes:
    return part.ciphertext if part.ciphertext is not None else files.read(_stored(part))


def address_of(tender: Tender, bid: Bid, part: SealedPart, lots: str) -> Address:
    document = part.document or None
    return Address(tender.number, lots, bid.public_id, part.version, EnvelopeKind(part.envelope), document)


def _said(instant: dt.datetime) -> str:
    return instant.astimezone(fund().zone).strftime("%Y-%m-%d %H:%M:%S.%f")


def _place(bid: Bid) -> str:
    return f"bid draft {bid.public_id}"


def _stored(part: SealedPart) -> StoredFile:
    if part.file is None:
        raise DomainError(_l("This envelope has no content."), code="envelope_missing")
    return part.file


def _refuse_stranger(bid: Bid, by: Actor) -> None:
    if by.organisation_id is None or by.organisation_id != bid.organisation_id:
        raise Forbidden(_l("Only the bidder reads this bid."))


def _refuse_closed(tender: Tender) -> None:
    if tender.state != "published" or tender.is_closed(database_now()):
        raise DomainError(_l("This tender is closed: nothing more can be written."), code="closed")


def _refuse_reserved(bid: Bid, draft: Draft) -> None:
    bidder = bidder_of(bid.tender, bid.organisation_id)
    for number in draft.lots:
        lot = bid.tender.lot(number)
        if lot is None or not may_bid_for(lot, bidder):
            why = failing(number, bidder)
            raise InputErrors.at("lots", _l("Lot %(lot)s is reserved. Not met: %(why)s.", lot=number, why=why))
    if bid.tender.most_lots_bid and len(draft.lots) > bid.tender.most_lots_bid:
        raise InputErrors.at("lots", too_many_lots(bid.tender))
