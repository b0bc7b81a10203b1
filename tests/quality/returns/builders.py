"""Three cooperatives under contract, one of them a nursery, and returns of the third quarter of 2026."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from core import clock, plan
from core.actors import Actor
from core.codes import ServiceLine
from core.db import database_clock, db, unit_of_work
from core.roles import Role
from quality.returns import queries, services
from quality.returns.models import QualityReturn
from quality.returns.services import Attached
from quality.returns.standing import asked_in
from tests.quality import builders

ROOT = Path(__file__).parents[3]
PAPER = Attached(b"%PDF-1.4\n% minutes, invented\n%%EOF\n", "minutes.pdf")
OCTOBER = dt.datetime(2026, 10, 5, 9, 0, tzinfo=dt.UTC)
JANUARY = dt.datetime(2027, 1, 5, 9, 0, tzinfo=dt.UTC)
AUDITOR = Actor(None, "auditor", "H. Senuri", frozenset({Role.AUDITOR}))
HOURS = b"worker,hours,counted_hours,reference\nW-1,400,400,C-11\nW-2,300,0,\nW-3,100,100,C-12\n"


def house() -> dict[int, int]:
    """Number → organisation: 1 and 2 give home care, 3 is a nursery."""
    with unit_of_work():
        manager = Actor(None, "manager", "M. Anager", frozenset({Role.PLAN_MANAGER}))
        for part in ("quality", "returns", "facts"):
            text = (ROOT / "plan" / f"{part}.toml").read_text("utf-8")
            plan.approve(plan.prepare(part, text, valid_from=dt.date(2020, 1, 1), by=manager), by=AUDITOR)
        for place, code in enumerate(("childcare", "long_term_care")):
            db.session.add(ServiceLine(code=code, name=code, position=place))
        db.session.flush()
        return {n: builders._cooperative(n, "childcare" if n == 3 else "long_term_care") for n in (1, 2, 3)}


def desk(organisation_id: int, *roles: Role) -> Actor:
    held = frozenset(roles or (Role.PROVIDER_CLERK,))
    return Actor(None, f"clerk-{organisation_id}", "N. Zerbay", held, organisation_id)


@contextmanager
def at(instant: dt.datetime):
    """The clock and the database's clock."""
    with clock.frozen(instant), database_clock(lambda: instant):
        yield


def ask(instant: dt.datetime = OCTOBER) -> int:
    with at(instant), unit_of_work():
        return services.ask_due(instant.date(), by=AUDITOR)


def return_of(organisation_id: int, indicator: str) -> QualityReturn:
    row = db.session.query(QualityReturn).filter_by(organisation_id=organisation_id, indicator=indicator)
    found = row.order_by(QualityReturn.valid_from.desc(), QualityReturn.version.desc()).first()
    assert found is not None
    return found


def fill(organisation_id: int, indicator: str, content: bytes = HOURS, instant: dt.datetime = OCTOBER) -> str:
    """A draft with rows and a paper; its number."""
    from quality.returns import reading

    with at(instant), unit_of_work():
        row, by = return_of(organisation_id, indicator), desk(organisation_id)
        asked, rules = asked_in(row)
        report = reading.read_rows(content, "rows.csv", row, asked, rules)
        assert not report.wrong, [one.sentence for one in report.wrong]
        services.put_rows(row, report.values, by=by)
        services.attach(row, PAPER, by=by)
        return row.number


def send(number: str, instant: dt.datetime = OCTOBER) -> None:
    with at(instant), unit_of_work():
        row = newest(number)
        services.send(row, *asked_in(row), name="Nadia Zerbay", note="", by=desk(row.organisation_id))


def verify(number: str, seen=None, *, instant: dt.datetime = OCTOBER, excused: str = "", by: Actor = AUDITOR) -> None:
    with at(instant), unit_of_work():
        row = newest(number)
        terms = plan.in_force("quality", row.valid_until).verification
        services.verify(
            row, *asked_in(row), terms, seen=seen or {}, decision="Payroll of September.", excused=excused, by=by
        )


def newest(number: str) -> QualityReturn:
    row = queries.newest(number)
    assert row is not None
    return row


def upload(content: bytes, name: str) -> tuple[BytesIO, str]:
    return BytesIO(content), name
