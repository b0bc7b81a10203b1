"""What was typed on the form and not sent yet, kept at the fund: encrypted, per account and organisation."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping

from claims.models import ClaimDraft
from claims.queries import drafts as queries
from core import secrets
from core.actors import Actor
from core.db import db
from core.numbers import random_id

COLUMN = "claim_draft.content"
MOST_CHARACTERS = 100_000  # of one draft; a form of a hundred lines has a tenth of it


def new_key() -> str:
    """Made with the empty form: two clicks on "Send" carry the same one."""
    return f"F-{random_id()}"


def is_key(text: str) -> bool:
    return re.fullmatch(r"F-[0-9A-Z]{10}", text) is not None


def save(key: str, typed: Mapping[str, str], *, by: Actor, at: dt.datetime) -> ClaimDraft | None:
    """Keep what was typed under its key, in place of what stood there; None: too much to be a form."""
    text = json.dumps(dict(typed))
    if len(text) > MOST_CHARACTERS:
        return None
    row = queries.draft(key, by)
    if row is None:
        row = ClaimDraft(key=key, account_id=by.account_id, organisation_id=by.organisation_id)
        db.session.add(row)
    row.content, row.saved_at = secrets.encrypt(COLUMN, text), at
    db.session.flush()
    return row


def typed_in(row: ClaimDraft) -> dict[str, str]:
    """Field name → what was typed."""
    found: dict[str, str] = json.loads(secrets.decrypt(COLUMN, row.content))
    return found


def drop(key: str, *, by: Actor) -> None:
    """Sent, or thrown away."""
    row = queries.draft(key, by)
    if row is not None:
        db.session.delete(row)
        db.session.flush()
