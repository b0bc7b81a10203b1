"""Each key holder chooses a passphrase alone, in their own session; the tender's key pairs need none of them."""

from __future__ import annotations

from flask import current_app

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import DomainError, InputErrors, Problem
from core.words import _l
from procurement import safe
from procurement.models.tender import Tender
from procurement.sealing import OfficerShare, make_keys
from procurement.services.keys.coming import key_holder
from procurement.services.keys.rehearsal import prepare


def choose_passphrase(tender: Tender, passphrase: str, *, by: Actor) -> None:
    """An officer's own passphrase, before the approval; only salt and public half are kept."""
    if tender.state not in ("draft", "submitted"):
        raise DomainError(_l("Passphrases are chosen before the approval, when the keys are made."), code="keys_made")
    row = key_holder(tender, by)
    share = OfficerShare.choose(row.person, passphrase, int(current_app.config["SCRYPT_COST"]))
    row.share, row.enrolled_at = share.to_json(), clock.now()
    db.session.flush()
    audit.record(tender.stream, Act.PASSPHRASE_CHOSEN, tender.number, by=by, after={"duty": row.duty})


def make_tender_keys(tender: Tender) -> None:
    """At the approval: both key pairs, and the dummy bid of the rehearsal. Refuses while a holder has not chosen."""
    missing = [
        Problem("passphrases", _l("%(name)s has not chosen a passphrase yet.", name=row.name))
        for row in tender.key_holders
        if row.share is None
    ]
    if missing:
        raise InputErrors(missing)
    shares = [OfficerShare.from_json(row.share) for row in tender.key_holders if row.share]
    keys, halves = make_keys(tender.number, shares, tender.threshold)
    for envelope, half in halves.items():
        safe.keep_half(tender.number, envelope, half)
    tender.keys = keys.to_json()
    tender.receipt_key = safe.receipt_key().public_key().public_bytes_raw().hex()
    prepare(tender, shares)
