"""After the deadline: the manifest, then two ceremonies with two officers each: quality, and after the lock prices."""

from __future__ import annotations

import datetime as dt

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import inspect

from core import audit, clock, secrets
from core.actors import SYSTEM, Actor
from core.acts import Act
from core.db import database_now, db
from core.errors import DomainError, Forbidden, InputErrors
from core.words import _l
from procurement import safe
from procurement.models.bid import Bid, OpeningKey
from procurement.models.tender import Tender, TenderPerson
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as queries
from procurement.queries.questions import unanswered
from procurement.sealing import (
    EnvelopeKind,
    Manifest,
    SignedReceipt,
    Unreadable,
    make_manifest,
    open_key,
    open_sealed,
    verify_manifest,
)
from procurement.services.attachments import open_attachments
from procurement.services.bids import address_of, ciphertext_of, erase_parts
from procurement.services.tenders import keys_of
from procurement.states.tender import BID, LOT, TENDER

STEPS = {EnvelopeKind.QUALITY: "open_quality", EnvelopeKind.PRICE: "open_price"}
ACTS = {EnvelopeKind.QUALITY: Act.QUALITY_OPENED, EnvelopeKind.PRICE: Act.PRICE_OPENED}


def publish_due_manifests() -> int:
    """What the worker does each minute: close what the clock has closed. Idempotent."""
    due = queries.due_for_manifest(database_now())
    for tender in due:
        publish_manifest(tender)
    return len(due)


def publish_manifest(tender: Tender, *, by: Actor = SYSTEM) -> Manifest:
    """Fix which bids there are: latest receipts and their Merkle root. Drafts and withdrawn bids fall away."""
    tender = queries.locked_tender(tender.number)
    if tender.manifest is not None:
        return Manifest.from_json(tender.manifest)
    if tender.state != "published" or not tender.is_closed(database_now()):
        raise DomainError(_l("The manifest is made after the bids have closed."), code="not_closed")
    receipts = [SignedReceipt.from_json(row.signed) for row in bid_queries.receipts_of(tender)]
    dropped = queries.bids_in(tender, "draft", "withdrawn", "unconfirmed")
    manifest = make_manifest(tender.number, tender.closes_at, receipts, frozenset(bid.public_id for bid in dropped))
    tender.manifest = manifest.to_json()
    for bid in dropped:
        bid.state, bid.draft = BID.after(bid.state, "lapse"), None
        erase_parts(bid)
    for bid in queries.sent_bids(tender):
        bid.draft = None
    db.session.flush()
    after = {"root": manifest.root, "bids": len(manifest.receipts)}
    audit.record(tender.stream, Act.MANIFEST_PUBLISHED, tender.number, by=by, after=after)
    _end_without_bids(tender, manifest)
    return manifest


def declare_interest(tender: Tender, answer: str, text: str = "", *, by: Actor) -> None:
    """Before any content is shown: none, potential or yes. Yes withdraws the person from this tender."""
    rows = [row for row in tender.people if row.person == by.person]
    if not rows:
        raise Forbidden(_l("You are not named on this tender."))
    if answer not in ("none", "potential", "yes"):
        raise InputErrors.at("interest", _l("Choose one of the three answers."), answer)
    if answer != "none" and not text.strip():
        raise InputErrors.at("interest_text", _l("Say with whom and how."))
    for row in rows:
        row.interest, row.interest_text, row.declared_at = answer, text.strip(), clock.now()
    db.session.flush()
    audit.record(tender.stream, Act.CONFLICT_DECLARED, tender.number, by=by, after={"interest": answer})


def join_opening(tender: Tender, envelope: str, passphrase: str, *, by: Actor) -> bool:
    """An officer comes with a passphrase. True when enough came and the envelopes are open."""
    kind = EnvelopeKind(envelope)
    tender = queries.locked_tender(tender.number)
    officer = _officer(tender, by)
    _refuse_early(tender, kind)
    publish_manifest(tender)
    if tender.state == "unsuccessful":
        return False
    if not passphrase:
        raise InputErrors.at("passphrase", _l("Type the passphrase that you chose at the approval."))
    _join(tender, kind, officer, passphrase)
    audit.record(tender.stream, Act.OPENING_JOINED, tender.number, by=by, after={"envelope": kind.value})
    came = [row for row in queries.opening_keys(tender, kind.value) if row.sealed_passphrase]
    if len({row.person for row in came}) < tender.threshold:
        return False
    _open(tender, kind, came, by)
    return True


def _open(tender: Tender, kind: EnvelopeKind, came: list[OpeningKey], by: Actor) -> None:
    """Re-verify the manifest, release the system's half, decrypt, write the minutes, erase what was typed."""
    target = TENDER.after(tender.state, STEPS[kind])
    manifest = Manifest.from_json(tender.manifest or {})
    verify_manifest(manifest, bytes.fromhex(tender.receipt_key))
    typed = {row.person: secrets.decrypt(_place(row), row.sealed_passphrase or b"") for row in came}
    private_key = open_key(keys_of(tender), kind, safe.release_half(tender.number, kind), typed)
    at, minutes = clock.now(), {}
    receipts = {signed.receipt.bid: signed for signed in manifest.receipts}
    for bid in _to_open(tender, kind):
        receipt = receipts.get(bid.public_id)
        lots = receipt.receipt.lot if receipt else ""
        minutes[bid.public_id] = _open_bid(tender, bid, kind, private_key, lots, at, by)
    tender.state = target
    if kind is EnvelopeKind.QUALITY:
        tender.quality_opened_at = at
    else:
        tender.price_opened_at = at
    for row in came:
        row.sealed_passphrase = None
    db.session.flush()
    after = {"officers": [row.account_id for row in came], "root": manifest.root, "bids": minutes}
    audit.record(tender.stream, ACTS[kind], tender.number, by=by, after=after)
    if kind is EnvelopeKind.PRICE:
        from procurement.services.evaluation import evaluate

        evaluate(tender)


def _open_bid(
    tender: Tender, bid: Bid, kind: EnvelopeKind, private_key: X25519PrivateKey, lots: str, at: dt.datetime, by: Actor
) -> str:
    """Open one bid's envelope; what cannot be read goes into the minutes and the bid stands as unreadable."""
    part = next((row for row in bid.parts if row.envelope == kind.value and row.document == 0), None)
    try:
        if part is None:
            raise Unreadable(_l("The envelope is missing."))
        opened = open_sealed(ciphertext_of(part), address_of(tender, bid, part, lots), private_key)
    except (Unreadable, OSError) as error:
        bid.state, bid.unreadable_reason = BID.after(bid.state, "find_unreadable"), str(error)
        return "unreadable"
    part.content, part.opened_at = dict(opened.payload), at
    if kind is EnvelopeKind.QUALITY:
        bid.state = BID.after(bid.state, "open")
        open_attachments(tender, bid, private_key, lots, at, by=by)
    return "opened"


def _to_open(tender: Tender, kind: EnvelopeKind) -> list[Bid]:
    """Prices of bids under the quality minimum stay shut."""
    return list(queries.bids_in(tender, "sealed" if kind is EnvelopeKind.QUALITY else "opened"))


def _join(tender: Tender, kind: EnvelopeKind, officer: TenderPerson, passphrase: str) -> None:
    rows = queries.opening_keys(tender, kind.value)
    row = next((row for row in rows if row.person == officer.person), None)
    if row is None:
        row = OpeningKey(
            tender_id=tender.id,
            envelope=kind.value,
            person=officer.person,
            account_id=officer.account_id,
            name=officer.name,
        )
    row.joined_at = clock.now()
    row.sealed_passphrase = secrets.encrypt(_place(row), passphrase)
    if inspect(row).transient:
        db.session.add(row)
    db.session.flush()


def _refuse_early(tender: Tender, kind: EnvelopeKind) -> None:
    """The system's half is released only after the deadline and the last answer, the price's only after the lock."""
    if tender.state == "published" and not tender.is_closed(database_now()):
        raise DomainError(_l("Bids can still arrive. Nobody opens an envelope before the deadline."), code="too_early")
    if kind is EnvelopeKind.PRICE and tender.state == "opened_quality":
        raise DomainError(
            _l("Price envelopes stay shut until the quality scores are locked."), code="quality_not_locked"
        )
    if tender.state == "published" and (waiting := unanswered(tender)):
        raise DomainError(
            _l(
                "Question %(number)s has no answer. Answer it with more time for bidders, or decline it with reasons.",
                number=waiting[0].number,
            ),
            code="question_unanswered",
        )
    TENDER.after(tender.state, STEPS[kind])


def _officer(tender: Tender, by: Actor) -> TenderPerson:
    row = next((row for row in tender.people_as("officer") if row.person == by.person), None)
    if row is None:
        raise Forbidden(_l("You are not an opening officer of this tender."))
    if row.is_recused:
        raise Forbidden(_l("You declared an interest, so you do not open these bids."))
    return row


def _end_without_bids(tender: Tender, manifest: Manifest) -> None:
    """A lot that nobody bid for ends at the deadline; a tender without bids ends with it."""
    wanted = {number for signed in manifest.receipts for number in signed.receipt.lot.split(".")}
    for lot in tender.lots:
        if str(lot.number) not in wanted:
            lot.state = LOT.after(lot.state, "end_without_result")
            lot.ended_code, lot.ended_reason = "no-rece", str(_l("Nobody bid for this lot."))
            audit.record(
                tender.stream, Act.LOT_UNSUCCESSFUL, f"{tender.number} lot {lot.number}", by=SYSTEM, reason="no-rece"
            )
    if not wanted:
        tender.state = TENDER.after(tender.state, "end_without_result")
        tender.ended_reason = str(_l("No bid arrived."))
    db.session.flush()


def _place(row: OpeningKey) -> str:
    return f"opening {row.tender_id} {row.envelope} {row.person}"
