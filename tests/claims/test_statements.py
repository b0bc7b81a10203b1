"""How many SQL statements deciding costs: few for one claim, and no more for a batch, however large."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from sqlalchemy import event

import core.db
from claims import services
from core.db import db, unit_of_work
from tests.claims.builders import AT, CLERK, ZONE, Fund, claim, line
from tests.claims.test_batch import sent, settle_people

ONE_CLAIM = 34  # a set of rows counts as one, whether it goes in by COPY or by a prepared statement
SET_OF_CLAIMS = 50

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """What is sent to the database meanwhile; COPY goes past SQLAlchemy and is noted where it starts."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        said: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            said.append(statement)

        copy = core.db._copy
        monkeypatch.setattr(core.db, "_copy", lambda *told: (said.append(f"COPY {told[1].name}"), copy(*told)))
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield said
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
            monkeypatch.setattr(core.db, "_copy", copy)

    return counting


def test_one_claim_of_four_lines_costs_few_statements(fund: Fund, statements: Counting) -> None:
    days = [dt.date(2026, 11, day) for day in (2, 3, 4, 5)]
    for number in ("S-1", "S-2"):  # the first one opens the streams of the audit trail and the accounts
        with statements() as said, unit_of_work():
            lines = [
                line(on=day + dt.timedelta(days=3 * int(number[-1])), no=no) for no, day in enumerate(days, start=1)
            ]
            services.submit(claim(fund, number, *lines), by=CLERK, at=AT, zone=ZONE)
    assert len(said) <= ONE_CLAIM, "\n".join(said)


def test_a_set_of_claims_costs_the_same_however_many_they_are(fund: Fund, statements: Counting) -> None:
    settle_people(30)
    counts = []
    for first, last in ((10, 11), (12, 39)):
        claims = [one for one in sent(fund, 30) if one.member_number in {f"R{n}" for n in range(first, last + 1)}]
        with statements() as said, unit_of_work():
            services.submit_many(claims, by=CLERK, at=AT, zone=ZONE)
        counts.append(len(said))
    assert counts[1] <= counts[0] <= SET_OF_CLAIMS, "\n".join(said)
