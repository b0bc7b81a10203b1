"""A bid's attached files: opened with its quality envelope, then read by evaluators without an interest."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from core import files
from core.actors import Actor
from core.errors import DomainError
from core.words import _l
from procurement.models.bid import Bid, SealedPart
from procurement.models.tender import Tender
from procurement.sealing import Unreadable, open_octets
from procurement.services.bids import ATTACHMENTS, address_of, ciphertext_of


def open_attachments(
    tender: Tender, bid: Bid, private_key: X25519PrivateKey, lots: str, at: dt.datetime, *, by: Actor
) -> None:
    """Open each file of an opened quality envelope; one that cannot be read says why and hides no other."""
    listed = {row["document"]: row for row in bid.content("quality").get("documents", ())}
    for part in bid.parts:
        if part.envelope == "quality" and part.document:
            name = str(listed.get(part.document, {}).get("filename", ""))
            expected = str(listed.get(part.document, {}).get("sha256", ""))
            try:
                content = open_octets(ciphertext_of(part), address_of(tender, bid, part, lots), private_key)
                part.content = _kept(part, content, name, expected, by)
            except (DomainError, OSError) as error:
                part.content = {"filename": name, "unreadable": str(error)}
            part.opened_at = at


def _kept(part: SealedPart, content: bytes, name: str, expected: str, by: Actor) -> dict[str, Any]:
    if hashlib.sha256(content).hexdigest() != expected:
        raise Unreadable(_l("The file is not the one that the bid lists."))
    kind = files.check_upload(content, name, ATTACHMENTS)
    owner = part.bid.organisation_id
    stored = files.store(content, filename=name, media_type=kind, organisation_id=owner, by=by)
    return {"filename": stored.filename, "file": stored.id}
