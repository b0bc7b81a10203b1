"""The record of facts: stated once, corrected by new rows, verified by another person, asked for many at once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import event

from core import plan
from core.actors import Actor
from core.db import db, unit_of_work
from core.errors import Conflict, Forbidden, InputErrors
from core.organisations import Organisation
from core.roles import Role
from providers import queries
from providers.facts import parse
from providers.models import OrganisationFact
from providers.services.facts import Source, Statement, correct, state, verify
from tests.accounts import actor_with
from tests.providers.builders import FACTS, accredited, ask_facts, catalogue, today

DAY = dt.timedelta(days=1)


@pytest.fixture
def own(app: object) -> Actor:
    """Somebody of the first organisation."""
    catalogue()
    ask_facts()
    return actor_with(Role.PROVIDER_MANAGER, organisation_id=accredited())


def said(by: Actor, day: dt.date | None = None, *, source: str = "own", **figures: object) -> list[OrganisationFact]:
    rows = [
        Statement(code, Decimal(str(figure)), day or today(), "payroll of the month")
        for code, figure in figures.items()
    ]
    with unit_of_work():
        organisation = db.session.get_one(Organisation, by.organisation_id or 1)
        return state(organisation, rows, source=Source(source), by=by)


def refused(by: Actor, day: dt.date | None = None, **figures: object) -> str:
    with pytest.raises(InputErrors) as caught:
        said(by, day, **figures)
    return " / ".join(f"{row.where}: {row.message} ({row.found})" for row in caught.value.problems)


def held(code: str, day: dt.date | None = None) -> object:
    found = queries.facts_on([1], [code], day or today()).get(1, {})
    return found[code].figure if code in found else None


def test_a_figure_holds_from_its_day_until_the_next_one(own: Actor) -> None:
    said(own, today() - 30 * DAY, workers=20)
    said(own, today(), workers=24)
    days = (today() - 31 * DAY, today() - 30 * DAY, today() - DAY, today())
    assert [held("workers", day) for day in days] == [None, 20, 20, 24]


def test_a_share_is_computed_from_two_figures_and_never_typed(own: Actor) -> None:
    said(own, board_members=7, women_on_board=3)
    assert held("women_on_board_share") == Decimal("42.86")
    assert "no figure" in refused(own, women_on_board_share=50)


@pytest.mark.parametrize(
    ("figures", "days", "words"),
    [
        ({"workers": -3}, 0, "workers: All workers: this cannot be less than 0. (-3)"),
        ({"pay_gap": 130}, 0, "at most 100 per cent. (130)"),
        ({"workers": 10, "women": 11}, 0, "women: Women among the workers: more than there are in all, 10. (11)"),
        ({"women": 4}, 0, "say first how many there are in all: All workers"),
        ({"workers": 10}, 1, "lies in the future"),
        ({"shoe_size": 42}, 0, "shoe_size is no figure that the fund asks for"),
        ({"board_members": "6.5"}, 0, "count whole people"),
        ({"non_profit": 2}, 0, "answer yes or no"),
    ],
    ids=["negative", "over a hundred", "part over whole", "no whole", "future", "unknown", "half a person", "neither"],
)
def test_what_cannot_be_right_is_refused_with_its_name(
    own: Actor, figures: dict[str, object], days: int, words: str
) -> None:
    assert words in refused(own, today() + days * DAY, **figures)
    assert queries.history(1) == []


def test_a_whole_is_not_smaller_than_a_part_that_stands_for_the_same_day(own: Actor) -> None:
    said(own, workers=10, women=8)
    assert "fewer than a part of it" in refused(own, temporary=3, workers=7)


def test_a_payroll_that_nobody_could_live_on_is_refused(own: Actor) -> None:
    said(own, today() - 40 * DAY, workers=10)
    quarter = Statement("payroll", 300_000, today(), "payroll", "quarter")  # 300.000 for 30 months of people
    organisation = db.session.get_one(Organisation, 1)
    with pytest.raises(InputErrors, match="for each person and month"):
        state(organisation, [quarter], source=Source("own"), by=own)
    db.session.rollback()
    with unit_of_work():
        (row,) = state(
            organisation,
            [Statement("payroll", 12_000_000, dt.date(2026, 9, 30), "payroll", "quarter")],
            source=Source("own"),
            by=own,
        )
        assert (row.amount, row.value, row.valid_from) == (12_000_000, None, dt.date(2026, 7, 1))


def test_the_same_figure_of_the_same_day_is_the_row_that_stands(own: Actor) -> None:
    first, again = said(own, workers=24)[0].id, said(own, source="renewal", workers=24)[0].id
    assert first == again


def test_another_figure_of_the_same_day_is_a_correction_with_its_reason(own: Actor) -> None:
    (row,) = said(own, workers=24)
    assert "you said 24 of" in refused(own, workers=26)
    with pytest.raises(InputErrors, match="Say what was wrong"):
        correct(row, Decimal(26), evidence="payroll", reason=" ", by=own)
    with unit_of_work():
        correct(row, Decimal(26), evidence="payroll", reason="two were on leave", by=own)
    assert (held("workers"), len(queries.history(1))) == (26, 2)
    with pytest.raises(Conflict, match="corrected already"):
        correct(row, Decimal(27), evidence="payroll", reason="again", by=own)


def test_nobody_else_corrects_and_nobody_verifies_their_own(own: Actor) -> None:
    (row,) = said(own, workers=24)
    rival = actor_with(Role.PROVIDER_MANAGER, organisation_id=accredited(2))
    with pytest.raises(Forbidden):
        correct(row, Decimal(2), evidence="payroll", reason="spite", by=rival)
    for stranger in (own, rival, actor_with(Role.AUDITOR)):
        with pytest.raises(Forbidden):
            verify(row, note="seen", by=stranger)
    registrar = actor_with(Role.REGISTRAR)
    (other,) = said(registrar, today() - DAY, source="import", workers=23)
    with pytest.raises(Forbidden, match="someone else"):
        verify(other, note="seen", by=registrar)
    db.session.rollback()
    with unit_of_work():
        verify(row, note="payroll of the month, page 2", by=registrar)
    assert queries.facts_on([1], ["workers"], today())[1]["workers"].is_verified


def test_two_statements_of_one_day_stand_side_by_side_and_the_verified_one_counts(own: Actor) -> None:
    (first,) = said(own, workers=24)
    said(own, source="bid", workers=30)
    assert [row.figure for row in queries.told_twice(1)] == [24, 30]
    assert held("workers") == 30
    with unit_of_work():
        verify(first, note="payroll", by=actor_with(Role.REGISTRAR))
    assert held("workers") == 24


def test_many_organisations_are_asked_in_one_statement(own: Actor) -> None:
    said(own, workers=24, women=12)
    other = accredited(2)
    said(actor_with(Role.PROVIDER_MANAGER, organisation_id=other), workers=8, women=2)
    seen: list[str] = []
    engine = db.engine
    queries.facts_on([1, other], ["workers"], today())
    event.listen(engine, "before_cursor_execute", listener := lambda *call: seen.append(call[2]))
    try:
        found = queries.facts_on([1, other, 99], ["workers", "women_share"], today())
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    assert {key: {code: row.figure for code, row in held.items()} for key, held in found.items()} == {
        1: {"workers": 24, "women_share": Decimal("50.00")},
        other: {"workers": 8, "women_share": Decimal("25.00")},
    }
    assert len([line for line in seen if "organisation_fact" in line]) == 1


def test_before_the_fund_settles_what_it_asks_nothing_is_asked(app: object) -> None:
    catalogue()
    accredited()
    assert queries.facts_on([1], ["workers"], today()) == {}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('part_of = "carers"', 'part_of = "nurses"', "same period"),
        ('code = "carers"', 'code = "workers"', "stands twice"),
        ('group = "pay"', 'group = "gossip"', "group"),
        ('whole = "carers"', 'whole = "leavers"', "same period"),
    ],
    ids=["unknown whole", "twice", "group", "other period"],
)
def test_a_catalogue_that_contradicts_itself_is_refused(before: str, after: str, words: str) -> None:
    with pytest.raises(InputErrors, match=words):
        parse(FACTS.read_text("utf-8").replace(before, after, 1))


def test_the_catalogue_is_a_part_of_the_plan(app: object) -> None:
    assert "facts" in plan.parts()
