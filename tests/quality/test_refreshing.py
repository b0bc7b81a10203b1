"""A night computes what changed and nothing else; what comes in after the run-out changes nothing."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from sqlalchemy import select, update

from care.models import Visit
from claims.models import Claim, ClaimVersion
from core import clock, events, work
from core.db import bulk_insert, db, unit_of_work
from members.models import Cover
from quality import refreshing, services
from quality.indicators import READERS
from quality.models import IndicatorRun
from quality.periods import closes_at, parse_period
from quality.queries import runs
from quality.queries.blocks import blocks_of
from tests.quality import builders
from tests.quality.builders import AUDITOR, PERIOD, ZONE, number

NIGHT = dt.datetime(2026, 11, 12, 1, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def night(at: dt.datetime) -> list[tuple[str, str]]:
    """Runs that a night adds, as (period, indicator)."""
    query = select(IndicatorRun.id)
    before = set(db.session.execute(query).scalars())
    db.session.rollback()
    with clock.frozen(at):
        refreshing.ask_when_due()
        work.run_due(limit=50)
    made = [run for run in db.session.execute(select(IndicatorRun)).scalars() if run.id not in before]
    db.session.rollback()
    return sorted((run.period, run.indicator) for run in made)


def changed(at: dt.datetime, kind: str = "care.records_changed") -> None:
    with clock.frozen(at), unit_of_work():
        events.publish(kind, "test", effective_from=dt.date(2026, 9, 7))


def test_the_first_night_computes_what_is_over_and_the_next_one_nothing(app):
    builders.world()
    first = night(NIGHT)
    assert {indicator for period, indicator in first if period == "2026Q3"} >= {"L-01", "H-03", "X-05"}
    assert {indicator for period, indicator in first if period == "2026-10"} == {"C-01", "C-03"}
    assert not {period for period, _indicator in first} & {"2026Q4", "2026-11"}
    assert night(NIGHT + DAY) == []


def test_only_what_a_change_touches_is_computed_again_and_the_run_before_stays(app):
    builders.world()
    night(NIGHT)
    before = runs.current_run("L-01", "2026Q3").id
    with unit_of_work():
        visit = db.session.execute(select(Visit).where(Visit.service_on == dt.date(2026, 9, 7)).limit(1)).scalar_one()
        late = update(Visit).where(Visit.id == visit.id)
        db.session.execute(late.values(started_at=visit.due_at + dt.timedelta(minutes=44)))
    changed(NIGHT)
    assert night(NIGHT + DAY) == [("2026Q3", "L-01"), ("2026Q3", "L-02"), ("2026Q3", "L-04")]
    after = runs.current_run("L-01", "2026Q3")
    assert after.supersedes_id == before
    assert len(runs.results_of(before)) == builders.PROVIDERS


def test_an_event_behind_which_nothing_changed_leaves_the_run_standing(app):
    builders.world()
    night(NIGHT)
    changed(NIGHT)
    assert night(NIGHT + DAY) == []


def test_what_is_heard_after_the_run_out_is_not_looked_at(app):
    builders.world()
    night(NIGHT)
    closed = closes_at(PERIOD.last, 45, ZONE)
    assert closed == dt.datetime(2026, 11, 14, 23, 0, tzinfo=dt.UTC)
    with unit_of_work():
        db.session.execute(update(Visit).values(started_at=None, ended_at=None))
    changed(closed)
    assert night(closed + DAY) == []
    changed(closed - dt.timedelta(seconds=1))
    assert ("2026Q3", "L-01") in night(closed + 2 * DAY)


def test_claims_that_come_in_after_the_run_out_never_count(app):
    found = builders.world()
    builders.with_contacts(found)
    with clock.frozen(builders.AT), unit_of_work():
        before = services.compute_run("H-03", PERIOD, by=AUDITOR)
    late = closes_at(PERIOD.last, 45, ZONE)
    with unit_of_work():
        # those whose third contact comes too late had two before; the others' day of receipt is the last that counts
        contact = Claim.provider_claim_no.in_([f"A-{95_000 + place * 3 + 2}" for place in range(10)])
        db.session.execute(update(Claim).where(contact).values(received_at=late))
        others = Claim.service_line == "health"
        db.session.execute(update(Claim).where(others, ~contact).values(received_at=late - dt.timedelta(seconds=1)))
    with clock.frozen(late + 30 * DAY), unit_of_work():
        after = services.compute_run("H-03", PERIOD, by=AUDITOR)
    assert after.data_cutoff == late
    assert [row.provider for row in runs.results_of(before.id)] == [number(27)]
    # without the latest contact the ten of them belong to the provider of the second one
    assert [row.provider for row in runs.results_of(after.id)] == [number(27), number(28)]


def test_a_closed_period_gives_the_same_bytes_again_or_says_until_when_its_records_are(app):
    """New claims change nothing; what was changed past the services, which keep what they replace, is another run that
    does not claim the old cut-off."""
    found = builders.world()
    builders.with_contacts(found)
    closed = closes_at(PERIOD.last, 45, ZONE)

    def run(indicator: str, days: int) -> IndicatorRun:
        with clock.frozen(closed + days * DAY), unit_of_work():
            return services.compute_run(indicator, PERIOD, by=AUDITOR)

    def bytes_of(one: IndicatorRun) -> list[str]:
        return [block.sha256 for block in blocks_of(one.id)]

    contacts, visits = run("H-03", 1), run("L-01", 1)
    assert (contacts.data_cutoff, visits.data_cutoff) == (closed, closed)
    with unit_of_work():
        for place in range(20):  # of the period, and elsewhere than at who was seen most: sent too late
            lines = [("HC-100", day := dt.date(2026, 8, 1), day, "")]
            builders._claim(
                found[number(29)], 27_020 + place, 97_000 + place, lines, "health", received_at=closed + 2 * DAY
            )
        visit = db.session.execute(select(Visit).where(Visit.service_on == dt.date(2026, 9, 7)).limit(1)).scalar_one()
        late = update(Visit).where(Visit.id == visit.id)
        db.session.execute(late.values(started_at=visit.due_at + dt.timedelta(minutes=44)))
    again = run("H-03", 30)
    assert (again.data_cutoff, bytes_of(again)) == (closed, bytes_of(contacts))
    corrected = run("L-01", 30)
    assert bytes_of(corrected) != bytes_of(visits)
    assert corrected.data_cutoff == closed + 30 * DAY
    repeated = run("L-01", 40)  # nothing was written since
    assert (repeated.data_cutoff, bytes_of(repeated)) == (corrected.data_cutoff, bytes_of(corrected))


def decided_again(found: dict[str, int], at: dt.datetime) -> None:
    """All claims of the members who went elsewhere are withdrawn."""
    version = select(ClaimVersion.__table__).join(Claim, Claim.id == ClaimVersion.claim_id)
    of = [f"A-{95_000 + place}" for place in range(30)]
    for row in db.session.execute(version.where(Claim.provider_claim_no.in_(of))).mappings().all():
        bulk_insert(ClaimVersion.__table__, [dict(row) | {"version": 2, "state": "voided", "decided_at": at}])


def covered_after_all(found: dict[str, int], at: dt.datetime) -> None:
    cover = {"package": "basic", "valid_from": dt.date(2020, 1, 1), "valid_until": None, "basis": "entered"}
    db.session.add(Cover(member_id=27_040, created_at=at, **cover))


@pytest.mark.parametrize("write", [decided_again, covered_after_all])
@pytest.mark.parametrize("microseconds", [-1, 0])
def test_a_decision_or_a_spell_counts_when_written_before_the_run_out_is_over(app, write, microseconds):
    found = builders.world()
    builders.with_contacts(found)
    closed = closes_at(PERIOD.last, 45, ZONE)

    def bytes_of(days: int) -> list[str]:
        with clock.frozen(closed + days * DAY), unit_of_work():
            return [block.sha256 for block in blocks_of(services.compute_run("H-03", PERIOD, by=AUDITOR).id)]

    before = bytes_of(-1) if microseconds else bytes_of(1)
    with unit_of_work():
        write(found, closed + dt.timedelta(microseconds=microseconds))
    assert (bytes_of(30) == before) is (microseconds == 0)


def test_one_indicator_that_contradicts_itself_takes_no_other_down(app, monkeypatch):
    builders.world()
    name = ("visits_due", "visits_never_started")
    reader = READERS[name]

    def contradicting(indicator, records):
        return reader.read(indicator, records).with_columns(is_denominator=pl.lit(value=False))

    monkeypatch.setitem(READERS, name, reader._replace(read=contradicting))
    made = {indicator for period, indicator in night(NIGHT) if period == "2026Q3"}
    assert "L-02" not in made
    assert made >= {"L-01", "L-03", "L-04"}
    failed = db.session.execute(select(work.Shard).where(work.Shard.error.contains("RunRejected"))).scalars().all()
    assert {tuple(one.arguments["indicators"]) for one in failed} >= {("L-02",)}


@pytest.mark.parametrize(("indicator", "period"), [("L-01", "2026-09"), ("X-05", "2026-09")])
def test_a_month_is_too_short_for_what_is_counted_by_the_quarter(app, indicator, period):
    builders.world()
    with pytest.raises(Exception, match="No indicator"), unit_of_work():
        services.compute_run(indicator, parse_period(period), by=AUDITOR)
