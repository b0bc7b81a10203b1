"""The rehearsal before publication: a dummy bid, sealed to keys of its own for the same officers, must open."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import DomainError
from core.words import _l
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.sealing import Address, EnvelopeKind, OfficerShare, TenderKeys, make_keys, open_key, open_sealed, seal
from procurement.services.keys.coming import brought_by, come, erase, key_holder

KIND = EnvelopeKind.QUALITY
DUMMY = {"bid": "rehearsal"}


def prepare(tender: Tender, shares: Sequence[OfficerShare]) -> None:
    """Key pairs for the rehearsal alone, so that the real ones stay untouched until the deadline."""
    keys, halves = make_keys(f"rehearsal-{tender.number}", shares, tender.threshold)
    sealed = seal(DUMMY, _address(tender), keys.of(KIND).public_key, tender.notice_version)
    tender.rehearsal = {"keys": keys.to_json(), "half": halves[KIND].hex(), "sealed": b64encode(sealed).decode()}
    tender.rehearsed_at = None


def rehearse(tender: Tender, passphrase: str, *, by: Actor) -> bool:
    """A holder comes to the rehearsal. True when enough came and the dummy bid opened."""
    tender = queries.locked_tender(tender.number)
    if tender.state != "approved" or not tender.rehearsal:
        raise DomainError(_l("The opening is rehearsed between approval and publication."), code="no_rehearsal")
    keys = TenderKeys.from_json(tender.rehearsal["keys"])
    came = come(tender, "rehearsal", key_holder(tender, by), passphrase, keys, KIND, by)
    if len(came) < tender.threshold:
        return False
    private_key = open_key(keys, KIND, bytes.fromhex(tender.rehearsal["half"]), brought_by(came))
    opened = open_sealed(b64decode(tender.rehearsal["sealed"]), _address(tender), private_key)
    if opened.payload != DUMMY:
        raise DomainError(_l("The dummy bid opened to something else. Do not publish."), code="rehearsal_failed")
    tender.rehearsed_at = clock.now()
    erase(came)
    audit.record(tender.stream, Act.OPENING_REHEARSED, tender.number, by=by, after={"officers": len(came)})
    db.session.flush()
    return True


def _address(tender: Tender) -> Address:
    return Address(tender.number, "1", "rehearsal", 1, KIND)
