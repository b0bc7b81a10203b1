"""The documents of an application."""

from __future__ import annotations

import datetime as dt

from core import clock, files
from core.actors import Actor
from core.config import fund
from core.db import db
from core.errors import InputErrors
from core.words import _l
from providers.models import Provider, ProviderDocument
from providers.services.registration.facts import must_be_open
from providers.states import DOCUMENT_KINDS

PAPERS = ("application/pdf", "image/png", "image/jpeg")


def add_document(
    provider: Provider, *, kind: str, content: bytes, filename: str, valid_until: dt.date | None, by: Actor
) -> ProviderDocument:
    """A paper as evidence: PDF, PNG or JPEG by its own bytes, at most 10 MB."""
    if provider.state != "authorised" and not any(row.state in ("draft", "returned") for row in provider.renewals):
        must_be_open(provider)
    if kind not in DOCUMENT_KINDS:
        raise InputErrors.at("kind", _l("Say which document this is."), kind)
    today = clock.today(fund().zone)
    if valid_until is not None and valid_until < today:
        raise InputErrors.at("valid_until", _l("This document has run out. Send one that is valid."), str(valid_until))
    media_type = files.check_upload(content, filename, PAPERS, "file")
    stored = files.store(
        content, filename=filename, media_type=media_type, organisation_id=provider.organisation_id, by=by
    )
    row = ProviderDocument(
        organisation_id=provider.organisation_id, kind=kind, file_id=stored.id, valid_until=valid_until
    )
    db.session.add(row)
    db.session.flush()
    db.session.expire(provider, ["documents"])
    return row


def remove_document(provider: Provider, row: ProviderDocument) -> None:
    """Take a paper out of an open registration; the stored file stays as evidence of what was sent."""
    must_be_open(provider)
    db.session.delete(row)
    db.session.flush()
    db.session.expire(provider, ["documents"])
