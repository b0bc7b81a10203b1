"""Contracts that ran in a span of days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from core.actors import Actor
from core.db import db
from procurement.models.contract import SIGNED, Contract
from procurement.queries.contracts import known_contracts


def contracts_of(who: Actor, first: dt.date, last: dt.date) -> Sequence[Contract]:
    """Signed ones, with their organisations: one statement."""
    query = select(Contract).where(
        Contract.state.in_(SIGNED), Contract.valid_from <= last, Contract.valid_until >= first,
        *known_contracts(who),
    )  # fmt: skip
    return db.session.execute(query.order_by(Contract.number)).scalars().all()
