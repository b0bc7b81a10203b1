"""What was used of budget and volume."""

from __future__ import annotations

from collections.abc import Mapping

from core.db import put_rows
from procurement.models.contract import ContractServiceUse, ContractUse

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
