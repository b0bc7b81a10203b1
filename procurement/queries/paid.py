"""What was paid for a contract, month by month: sums alone, and none where few members stand behind one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from core import clock
from core.config import fund
from core.db import db
from payments.queries.settled import settled_payables
from procurement.models.contract import Contract, ContractLine
from procurement.ocds.codes import codes

Spans = Mapping[tuple[int, str], Sequence[tuple[dt.date, dt.date, str]]]


def last_month() -> dt.date:
    """The first day of the present month: what was paid before it is told."""
    return clock.today(fund().zone).replace(day=1)


def paid_by_month(contracts: Iterable[Contract]) -> dict[str, dict[str, int]]:
    """Contract number → month of the payment → minor units, over whole months.

    A claim counts if all its paid lines can only be of that contract; what was paid for restricted care is in no
    payable's summary, and so in no sum.
    """
    running = {row.number: row.organisation_id for row in contracts if row.state != "drawn"}
    if not running:
        return {}
    spans, sums, members = _spans(set(running.values())), _table(int), _table(set)
    for organisation_id, paid_on, amount, summary in settled_payables(set(running.values()), before=last_month()):
        number, month = _contract_of(organisation_id, summary, spans), paid_on.isoformat()[:7]
        if number in running:
            sums[number][month] += amount
            members[number][month].add(summary.get("member"))
    fewest = codes()["transactions"]["fewest_members"]
    return {
        number: {month: amount for month, amount in months.items() if len(members[number][month]) >= fewest}
        for number, months in sums.items()
    }


def _table(kind: Any) -> dict[str, dict[str, Any]]:
    return defaultdict(lambda: defaultdict(kind))


def _spans(organisation_ids: set[int]) -> Spans:
    """(organisation, service) → first day, last day, contract: of every signed contract, whatever its origin."""
    columns = (Contract.organisation_id, ContractLine.service, ContractLine.valid_from, ContractLine.valid_until)
    query = select(*columns, Contract.number).join(Contract, Contract.id == ContractLine.contract_id)
    query = query.where(Contract.organisation_id.in_(organisation_ids), Contract.state != "drawn")
    found = defaultdict(list)
    for organisation_id, service, first, last, number in db.session.execute(query):
        found[organisation_id, service].append((first, last, number))
    return found


def _contract_of(organisation_id: int, summary: Mapping[str, Any], spans: Spans) -> str:
    """The one contract that every paid line of a claim is of; empty where that cannot be said."""
    found = set[str]()
    for line in summary.get("lines", ()):
        if line["benefit"]:
            on = dt.date.fromisoformat(line["service_on"])
            here = {n for first, last, n in spans.get((organisation_id, line["service"]), ()) if first <= on <= last}
            found |= here if len(here) == 1 else {""}
    return found.pop() if len(found) == 1 else ""
