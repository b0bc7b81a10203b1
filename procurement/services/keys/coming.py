"""Who has come to a ceremony, and what they brought: sealed until enough are there, then erased."""

from __future__ import annotations

from core import audit, clock, secrets
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import Forbidden, InputErrors
from core.words import _l
from procurement.models.opening import OpeningKey
from procurement.models.tender import Tender, TenderPerson
from procurement.queries import tenders as queries
from procurement.sealing import EnvelopeKind, TenderKeys


def come(
    tender: Tender,
    ceremony: str,
    holder: TenderPerson,
    passphrase: str,
    keys: TenderKeys,
    kind: EnvelopeKind,
    by: Actor,
) -> list[OpeningKey]:
    """One holder more; everyone who is there now. A wrong passphrase is refused here and now."""
    if not passphrase:
        raise InputErrors.at("passphrase", _l("Type the passphrase that you chose before the approval."))
    brought = keys.share_of(holder.person).key(passphrase, keys.of(kind))
    row = next((row for row in queries.opening_keys(tender, ceremony) if row.person == holder.person), None)
    if row is None:
        row = OpeningKey(tender_id=tender.id, envelope=ceremony, person=holder.person, account_id=holder.account_id)
        row.name, row.joined_at = holder.name, clock.now()
        db.session.add(row)
    row.joined_at = clock.now()
    row.sealed_key = secrets.encrypt(_place(row), brought.hex())
    db.session.flush()
    after = {"envelope": ceremony, "duty": holder.duty}
    audit.record(tender.stream, Act.OPENING_JOINED, tender.number, by=by, after=after)
    return [row for row in queries.opening_keys(tender, ceremony) if row.sealed_key]


def brought_by(came: list[OpeningKey]) -> dict[str, bytes]:
    """Officer → key, for `sealing.open_key`."""
    return {row.person: bytes.fromhex(secrets.decrypt(_place(row), row.sealed_key or b"")) for row in came}


def erase(came: list[OpeningKey]) -> None:
    for row in came:
        row.sealed_key = None
    db.session.flush()


def key_holder(tender: Tender, by: Actor) -> TenderPerson:
    """The row of a person who holds a key of this tender."""
    row = next((row for row in tender.key_holders if row.person == by.person), None)
    if row is None:
        raise Forbidden(_l("You are not an opening officer of this tender."))
    return row


def _place(row: OpeningKey) -> str:
    return f"opening {row.tender_id} {row.envelope} {row.person}"
