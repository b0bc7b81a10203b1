"""The tariff of a running contract from a day on: earlier days keep their price, claims of later ones are found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from core import audit
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import Conflict
from core.words import _l
from procurement.models.contract import Contract, ContractLine
from procurement.services.contracts.telling import STREAM, issue, tell_others
from procurement.services.contracts.terms import TariffLine


def set_rates(
    contract: Contract, services: Collection[str], lines: Sequence[TariffLine], *, on: dt.date, reason: str, by: Actor
) -> None:
    """From `on` these services of the provider's own tariff cost what `lines` say; without a line, nothing."""
    if contract.state != "active":
        raise Conflict(_l("Contract %(number)s is not in force.", number=contract.number))
    _cut(contract, services, on)
    added = [row for line in lines if (row := _clipped(contract, line, on)) is not None]
    contract.lines.extend(added)
    db.session.flush()
    after = {"from": on.isoformat(), "rates": {f"{row.service} {row.valid_from}": str(row.rate) for row in added}}
    before = {"services": sorted(services)}
    audit.record(STREAM, Act.RATES_CHANGED, contract.number, by=by, reason=reason.strip(), before=before, after=after)
    tell_others("contract.rate_agreed", contract, on)
    issue(contract, by)


def _cut(contract: Contract, services: Collection[str], on: dt.date) -> None:
    for line in [row for row in contract.lines if row.service in services and row.site_id is None]:
        if line.valid_from >= on:
            contract.lines.remove(line)
            db.session.delete(line)
        elif line.valid_until >= on:
            line.valid_until = on - dt.timedelta(days=1)
    db.session.flush()


def _clipped(contract: Contract, line: TariffLine, on: dt.date) -> ContractLine | None:
    begins = max(line.valid_from or on, on, contract.valid_from)
    ends = min(line.valid_until or contract.valid_until, contract.valid_until)
    if ends < begins:
        return None
    return ContractLine(service=line.service, rate=line.rate, volume=line.volume, valid_from=begins, valid_until=ends)
