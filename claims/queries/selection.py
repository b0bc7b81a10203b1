"""What the selection for review asks of stored claims."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from claims.models import Claim
from core.db import db


def first_claims(organisation_id: int, most: int) -> list[tuple[dt.datetime, int]]:
    """(received at, claim) of the first claims that a provider ever sent, by way of the index of both."""
    query = select(Claim.received_at, Claim.id).where(Claim.organisation_id == organisation_id)
    rows = db.session.execute(query.order_by(Claim.received_at, Claim.id).limit(most))
    return [(received_at, claim_id) for received_at, claim_id in rows]
