"""Indicators from records: the planted outlier stands out, counts are derived again, a rerun supersedes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest
from sqlalchemy import delete, func, select

from core import clock
from core.audit import verify
from core.db import bulk_insert, db, unit_of_work
from core.errors import DomainError
from procurement.models.contract import ContractIndicator
from providers.models import Provider
from quality import keeping, moving, services
from quality.case_row import RunRejected
from quality.indicators import READERS, UnknownExpression, reader_of
from quality.models import IndicatorCase, IndicatorCaseBlock, IndicatorResult, IndicatorRun
from quality.periods import parse_period
from quality.plan import parse
from quality.queries import runs
from quality.queries.blocks import blocks_of
from quality.queries.cases import case_rows, shown_cases
from quality.scoring.computing import compute_scores
from quality.scoring.models import QualityScore
from tests.quality import builders
from tests.quality.builders import AUDITOR, LATE, MEMBERS, PERIOD, PROVIDERS, number


def computed(indicator: str) -> IndicatorRun:
    with clock.frozen(builders.AT), unit_of_work():
        return services.compute_run(indicator, PERIOD, by=AUDITOR)


def tallied(place: int) -> list[int | None]:
    """The lateness of each visit due, by the rule of the builder alone."""
    due = len(builders.days_due()) * MEMBERS
    return [builders.late_of(place, tally) for tally in range(1, due + 1)]


def test_the_planted_provider_is_the_only_alert_and_its_counts_are_those_of_the_records(app):
    builders.world()
    run = computed("L-01")
    rows = {row.provider: row for row in runs.results_of(run.id)}
    assert len(rows) == PROVIDERS
    for place in range(1, PROVIDERS + 1):
        lateness = tallied(place)
        row = rows[number(place)]
        assert (row.numerator, row.denominator) == (
            sum(n is not None and -30 <= n <= 30 for n in lateness),
            len(lateness),
        )
        assert row.persons == MEMBERS
    assert [row.provider for row in rows.values() if row.alert == "alert"] == [number(LATE)]
    assert rows[number(LATE)].lower_95 < rows[number(LATE)].value < rows[number(LATE)].upper_95


def test_a_result_is_the_sum_of_the_case_rows_a_provider_downloads(app):
    found = builders.world()
    run = computed("L-01")
    results = {row.provider: row for row in runs.results_of(run.id)}
    for name, organisation_id in found.items():
        rows = [case for case, _member in case_rows(run.id, organisation_id)]
        assert {row.organisation_id for row in rows} == {organisation_id}
        met = sum(row.is_numerator for row in rows)
        assert (len(rows), met) == (results[name].denominator, results[name].numerator)
    assert run.cases == sum(row.denominator for row in results.values())


def test_a_second_run_over_the_same_records_gives_the_same_bytes(app):
    builders.world()
    first, second = computed("L-04"), computed("L-04")
    assert [block.sha256 for block in blocks_of(first.id)] == [block.sha256 for block in blocks_of(second.id)]
    assert {block.file_id for block in blocks_of(first.id)} == {block.file_id for block in blocks_of(second.id)}
    columns = [column.name for column in IndicatorResult.__table__.columns if column.name != "run_id"]
    before, after = (
        [[getattr(row, name) for name in columns] for row in runs.results_of(run.id)] for run in (first, second)
    )
    assert before == after


def test_rows_of_an_earlier_release_are_read_and_moved_into_blocks(app):
    found = builders.world()
    run = computed("L-01")
    rows = {place: list(case_rows(run.id, organisation)) for place, organisation in found.items()}
    with unit_of_work():
        names = [name for name in IndicatorCase.__table__.columns.keys() if name not in ("id", "run_id")]  # noqa: SIM118
        as_before = [
            {"run_id": run.id, **{name: getattr(row, name) for name in names}}
            for place in rows
            for row, _member in rows[place]
        ]
        bulk_insert(IndicatorCase.__table__, as_before)
        db.session.execute(delete(IndicatorCaseBlock))
    for read in (lambda: None, moving.move):
        read()
        assert {place: list(case_rows(run.id, organisation)) for place, organisation in found.items()} == rows
    assert blocks_of(run.id)
    assert db.session.execute(select(func.count()).select_from(IndicatorCase)).scalar_one() == 0


def test_a_run_that_contradicts_itself_leaves_nothing(app, monkeypatch):
    builders.world()
    reader = READERS["visits_due", "visits_started_within_30_minutes"]

    def contradicting(indicator, records):
        return reader.read(indicator, records).with_columns(is_denominator=pl.lit(value=False))

    monkeypatch.setitem(
        READERS, ("visits_due", "visits_started_within_30_minutes"), reader._replace(read=contradicting)
    )
    with pytest.raises(RunRejected):
        computed("L-01")
    for table in (IndicatorRun, IndicatorResult, IndicatorCaseBlock):
        assert db.session.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_missed_visits_are_those_nobody_came_to(app):
    builders.world()
    rows = {row.provider: row for row in runs.results_of(computed("L-02").id)}
    assert rows[number(1)].numerator == sum(n is None for n in tallied(1)) > 0


def test_care_time_counts_no_more_than_was_planned(app):
    builders.world()
    rows = {row.provider: row for row in runs.results_of(computed("L-04").id)}
    came = sum(n is not None for n in tallied(1))
    assert (rows[number(1)].numerator, rows[number(1)].denominator) == (came * 50, len(tallied(1)) * 60)


def test_every_late_visit_that_took_place_leads_to_its_claim_line(app):
    found = builders.world()
    run = computed("L-01")
    rows = [case for case, _ in shown_cases(run.id, found[number(LATE)], only_found=True)]
    assert rows
    assert all(case.claim_number and case.line_no for case in rows if case.started_at)


def test_a_billed_child_day_needs_arrival_and_leaving(app):
    found = builders.world()
    builders.with_nursery(found)
    (row,) = runs.results_of(computed("C-03").id)
    signed = sum((order + place) % 8 != 0 for place in range(MEMBERS) for order in range(20))
    assert (row.numerator, row.denominator) == (signed, 20 * MEMBERS)
    assert row.persons == MEMBERS


def test_continuity_belongs_to_the_provider_seen_most_or_latest_and_needs_cover(app):
    found = builders.world()
    builders.with_contacts(found)
    (row,) = runs.results_of(computed("H-03").id)
    # ten members saw three providers once each, the latest of them 027; one of the other thirty has no cover
    assert (row.provider, row.numerator, row.denominator, row.excluded) == (number(27), 29, 39, 1)


def test_a_rerun_supersedes_and_keeps_the_old_one(app):
    builders.world()
    before = computed("L-01")
    after = computed("L-01")
    assert after.supersedes_id == before.id
    assert runs.current_run("L-01", "2026Q3").id == after.id
    assert [run.id for run in runs.runs_of("L-01", "2026Q3")] == [after.id, before.id]
    assert len(runs.results_of(before.id)) == PROVIDERS
    assert before.params_hash == after.params_hash
    assert list(verify()) == []


def test_the_stored_definition_is_the_one_that_was_used(app):
    builders.world()
    run = computed("L-01")
    assert keeping.definition_of(run) == parse(builders.PLAN).indicator("L-01", PERIOD.last)


def test_nothing_recorded_is_no_source_and_not_zero(app):
    with unit_of_work():
        builders._plan()
    with unit_of_work():
        made = services.compute_period(PERIOD, by=AUDITOR)
    assert [run.cases for run in made] == [0] * 32
    assert db.session.execute(select(func.count()).select_from(IndicatorResult)).scalar_one() == 0


def test_visits_still_to_come_are_not_missed(app):
    builders.world()
    with clock.frozen(dt.datetime(2026, 7, 10, 9, tzinfo=dt.UTC)), unit_of_work():
        run = services.compute_run("L-01", PERIOD, by=AUDITOR)
    rows = runs.results_of(run.id)
    assert {row.denominator for row in rows} == {MEMBERS * 3}  # 2, 6 and 9 July


def test_what_nobody_reads_has_no_source_and_an_unknown_exclusion_is_refused():
    found = {one.id: one for one in parse(builders.PLAN).indicators}
    read = {(one.denominator, one.numerator) for one in found.values() if reader_of(one)}
    assert read == set(READERS)  # no reader stands there for nothing
    assert reader_of(replace(found["L-01"], numerator="visits_with_flowers")) is None
    with pytest.raises(UnknownExpression) as refusal:
        reader_of(replace(found["L-01"], exclusions=("rain",)))
    assert "rain" in refusal.value.problems[0].found


def test_each_indicator_looks_at_its_own_days(app):
    builders.world()
    with clock.frozen(builders.AT), unit_of_work():
        made = {
            run.indicator: (run.period_from, run.period_until) for run in services.compute_period(PERIOD, by=AUDITOR)
        }
    assert made["L-01"] == (dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    assert made["H-03"] == (dt.date(2025, 10, 1), dt.date(2026, 9, 30))
    assert made["C-08"] == (dt.date(2023, 10, 1), dt.date(2026, 9, 30))
    assert made["X-05"] == (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert made["L-08"] == (dt.date(2025, 10, 1), dt.date(2026, 3, 31))
    assert runs.periods() == ["2026Q3"]


def test_scores_reach_the_contract_and_nobody_else_and_only_once(app):
    found = builders.world()
    builders.promise(found[number(3)], "L-02")
    builders.promise(found[number(4)], "L-02", malus=0)
    with clock.frozen(builders.AT):
        with unit_of_work():
            services.compute_period(PERIOD, by=AUDITOR)
        with unit_of_work():
            first = compute_scores(PERIOD, by=AUDITOR)
        with unit_of_work():
            again = compute_scores(PERIOD, by=AUDITOR)
    assert (len(first), again) == (PROVIDERS, [])
    provider = db.session.get(Provider, found[number(LATE)])
    score = db.session.query(QualityScore).filter_by(organisation_id=found[number(LATE)]).one()
    assert (provider.published_score, score.state) == (None, "computed")
    assert score.accepted == 5000 * len(tallied(LATE))
    promised = db.session.query(QualityScore).filter_by(organisation_id=found[number(3)]).one()
    weights = {one["indicator"]: Decimal(one["weight"]) for one in promised.components}
    assert weights["L-02"] == 0 < weights["L-01"]
    # money is never counted twice: what the contract pays for earns no points here, what it only follows does
    (paid,) = (one for one in promised.components if one["indicator"] == "L-02")
    assert Decimal(paid["points"] or 0) == 0
    followed = db.session.query(QualityScore).filter_by(organisation_id=found[number(4)]).one()
    assert next(Decimal(one["weight"]) for one in followed.components if one["indicator"] == "L-02") > 0
    measured = next(row.measured for row in db.session.query(ContractIndicator) if row.carries_money)
    row = runs.results_of_provider("2026Q3", found[number(3)])["L-02"]
    assert Decimal(measured["value"]) == round(Decimal(repr(row.value)) * 1000, 6)


def test_scores_need_a_computation_first(app):
    with unit_of_work():
        builders._plan()
    with pytest.raises(DomainError, match="Compute it first"), unit_of_work():
        compute_scores(PERIOD, by=AUDITOR)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026Q1", (1, 1), (3, 31)),
        ("2026q4", (10, 1), (12, 31)),
        ("2026-02", (2, 1), (2, 28)),
        ("2026", (1, 1), (12, 31)),
    ],
)
def test_a_period_says_its_days(text, first, last):
    period = parse_period(text)
    assert (period.first, period.last) == (dt.date(2026, *first), dt.date(2026, *last))


def test_the_period_before_is_of_the_same_length():
    assert parse_period("2026Q1").before.name == "2025Q4"
    assert parse_period("2026-01").before.name == "2025-12"


@pytest.mark.parametrize("text", ["", "2026Q5", "Q3 2026", "2026-13", "x"])
def test_another_word_is_no_period(text):
    with pytest.raises(DomainError):
        parse_period(text)
