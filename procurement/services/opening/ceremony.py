"""The ceremony: officers come, each in their own session; with the last one needed the envelopes open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core import audit, clock, issued
from core.actors import Actor
from core.acts import Act
from core.db import database_now
from core.errors import DomainError, Forbidden
from core.words import _l
from procurement import safe
from procurement.minutes_paper import minutes_paper
from procurement.models.bid import Bid
from procurement.models.opening import OpeningKey
from procurement.models.tender import Tender, TenderPerson
from procurement.queries import tenders as queries
from procurement.queries.bids import shut_prices
from procurement.sealing import EnvelopeKind, Manifest, TenderKeys, digest, open_key, verify_manifest
from procurement.services.evaluation import evaluate
from procurement.services.keys import brought_by, come, erase, key_holder
from procurement.services.opening.blocking import blocks
from procurement.services.opening.envelopes import open_bid, strays
from procurement.services.opening.facts import keep_facts
from procurement.services.opening.manifest import publish_manifest
from procurement.services.opening.minutes import PAPER, write_minutes
from procurement.services.opening.records import keep_records
from procurement.states.tender import TENDER
from procurement.workforce import without_facts

STEPS = {EnvelopeKind.QUALITY: "open_quality", EnvelopeKind.PRICE: "open_price"}
ACTS = {EnvelopeKind.QUALITY: Act.QUALITY_OPENED, EnvelopeKind.PRICE: Act.PRICE_OPENED}


def join_opening(tender: Tender, envelope: str, passphrase: str, *, by: Actor) -> bool:
    """An officer comes with a passphrase. True when enough came and the envelopes are open."""
    kind = EnvelopeKind(envelope)
    tender = queries.locked_tender(tender.number)
    holder = key_holder(tender, by)
    _refuse_early(tender, kind)
    publish_manifest(tender)
    if tender.state == "unsuccessful":
        return False
    _refuse_blocked(tender)
    _refuse_undeclared(holder, kind)
    came = come(tender, kind.value, holder, passphrase, TenderKeys.from_json(tender.keys or {}), kind, by)
    if len(came) < tender.threshold:
        return False
    _open(tender, kind, came, by)
    return True


def _open(tender: Tender, kind: EnvelopeKind, came: list[OpeningKey], by: Actor) -> None:
    """Verify the manifest again, release the system's half, decrypt, write the minutes, erase what was brought."""
    target = TENDER.after(tender.state, STEPS[kind])
    manifest = Manifest.from_json(tender.manifest or {})
    verify_manifest(manifest, bytes.fromhex(tender.receipt_key))
    half = safe.release_half(tender.number, kind)
    audit.record(tender.stream, Act.HALF_RELEASED, tender.number, by=by, after={"envelope": kind.value})
    private_key = open_key(TenderKeys.from_json(tender.keys or {}), kind, half, brought_by(came))
    at, bids = clock.now(), _to_open(tender, kind)
    rows = [open_bid(tender, bid, kind, private_key, manifest, at, by) for bid in bids]
    oddities = strays(list(queries.sent_bids(tender)), manifest)
    minutes = write_minutes(tender, kind, at, came, manifest, {"bids": rows, "oddities": oddities})
    tender.state = target
    if kind is EnvelopeKind.QUALITY:
        tender.quality_opened_at = at
    else:
        tender.price_opened_at = at
    erase(came)
    outcomes = {row["bid"]: row["outcome"] for row in rows}
    contents = {bid.public_id: digest(bid.content(kind.value)) for bid in bids if outcomes[bid.public_id] == "opened"}
    after = {"officers": [row.account_id for row in came], "root": manifest.root, "bids": outcomes}
    after |= {"contents": contents, "shown": _shown(kind, bids, contents)}
    if kind is EnvelopeKind.QUALITY:
        after |= {"records": keep_records(tender, [bid for bid in bids if bid.public_id in contents])}
    audit.record(tender.stream, ACTS[kind], tender.number, by=by, after={**after, "minutes": minutes.sha256})
    issued.issue(PAPER, minutes.number, lambda code: minutes_paper(minutes, code), by=by)
    if kind is EnvelopeKind.PRICE:
        evaluate(tender)
        keep_facts(tender, [bid for bid in bids if bid.public_id in contents], by=by)


def _shown(kind: EnvelopeKind, bids: Sequence[Bid], contents: Mapping[str, str]) -> dict[str, str]:
    """Digests of contents that hold facts of the workforce, as a court file shows them: without."""
    parts = {bid.public_id: bid.content(kind.value) for bid in bids if bid.public_id in contents}
    return {name: digest(without_facts(part)) for name, part in parts.items() if "workforce" in part}


def _to_open(tender: Tender, kind: EnvelopeKind) -> list[Bid]:
    """Prices of bids that were not admitted, or lie under the quality minimum, stay shut; none is opened twice."""
    if kind is EnvelopeKind.QUALITY:
        return list(queries.bids_in(tender, "sealed"))
    return shut_prices(tender)


def _refuse_early(tender: Tender, kind: EnvelopeKind) -> None:
    """The system's half is released only after the deadline, the price's only after the lock."""
    if tender.state == "published" and not tender.is_closed(database_now()):
        raise DomainError(_l("Bids can still arrive. Nobody opens an envelope before the deadline."), code="too_early")
    if kind is EnvelopeKind.PRICE and tender.quality_opened_at and not tender.locked_at:
        raise DomainError(
            _l("Price envelopes stay shut until the quality scores are locked."), code="quality_not_locked"
        )
    TENDER.after(tender.state, STEPS[kind])


def _refuse_blocked(tender: Tender) -> None:
    found = blocks(tender)
    if found:
        raise DomainError(
            _l("The envelopes stay shut: %(reasons)s", reasons=" ".join(map(str, found))), code="opening_blocked"
        )


def _refuse_undeclared(holder: TenderPerson, kind: EnvelopeKind) -> None:
    if holder.is_recused:
        raise Forbidden(_l("You declared an interest, so you do not open these bids."))
    declared = holder.may_read if kind is EnvelopeKind.QUALITY else holder.may_read_prices
    if not declared:
        raise Forbidden(_l("Declare first whether you have an interest in one of the bidders."), code="undeclared")
