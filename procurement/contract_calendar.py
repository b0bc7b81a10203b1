"""What contracts bring in the coming days: renewals to decide, ends, amendments that begin, evidence due. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.words import _l
from procurement.models.contract import Contract, ContractIndicator

KINDS = {
    "evidence": _l("Evidence due"),
    "renewal": _l("Renew or end"),
    "amendment": _l("Amendment counts"),
    "end": _l("Last day"),
}
DUTIES = ("evidence", "renewal")  # somebody has to do them: they stay until it is done
RENEWAL_DAYS = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """`kind` of `KINDS`; `about` names the promise or the amendment."""

    on: dt.date
    kind: str
    contract: Contract
    about: str = ""


def entries(contracts: Iterable[Contract], first: dt.date, last: dt.date, evidence_days: int) -> list[Entry]:
    """In the order of the days; what is overdue on `first` stands first."""
    found = (entry for contract in contracts for entry in _of(contract, evidence_days))
    wanted = [entry for entry in found if entry.on <= last and (entry.on >= first or entry.kind in DUTIES)]
    return sorted(wanted, key=lambda entry: (entry.on, entry.contract.number, entry.kind, entry.about))


def _of(contract: Contract, evidence_days: int) -> Iterator[Entry]:
    yield Entry(contract.valid_until - dt.timedelta(days=RENEWAL_DAYS), "renewal", contract)
    yield Entry(contract.valid_until, "end", contract)
    for row in contract.amendments:
        if row.state == "in_force":
            yield Entry(row.effective_from, "amendment", contract, f"{row.place} · {row.code}")
    for promise in contract.indicators if evidence_days else ():
        yield Entry(_due_on(contract, promise, evidence_days), "evidence", contract, promise.name)


def _due_on(contract: Contract, promise: ContractIndicator, evidence_days: int) -> dt.date:
    """So many days after it was measured last, or after the contract began."""
    measured = promise.measured or {}
    known = measured.get("on") if measured.get("value") is not None else None
    since = dt.date.fromisoformat(known) if known else contract.valid_from
    return min(since + dt.timedelta(days=evidence_days), contract.valid_until)
