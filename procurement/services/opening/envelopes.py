"""Opening one bid's envelope. What cannot be read says why, and its bid stands as unreadable."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from core import audit
from core.actors import Actor
from core.acts import Act
from core.documents import in_house_language
from core.errors import DomainError
from core.organisations import organisation_by_number
from core.words import _l
from procurement.bid_form import READABLE
from procurement.models.bid import Bid, SealedPart
from procurement.models.tender import Tender
from procurement.sealing import EnvelopeKind, Manifest, Unreadable, open_sealed
from procurement.sealing.canonical import Json
from procurement.sealing.offline import check_payload
from procurement.services.attachments import open_attachments
from procurement.services.bids import address_of, ciphertext_of
from procurement.states.tender import BID


@in_house_language
def open_bid(
    tender: Tender,
    bid: Bid,
    kind: EnvelopeKind,
    private_key: X25519PrivateKey,
    manifest: Manifest,
    at: dt.datetime,
    by: Actor,
) -> dict[str, Any]:
    """The bid's row of the minutes: outcome, reason, hash, attachments that could not be read."""
    row: dict[str, Any] = {"bid": bid.public_id, "bidder": bid.bidder, "outcome": "opened"}
    part = next((row for row in bid.parts if row.envelope == kind.value and row.document == 0), None)
    try:
        content, lots = _vouched(bid, part, kind, manifest)
        row |= {"sha256": hashlib.sha256(content).hexdigest(), "lots": lots}
        if part is None:
            raise Unreadable(_l("The envelope is missing."))
        opened = open_sealed(content, address_of(tender, bid, part, lots), private_key)
        _refuse_misshapen(opened.payload, kind, lots)
        _refuse_unasked(bid, opened.payload)
    except (DomainError, OSError) as error:
        bid.state, bid.unreadable_reason = BID.after(bid.state, "find_unreadable"), str(error)
        return row | {"outcome": "unreadable", "reason": str(error)}
    part.content, part.opened_at = dict(opened.payload), at
    row["bidder"] = bid.bidder
    if kind is EnvelopeKind.QUALITY:
        bid.state = BID.after(bid.state, "open")
        open_attachments(tender, bid, private_key, lots, at, by=by)
        row["files"] = [_file(part) for part in bid.parts if part.document]
    return row


@in_house_language
def strays(bids: list[Bid], manifest: Manifest) -> list[str]:
    """Bids that the manifest names and the database lacks, and the other way round."""
    there, named = {bid.public_id for bid in bids}, {signed.receipt.bid for signed in manifest.receipts}
    gone = [str(_l("Bid %(bid)s has a receipt but is not there.", bid=bid)) for bid in sorted(named - there)]
    added = [str(_l("Bid %(bid)s is there but has no receipt.", bid=bid)) for bid in sorted(there - named)]
    return gone + added


def _refuse_misshapen(payload: Json, kind: EnvelopeKind, lots: str) -> None:
    """Sealed away from the site, an envelope may hold anything."""
    check_payload(payload, READABLE[kind])
    named = payload["lots"] if kind is EnvelopeKind.QUALITY else payload["rates"]
    if {str(number) for number in named} != set(lots.split(".")):
        raise Unreadable(_l("The envelope names other lots than its receipt."))


def _refuse_unasked(bid: Bid, payload: Json) -> None:
    """A seal made elsewhere may name anybody as a partner; who never said yes to this bid is none."""
    answers = [row for row in audit.entries(bid.tender.stream, Act.PARTNER_ANSWERED) if row.subject == bid.public_id]
    said_yes = {(row.after or {}).get("organisation") for row in answers if (row.after or {})["state"] == "confirmed"}
    for partner in payload.get("partners", ()):
        named = organisation_by_number(partner["organisation"])
        if named is None or named.id not in said_yes:
            raise Unreadable(_l("The envelope names a partner that never said yes: %(name)s.", name=partner["name"]))


def _vouched(bid: Bid, part: SealedPart | None, kind: EnvelopeKind, manifest: Manifest) -> tuple[bytes, str]:
    """Ciphertext and lots, if the ciphertext is the one that the bidder has a receipt for."""
    receipts = {signed.receipt.bid: signed.receipt for signed in manifest.receipts}
    receipt = receipts.get(bid.public_id)
    if receipt is None:
        raise Unreadable(_l("This bid has no receipt: it did not arrive by the deadline."))
    if part is None:
        raise Unreadable(_l("The envelope is missing."))
    content = ciphertext_of(part)
    digest, expected = hashlib.sha256(content).hexdigest(), next(p for p in receipt.parts if p.name == kind.value)
    if digest == expected.sha256:
        return content, receipt.lot
    owners = [other.bid for other in receipts.values() for p in other.parts if p.sha256 == digest]
    if owners:
        raise Unreadable(_l("Swapped: this is an envelope of bid %(other)s.", other=owners[0]))
    if len(content) < expected.size:
        raise Unreadable(
            _l("Cut: %(found)s of %(expected)s bytes are there.", found=len(content), expected=expected.size)
        )
    older = [row for row in bid.receipts if digest in {p["sha256"] for p in row.signed["receipt"]["parts"]}]
    if older:
        raise Unreadable(_l("Played again: this is version %(version)s, which was replaced.", version=older[0].version))
    raise Unreadable(_l("Changed: its fingerprint is not the one in the receipt."))


def _file(part: SealedPart) -> dict[str, Any]:
    content = part.content or {}
    return {"document": part.document, "sha256": part.sha256, "unreadable": content.get("unreadable", "")}
