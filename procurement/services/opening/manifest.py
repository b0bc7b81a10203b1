"""The manifest: which bids there are. Made once after the deadline, by whoever comes first; else derived."""

from __future__ import annotations

from core import audit
from core.actors import SYSTEM, Actor
from core.acts import Act
from core.db import database_now, db
from core.errors import DomainError
from core.words import _l
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as queries
from procurement.sealing import Manifest, SignedReceipt, make_manifest
from procurement.services.bids import erase_parts
from procurement.states.tender import BID, LOT, TENDER

DROPPED = ("draft", "withdrawn", "unconfirmed")


def publish_due_manifests() -> int:
    """What the worker does each minute: close what the clock has closed. Idempotent."""
    due = [tender for tender in queries.closed_tenders(database_now()) if _standing(tender) is None]
    for tender in due:
        publish_manifest(tender)
    return len(due)


def manifest_of(tender: Tender) -> Manifest | None:
    """The manifest as it stands or, with the worker late, as it will be written; None before the deadline."""
    standing = _standing(tender)
    if standing is not None:
        return standing
    if tender.state != "published" or not tender.is_closed(database_now()):
        return None
    receipts = [SignedReceipt.from_json(row.signed) for row in bid_queries.receipts_of(tender)]
    dropped = frozenset(bid.public_id for bid in queries.bids_in(tender, *DROPPED, "lapsed"))
    return make_manifest(tender.number, tender.closes_at, receipts, dropped)


def publish_manifest(tender: Tender, *, by: Actor = SYSTEM) -> Manifest:
    """Fix which bids there are: latest receipts and their Merkle root. Drafts and withdrawn bids fall away."""
    tender = queries.locked_tender(tender.number)
    standing = _standing(tender)
    if standing is not None:
        return standing
    manifest = manifest_of(tender)
    if manifest is None:
        raise DomainError(_l("The manifest is made after the bids have closed."), code="not_closed")
    tender.manifest = manifest.to_json()
    for bid in queries.bids_in(tender, *DROPPED):
        bid.state, bid.draft = BID.after(bid.state, "lapse"), None
        erase_parts(bid)
    for bid in queries.sent_bids(tender):
        bid.draft = None
    db.session.flush()
    after = {"root": manifest.root, "bids": len(manifest.receipts)}
    audit.record(tender.stream, Act.MANIFEST_PUBLISHED, tender.number, by=by, after=after)
    _end_without_bids(tender, manifest)
    return manifest


def _standing(tender: Tender) -> Manifest | None:
    """The stored one; before the opening not that of an earlier deadline, which a late answer moved."""
    if tender.manifest is None:
        return None
    manifest = Manifest.from_json(tender.manifest)
    is_stale = tender.state == "published" and manifest.closed_at != tender.closes_at
    return None if is_stale else manifest


def _end_without_bids(tender: Tender, manifest: Manifest) -> None:
    """A lot that nobody bid for ends at the deadline; a tender without bids ends with it."""
    wanted = {number for signed in manifest.receipts for number in signed.receipt.lot.split(".")}
    for lot in tender.lots:
        if str(lot.number) not in wanted and lot.state == "open":
            lot.state = LOT.after(lot.state, "end_without_result")
            lot.ended_code, lot.ended_reason = "no-rece", str(_l("Nobody bid for this lot."))
            subject = f"{tender.number} lot {lot.number}"
            audit.record(tender.stream, Act.LOT_UNSUCCESSFUL, subject, by=SYSTEM, reason="no-rece")
    if not wanted:
        tender.state = TENDER.after(tender.state, "end_without_result")
        tender.ended_reason = str(_l("No bid arrived."))
    db.session.flush()
