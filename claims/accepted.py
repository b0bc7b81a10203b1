"""The accepted tariff value of contracts in periods: what promises and their settlement are reckoned from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from claims.budget import agreed_by
from claims.queries import accepted
from procurement.kpi.hooks import ContractSpan


def accepted_values(spans: Sequence[ContractSpan]) -> list[int]:
    """Minor units for each span, in their order: benefit and member share of decided lines, by the contract that
    priced them and the day that counts. Two statements, whatever their number."""
    if not spans:
        return []
    owners = {span.organisation_id for span in spans}
    days = min(span.first for span in spans), max(span.last for span in spans)
    rows = accepted.by_place(owners, *days)
    agreed_on = agreed_by(owners, {row.service for row in rows})
    sums: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    for row in rows:
        agreed = agreed_on(row.organisation_id, row.site_id, row.service, row.day)
        if agreed is not None:
            sums[agreed.contract_id].append((row.day, row.value))
    return [sum(value for day, value in sums[span.contract_id] if span.first <= day <= span.last) for span in spans]
