"""Which recovery rules a provider's contracts name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core.db import db
from procurement.models.contract import SIGNED, Contract, ContractLine
from procurement.scored import recovery_noted


def recovery_rules(organisation_id: int, day: dt.date, services: Collection[str]) -> dict[str, Any]:
    """Contract number → its rule, of signed contracts in force on a day; of `services`, if any are given."""
    query = select(Contract).where(
        Contract.organisation_id == organisation_id,
        Contract.state.in_(SIGNED), Contract.valid_from <= day, Contract.valid_until >= day,
    )  # fmt: skip
    if services:
        query = query.where(Contract.lines.any(ContractLine.service.in_(services)))
    rows = db.session.execute(query.options(selectinload(Contract.scores)).order_by(Contract.number)).scalars()
    tables = {row.number: row.score_on(day) for row in rows}
    return {number: recovery_noted(one.recovery) for number, one in tables.items() if one and one.recovery}
