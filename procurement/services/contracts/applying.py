"""An accepted amendment in the rows of the contract: a line closes, another opens; no day gets a second price."""

from __future__ import annotations

import datetime as dt

from core.db import db
from procurement.amended import line_on
from procurement.amending import NewRate, NewTerms
from procurement.models.contract import Contract, ContractLine


def apply(contract: Contract, terms: NewTerms) -> None:
    """Days before an amendment keep their price. Volume, budget and last day are of the whole term."""
    for row in terms.rates:
        _move_rate(contract, row)
    for one in terms.volumes:
        for line in [line for line in contract.lines if (line.service, line.site_id) == (one.service, one.site_id)]:
            line.volume = one.volume
    if terms.valid_until is not None:
        _prolong(contract, terms.valid_until)
    if terms.budget is not None:
        contract.budget = terms.budget
    for promise in contract.indicators:
        promise.committed = (terms.promises or {}).get(promise.code, promise.committed)
    db.session.flush()


def _move_rate(contract: Contract, row: NewRate) -> None:
    line = line_on(contract, (row.service, row.site_id), row.from_on)
    if line is None:
        raise LookupError(f"{contract.number}: no line of {row.service} on {row.from_on}")
    if line.valid_from == row.from_on:
        line.rate = row.rate
        return
    last_on, line.valid_until = line.valid_until, row.from_on - dt.timedelta(days=1)
    db.session.flush()
    contract.lines.append(
        ContractLine(
            service=line.service, site_id=line.site_id, rate=row.rate, volume=line.volume, valid_from=row.from_on,
            valid_until=last_on,
        )
    )  # fmt: skip


def _prolong(contract: Contract, ends: dt.date) -> None:
    """Lines that went to the last day go to the new one."""
    for line in contract.lines:
        if line.valid_until == contract.valid_until:
            line.valid_until = ends
    contract.valid_until = ends
