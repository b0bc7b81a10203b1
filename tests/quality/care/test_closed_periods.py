"""A period whose run-out is over is read as it stood then, whatever is written, changed or taken back since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.db import db, unit_of_work
from quality import services
from quality.models import IndicatorResult, IndicatorRun
from quality.periods import closes_at
from quality.queries import records, runs
from quality.queries.blocks import blocks_of
from quality.returns.queries import child_days
from tests.quality.builders import AUDITOR, PERIOD, ZONE
from tests.quality.care.closed_worlds import DAY, ONE, Fund

CLOSED = closes_at(PERIOD.last, 45, ZONE)
HOUR = dt.timedelta(hours=1)
Act = Callable[[Fund], None]


@pytest.fixture
def fund(app) -> Fund:
    return Fund()


def written(at: dt.datetime, *acts: Act, fund: Fund) -> None:
    with clock.frozen(at), unit_of_work():
        for act in acts:
            act(fund)


def run(indicator: str, at: dt.datetime) -> IndicatorRun:
    with clock.frozen(at), unit_of_work():
        return services.compute_run(indicator, PERIOD, by=AUDITOR)


def said(one: IndicatorRun) -> tuple[list[str], list[tuple[object, ...]]]:
    """Its case blocks and its results, to the byte and the last digit."""
    names = [name for name in IndicatorResult.__table__.columns.keys() if name != "run_id"]  # noqa: SIM118
    results = [tuple(getattr(row, name) for name in names) for row in runs.results_of(one.id)]
    return [block.sha256 for block in blocks_of(one.id)], results


def full(fund: Fund) -> None:
    """One of each, two days of it."""
    for day in (DAY, DAY + ONE):
        fund.visit(f"V{day.day}", day, 490)
        fund.roster(day, 1)
        fund.call_off(day + 7 * ONE)
        for child in (0, 1):
            fund.sign(child, day)
    fund.ask()
    fund.flood(DAY + 2 * ONE)
    fund.stay()


CHANGES: dict[str, tuple[str, Act]] = {
    "a visit changed": ("L-01", lambda fund: fund.visit("V7", DAY, 600)),
    "a visit moved out of the period": ("L-01", lambda fund: fund.visit("V7", DAY - 80 * ONE, 480)),
    "a visit added": ("L-02", lambda fund: fund.visit("V9", DAY + 4 * ONE)),
    "a call-off added": ("L-01", lambda fund: fund.call_off(DAY + 9 * ONE)),
    "a call-off taken back": ("L-01", lambda fund: fund.call_off(DAY + 7 * ONE, is_withdrawn=True)),
    "a placement ended": ("L-01", lambda fund: fund.end(DAY + 9 * ONE)),
    "an offer accepted": ("L-01", Fund.accept),
    "a request answered": ("H-08", lambda fund: fund.ask(after=40)),
    "a request added": ("H-08", lambda fund: fund.ask("R2")),
    "a child signed in later": ("C-01", lambda fund: fund.sign(1, DAY, 720)),
    "a child added": ("C-01", lambda fund: fund.sign(1, DAY + 3 * ONE)),
    "a roster replaced": ("C-06", lambda fund: fund.roster(DAY, 1, 600)),
    "a roster emptied": ("C-05", lambda fund: fund.roster(DAY, 0)),
    "a roster added": ("C-05", lambda fund: fund.roster(DAY + 3 * ONE, 1)),
    "force majeure added": ("C-05", lambda fund: fund.flood(DAY + 3 * ONE)),
    "force majeure taken back": ("C-05", lambda fund: fund.flood(DAY + 2 * ONE, holds=False)),
    "another document": ("C-05", lambda fund: fund.flood(DAY + 2 * ONE, "Order 13")),
    "a grant added": ("L-07", lambda fund: fund.assess(5)),
    "a grant taken back": ("L-07", lambda fund: fund.take_back()),
    "a stay changed": ("L-06", lambda fund: fund.stay(kind="residential")),
    "a stay added": ("L-06", lambda fund: fund.stay("S2", DAY + 10 * ONE)),
}
BEFORE: dict[str, Act] = {"a grant taken back": lambda fund: fund.assess()}


@pytest.mark.parametrize("name", CHANGES)
def test_a_closed_period_computed_again_says_the_same_to_the_byte(fund: Fund, name: str) -> None:
    indicator, change = CHANGES[name]
    written(CLOSED - 2 * ONE, full, BEFORE.get(name, full), fund=fund)
    first = run(indicator, CLOSED + ONE)
    assert first.cases
    written(CLOSED, change, fund=fund)
    again = run(indicator, CLOSED + 90 * ONE)
    assert said(again) == said(first)
    assert (first.data_cutoff, again.data_cutoff) == (CLOSED, CLOSED)


@pytest.mark.parametrize("name", CHANGES)
def test_until_the_run_out_is_over_the_same_change_counts(fund: Fund, name: str) -> None:
    indicator, change = CHANGES[name]
    written(CLOSED - 2 * ONE, full, BEFORE.get(name, full), fund=fund)
    first = run(indicator, CLOSED - ONE)
    written(CLOSED - dt.timedelta(microseconds=1), change, fund=fund)
    assert said(run(indicator, CLOSED + 90 * ONE)) != said(first)


def acts(act: Callable[..., object], *values: st.SearchStrategy[object]) -> st.SearchStrategy[Act]:
    """`act` of the fund, with a value of each."""
    return st.tuples(*values).map(lambda chosen: lambda fund: act(fund, *chosen))


DAYS = st.sampled_from([PERIOD.first - ONE, PERIOD.first, DAY, DAY + ONE, PERIOD.last])
MINUTES = st.none() | st.sampled_from([480, 500, 700])
LATER = st.none() | st.integers(0, 9)
ACTS: st.SearchStrategy[Act] = st.one_of(
    acts(Fund.visit, st.sampled_from(["V1", "V2"]), DAYS, MINUTES),
    acts(Fund.sign, st.integers(0, 1), DAYS, MINUTES),
    acts(Fund.stay, st.sampled_from(["S1", "S2"]), DAYS, LATER, st.sampled_from(["hospital", "residential"])),
    acts(lambda fund, day, back: fund.call_off(day, is_withdrawn=back), DAYS, st.booleans()),
    acts(Fund.ask, st.sampled_from(["R1", "R2"]), DAYS, LATER),
    acts(Fund.roster, DAYS, st.integers(0, 2)),
    acts(lambda fund, day, holds: fund.flood(day, holds=holds), DAYS, st.booleans()),
    acts(Fund.assess, st.integers(1, 5)),
    acts(Fund.take_back, st.integers(1, 5)),
    acts(Fund.end, DAYS),
    acts(Fund.accept),
)


def everything(at: dt.datetime) -> dict[str, pl.DataFrame]:
    """What indicators read of the records of care, in an order of its own."""
    days = PERIOD.first, PERIOD.last
    found = {
        "visits": records.given_visits(*days, at),
        "due": records.visits_due(*days, at),
        "first visits": records.first_visits(*days, at),
        "cancelled": records.cancelled_visits(*days, at),
        "signed": records.signed_days(*days, at),
        "present": records.children_present(*days, at),
        "stays": records.stays(*days, at),
        "requests": records.requests(*days, at),
        "shifts": records.worked_shifts(*days, at),
        "rostered": records.rostered(*days, at),
        "majeure": records.majeure_days(*days, at),
        "needs": records.needs(*days, at),
        "granted": records.granted(PERIOD.last, at),
        "placed": records.placed("long_term_care", *days, at),
        "offered": records.offered(at),
        "child days": pl.DataFrame({"days": list(child_days(*days, at).values())}, schema={"days": pl.Int64}),
    }
    return {name: frame.sort(pl.all()) for name, frame in found.items()}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=st.lists(ACTS, min_size=2, max_size=8))
def test_read_as_of_an_instant_is_what_was_read_at_that_instant(fund: Fund, done: list[Act]) -> None:
    seen = []
    for place, act in enumerate(done):
        at = CLOSED + place * HOUR
        seen.append((at, everything(at)))
        with clock.frozen(at):
            act(fund)
    for at, known in seen:
        found = everything(at)
        for name, frame in known.items():
            assert found[name].equals(frame), name
    db.session.rollback()
