"""What contracts bring in the coming days: renewals to decide, ends, amendments that begin, evidence due. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.words import _l
from procurement.kpi.spans import around, spans
from procurement.models.contract import Contract
from procurement.models.kpi import KpiPeriod

KINDS = {
    "evidence": _l("Evidence due"),
    "renewal": _l("Renew or end"),
    "amendment": _l("Amendment counts"),
    "indexation": _l("Rates follow their index"),
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


def entries(
    contracts: Sequence[Contract],
    first: dt.date,
    last: dt.date,
    reports: Iterable[KpiPeriod] = (),
    report_days: int | None = None,
) -> list[Entry]:
    """In the order of the days; what is overdue on `first` stands first. `reports` are due, others will be
    `report_days` after their period (None: nobody follows promises up)."""
    found = [entry for contract in contracts for entry in _of(contract)]
    found += [Entry(row.report_until, "evidence", row.indicator.contract, row.indicator.name) for row in reports]
    if report_days is not None:
        found += [entry for contract in contracts for entry in _planned(contract, first, last, report_days)]
    found += [entry for contract in contracts for entry in _indexations(contract, first, last)]
    wanted = [entry for entry in found if entry.on <= last and (entry.on >= first or entry.kind in DUTIES)]
    return sorted(wanted, key=lambda entry: (entry.on, entry.contract.number, entry.kind, entry.about))


def _planned(contract: Contract, first: dt.date, last: dt.date, report_days: int) -> Iterator[Entry]:
    """Of periods that are not over yet."""
    for promise in contract.indicators:
        if promise.followed_from is None:
            continue
        begins = max(promise.followed_from, contract.valid_from, around(promise.period, first)[0])
        for _begins, until in spans(promise.period, begins, min(contract.valid_until, last)):
            if first <= until == min(around(promise.period, until)[1], contract.valid_until):
                on = until + dt.timedelta(days=report_days + 1)
                yield Entry(on, "evidence", contract, promise.name)


def _indexations(contract: Contract, first: dt.date, last: dt.date) -> Iterator[Entry]:
    if contract.indexation is None:
        return
    clause = contract.indexation.clause
    for year in range(first.year, min(last, contract.valid_until).year + 1):
        on = dt.date(year, clause.month, 1)
        if clause.due_on(on) and contract.valid_from <= on <= contract.valid_until:
            yield Entry(on, "indexation", contract, clause.index)


def _of(contract: Contract) -> Iterator[Entry]:
    yield Entry(contract.valid_until - dt.timedelta(days=RENEWAL_DAYS), "renewal", contract)
    yield Entry(contract.valid_until, "end", contract)
    for row in contract.amendments:
        if row.state == "in_force":
            yield Entry(row.effective_from, "amendment", contract, f"{row.place} · {row.code}")
