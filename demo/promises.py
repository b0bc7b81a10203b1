"""Promises of three cooperatives in the last two quarters: one kept, one missed, one given back after an objection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select, update

from core import clock
from core.actors import Actor
from core.config import fund
from core.db import db
from core.documents import Document, Letterhead
from demo.instants import at
from demo.people import Staff
from procurement.kpi.spans import ONE_DAY, around
from procurement.models.contract import Contract, ContractIndicator
from procurement.models.kpi import KpiPeriod
from procurement.services import kpi

KEYS = ("care-0", "care-1", "nursery-0")
SETTLED = 46  # days after the quarter: the claims of run-out are in
REPORTED = (Decimal(78), Decimal(62), Decimal(66))


def tell(staff: Staff, desks: Mapping[str, Mapping[str, Actor]]) -> None:
    """What comes later is asked for by the worker, quarter by quarter."""
    today = clock.today(fund().zone)
    now, _end = around("quarter", today)
    middle, _end = around("quarter", now - ONE_DAY)
    first, _end = around("quarter", middle - ONE_DAY)
    chosen = [desks[key] for key in KEYS]
    _follow_from(now, desks.values())
    _follow_from(first, chosen)
    evidence = _evidence()
    with at(middle):
        kpi.begin_due(middle, by=staff.officer)
    with at(middle + 10 * ONE_DAY):
        rows = _due()
        for desk, row, value in zip(chosen, rows, REPORTED, strict=True):
            kpi.report(row, value, "Social security list of the last month.", evidence, by=desk["clerk"])
            kpi.verify(row, None, "", by=staff.officer)
    with at(middle + SETTLED * ONE_DAY):
        kpi.settle_due(middle + SETTLED * ONE_DAY, by=staff.officer)
        kpi.object_to(rows[1], "The list was of another month.", evidence, by=chosen[1]["manager"])
        kpi.uphold(rows[1], rows[1].committed, "The right list says so.", by=staff.second_officer)
    kpi.begin_due(today, by=staff.officer)
    for desk, row in list(zip(chosen, _due(), strict=True))[1:]:
        kpi.report(row, row.committed, "", evidence, by=desk["clerk"])


def _follow_from(day: dt.date, desks: Iterable[Mapping[str, Actor]]) -> None:
    owners = [desk["clerk"].organisation_id for desk in desks]
    of_them = select(Contract.id).where(Contract.organisation_id.in_(owners))
    query = update(ContractIndicator).where(ContractIndicator.contract_id.in_(of_them))
    db.session.execute(query.values(followed_from=day))


def _due() -> Sequence[KpiPeriod]:
    return db.session.execute(select(KpiPeriod).where(KpiPeriod.state == "due").order_by(KpiPeriod.id)).scalars().all()


def _evidence() -> kpi.Attached:
    head = Letterhead(fund().name, "en", is_demo=True)
    paper = Document(head, kind="Evidence", number="SSL", title="Social security list",
                     issued_on=clock.today(fund().zone))  # fmt: skip
    paper.paragraph("Carers with a permanent contract, and all carers, in full-time equivalents.")
    return kpi.Attached(paper.render(), "social-security-list.pdf")
