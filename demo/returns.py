"""Returns of the last quarter: a nursery’s hours verified with a cut, its incident book sent, a payroll late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import AbstractContextManager
from decimal import Decimal

from sqlalchemy import select

from core import clock, plan
from core.actors import Actor
from core.config import fund
from core.db import db
from core.documents import Document, Letterhead
from demo.people import Staff
from quality.periods import last_full_quarter
from quality.returns import reading, services
from quality.returns.asked import ONE_DAY
from quality.returns.models import QualityReturn
from quality.returns.services import Attached
from quality.returns.standing import asked_in

Desk = Mapping[str, Actor]
HOURS = [(462, 462), (455, 455), (448, 448), (390, 0), (471, 471), (310, 0), (428, 428), (240, 0)]


def tell(staff: Staff, desks: Mapping[str, Desk]) -> None:
    """Asked on the first day after the quarter; what nobody tells here stays to be sent."""
    quarter = last_full_quarter(clock.today(fund().zone))
    nursery, care = desks["nursery-0"], desks["care-0"]
    with _nine(quarter.last + ONE_DAY):
        services.ask_due(quarter.last + ONE_DAY, by=staff.auditor)
    with _nine(quarter.last + 9 * ONE_DAY):
        hours = _sent(nursery, "C-02", _hours())
        _sent(nursery, "C-07", _incidents(quarter.last - 20 * ONE_DAY))
    with _nine(quarter.last + 21 * ONE_DAY):
        terms = plan.in_force("quality", hours.valid_until).verification
        services.verify(
            hours, *asked_in(hours), terms, seen={"E-105": Decimal(300)},
            decision="Ten rows against certificates and roster: E-105 was certified in mid-quarter.", by=staff.auditor,
        )  # fmt: skip
    late = min(quarter.last + 33 * ONE_DAY, clock.today(fund().zone) - ONE_DAY)
    with _nine(late):
        _sent(care, "X-02", _payroll())


def _sent(desk: Desk, indicator: str, content: str) -> QualityReturn:
    clerk = desk["clerk"]
    query = select(QualityReturn).filter_by(organisation_id=clerk.organisation_id, indicator=indicator)
    row = db.session.execute(query).scalar_one()
    ask, rules = asked_in(row)
    said = reading.read_rows(content.encode(), "rows.csv", row, ask, rules)
    if said.wrong:
        raise RuntimeError(f"The demo's own rows of {indicator} are wrong: {said.wrong[0].sentence}")
    services.put_rows(row, said.values, by=clerk)
    services.attach(row, _paper(ask.evidence), by=clerk)
    services.send(row, ask, rules, name=clerk.name, note="", by=clerk)
    return row


def _hours() -> str:
    rows = [f"E-{101 + n},{all_},{some},{f'CERT-{881 + n}' if some else ''}" for n, (all_, some) in enumerate(HOURS)]
    return "\n".join(["worker,hours,counted_hours,reference", *rows])


def _incidents(day: dt.date) -> str:
    head = "incident,kind,happened_on,happened_at,reported_on,reported_at"
    return f"{head}\nI-1,medical_attention,{day},10:40,{day},15:05\n"


def _payroll() -> str:
    rows = [f"W-{n:02d},{420 + n},{420 + n if n % 9 else 380}" for n in range(1, 13)]
    return "\n".join(["worker,hours,counted_hours", *rows])


def _paper(title: str) -> Attached:
    head = Letterhead(fund().name, "en", is_demo=True)
    paper = Document(head, kind="Evidence", number="QR", title=title, issued_on=clock.today(fund().zone))
    return Attached(paper.render(), "evidence.pdf")


def _nine(day: dt.date) -> AbstractContextManager[None]:
    return clock.frozen(dt.datetime.combine(day, dt.time(9), fund().zone).astimezone(dt.UTC))
