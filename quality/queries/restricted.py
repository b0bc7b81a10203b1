"""Whether restricted care touches some days at all: without it nothing is read a second time."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import or_, select

from care.models import Placement
from claims.models import Claim
from core.db import db
from core.restricted import restricted_services


def has_restricted(first: dt.date, last: dt.date) -> bool:
    claims = select(Claim.id).where(Claim.is_restricted, Claim.service_from <= last, Claim.service_until >= first)
    placed = select(Placement.id).where(
        Placement.service.in_(restricted_services()), Placement.valid_from <= last, Placement.valid_until >= first
    )
    return bool(db.session.execute(select(or_(claims.exists(), placed.exists()))).scalar())
