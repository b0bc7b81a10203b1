"""A bid on its way into the safe: both envelopes sealed, every attachment, and the signed receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from core import clock, files
from core.actors import Actor
from core.config import fund
from core.db import db
from core.files import StoredFile
from core.numbers import next_number
from procurement import safe
from procurement.bid_form import READABLE
from procurement.bidding import Draft
from procurement.models.bid import MOST_IN_ROW, Bid, BidReceipt, SealedPart
from procurement.models.tender import Tender
from procurement.queries import bids as queries
from procurement.sealing import (
    FIRST_PREVIOUS,
    Address,
    EnvelopeKind,
    Part,
    Receipt,
    part_name,
    seal,
    seal_octets,
    sign_receipt,
)
from procurement.sealing.offline import check_payload
from procurement.services.tenders import keys_of


def sealed_parts(
    tender: Tender, bid: Bid, draft: Draft, partners: Sequence[Mapping[str, str]], by: Actor
) -> list[SealedPart]:
    """Two envelopes and every attachment, each to its own key and address."""
    keys, lots = keys_of(tender), _lots_text(draft.lots)
    documents = [{"document": n, "filename": d.filename, "sha256": d.sha256} for n, d in enumerate(draft.documents, 1)]
    rates = draft.to_json()["rates"]
    payloads: dict[EnvelopeKind, dict[str, Any]] = {
        EnvelopeKind.QUALITY: {
            "lots": list(draft.lots),
            "answers": dict(draft.answers),
            "promises": dict(draft.promises),
            "documents": documents,
        },
        EnvelopeKind.PRICE: {"rates": {str(number): rates[str(number)] for number in draft.lots}},
    }
    if partners:
        payloads[EnvelopeKind.QUALITY]["partners"] = [dict(row) for row in partners]
        payloads[EnvelopeKind.QUALITY]["liability"] = "joint"
    if draft.workforce:
        payloads[EnvelopeKind.QUALITY]["workforce"] = {code: dict(row) for code, row in draft.workforce.items()}
    if draft.securities:
        shown = {key: row.to_json() for key, row in draft.securities.items()}
        payloads[EnvelopeKind.QUALITY]["securities"] = shown
    parts = []
    for kind, payload in payloads.items():
        check_payload(payload, READABLE[kind])  # what opens later as unreadable is said now
        address = Address(tender.number, lots, bid.public_id, bid.version, kind)
        sealed = seal(payload, address, keys.of(kind).public_key, tender.notice_version)
        parts.append(sealed_part(bid, kind, 0, sealed, by))
    for number, document in enumerate(draft.documents, 1):
        kind = EnvelopeKind.QUALITY
        address = Address(tender.number, lots, bid.public_id, bid.version, kind, number)
        content = files.read(db.session.get_one(StoredFile, document.file_id))
        parts.append(sealed_part(bid, kind, number, seal_octets(content, address, keys.of(kind).public_key), by))
    return parts


def sealed_part(bid: Bid, kind: EnvelopeKind, document: int, sealed: bytes, by: Actor) -> SealedPart:
    """Up to 64 kB in the row, larger as a file (DECISIONS 7)."""
    receipted = Part.of(part_name(kind, document or None), sealed)
    row = SealedPart(
        version=bid.version, envelope=kind.value, document=document, sha256=receipted.sha256, size=receipted.size
    )
    if len(sealed) <= MOST_IN_ROW:
        row.ciphertext = sealed
    else:
        name = f"{bid.public_id}-{bid.version}-{kind.value}-{document}.sealed"
        owner = bid.organisation_id
        row.file = files.store(
            sealed, filename=name, media_type="application/octet-stream", organisation_id=owner, by=by
        )
    return row


def receipted(tender: Tender, bid: Bid, lots: Sequence[int], received_at: dt.datetime, by: Actor) -> BidReceipt:
    last = queries.last_receipt(tender)
    parts = tuple(
        Part(part_name(EnvelopeKind(row.envelope), row.document or None), row.sha256, row.size) for row in bid.parts
    )
    receipt = Receipt(
        tender=tender.number,
        lot=_lots_text(lots),
        bid=bid.public_id,
        version=bid.version,
        notice_version=tender.notice_version,
        parts=parts,
        received_at=received_at,
        seq=last.sequence + 1 if last else 1,
        prev=last.sha256 if last else FIRST_PREVIOUS,
    )
    return BidReceipt(
        tender_id=tender.id,
        number=next_number("B", clock.local_day(received_at, fund().zone).year),
        version=bid.version,
        sequence=receipt.seq,
        received_at=received_at,
        sent_by=by.name,
        signed=sign_receipt(receipt, safe.receipt_key()).to_json(),
        sha256=receipt.sha256,
    )


def _lots_text(lots: Sequence[int]) -> str:
    return ".".join(str(number) for number in sorted(lots))
