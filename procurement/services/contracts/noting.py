"""What was measured of a promise, and what was used of budget and volume."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from core import audit
from core.actors import Actor
from core.acts import Act
from core.db import db, put_rows
from procurement.models.contract import ContractIndicator, ContractServiceUse, ContractUse
from procurement.services.contracts.telling import STREAM


def record_indicator(indicator: ContractIndicator, *, value: Decimal | None, on: dt.date, run: str, by: Actor) -> None:
    """Note the latest observation of a promise; None says that there was no source."""
    before = {"measured": indicator.measured}
    indicator.measured = {"value": None if value is None else str(value), "on": on.isoformat(), "run": run}
    db.session.flush()
    subject = f"{indicator.contract.number} {indicator.code}"
    audit.record(STREAM, Act.INDICATORS_COMPUTED, subject, by=by, before=before, after={"measured": indicator.measured})


_USED_BEFORE = (
    "ON CONFLICT (contract_id) DO UPDATE SET benefit = contract_use.benefit + excluded.benefit, "
    "lines = contract_use.lines + excluded.lines"
)
_UNITS_BEFORE = (
    "ON CONFLICT (contract_id, service, site_id) "
    "DO UPDATE SET quantity_milli = contract_service_use.quantity_milli + excluded.quantity_milli"
)


def record_use(changes: Mapping[int, tuple[int, int]]) -> None:
    """Add (benefit in minor units, lines) per contract id; negative amounts give back. In id order: no deadlock."""
    rows = [(key, *changes[key]) for key in sorted(changes)]
    put_rows(ContractUse.__table__, ("contract_id", "benefit", "lines"), rows, _USED_BEFORE)


def record_service_use(changes: Mapping[tuple[int, str, int], int]) -> None:
    """Add thousandths of a unit per (contract, service, site or 0); negative ones give back. In order: no deadlock."""
    rows = [(*place, changes[place]) for place in sorted(changes)]
    names = ("contract_id", "service", "site_id", "quantity_milli")
    put_rows(ContractServiceUse.__table__, names, rows, _UNITS_BEFORE)
