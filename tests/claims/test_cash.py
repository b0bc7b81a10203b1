"""Cash beside care in kind: 40 % of the ceiling unused is 40 % of the level's cash."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from claims.benefit_plan.rows import MoneyLimit
from claims.case import CareLevel, Member
from claims.cash.gathering import cash_statement
from claims.cash.statement import combined
from core.errors import NotFound
from tests.claims.care_fund import JUNE, a_cooperative, billed, care_fund, granted, imported
from tests.members.builders import a_member

LIMIT = MoneyLimit(
    "ceiling:care", "Care ceiling", "member", "month", 0, True, {2: 80_000, 3: 150_000},
    cash_by_level={2: 34_700, 3: 59_900},
)  # fmt: skip


@pytest.mark.parametrize(
    ("levels", "used", "ceiling", "amount"),
    [
        ([CareLevel(2, JUNE)], 0, 80_000, 34_700),
        ([CareLevel(2, JUNE)], 48_000, 80_000, 13_880),
        ([CareLevel(2, JUNE)], 80_000, 80_000, 0),
        ([CareLevel(2, JUNE)], 1, 80_000, 34_700),  # 34,699.57 rounds half up
        ([CareLevel(2, JUNE, dt.date(2026, 6, 15)), CareLevel(3, dt.date(2026, 6, 16))], 0, 115_000, 47_300),
        ([CareLevel(2, dt.date(2026, 6, 16))], 0, 40_000, 17_350),
        ([], 0, 0, 0),
    ],
)
def test_the_unused_part_of_the_ceiling_is_that_part_of_the_cash(
    levels: list[CareLevel], used: int, ceiling: int, amount: int
) -> None:
    found = combined(LIMIT, Member(1, None, care_levels=tuple(levels)), dt.date(2026, 6, 30), used)
    assert (found.ceiling, found.amount) == (ceiling, amount)


@pytest.mark.usefixtures("app")
def test_the_statement_of_a_month_follows_the_live_decisions_and_names_their_claims(app: Flask) -> None:
    care_fund()
    cooperative, _ = a_cooperative("long_term_care")
    elder = a_member("Basma Zarrouk", born_on=dt.date(1940, 1, 1))
    granted(elder, "long_term_care", care_level=2)
    imported("touiza-visits", [
        {"visit_id": f"V{n}", "member_id": elder.public_id, "provider_id": cooperative.number, "practitioner_id": "W1",
         "code": "LC-110", "visited_on": f"2026-06-{n:02d}", "started": "08:00", "ended": "12:00", "place": "QR"}
        for n in range(1, 4)
    ])  # fmt: skip
    decision = billed(cooperative, elder, "LC-110", "48")
    assert decision.benefit + decision.member_share == 312_000
    found = cash_statement(elder.public_id, JUNE)
    assert found.claims == ((decision.claim_number, 312_000),)
    assert (found.ceiling, found.used, found.unused, found.cash) == (800_000, 312_000, 488_000, 347_000)
    assert found.amount == 211_670
    shown = app.test_cli_runner().invoke(args=["claims", "cash", elder.public_id, "2026-06"])
    assert "211.670" in shown.output
    again = billed(cooperative, elder, "LC-110", "48", number="A-2")
    assert again.state == "denied", "a duplicate uses nothing"
    assert cash_statement(elder.public_id, JUNE).amount == 211_670
    assert cash_statement(elder.public_id, dt.date(2026, 5, 1)).amount == 347_000
    with pytest.raises(NotFound):
        cash_statement("NOBODY", JUNE)
