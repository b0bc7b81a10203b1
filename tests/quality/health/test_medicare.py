"""The indicators over the Medicare sample, imported by the product's own doors; four of them counted again from the
raw files by code that knows nothing of the product. Which did not run is said by the fixture `shared_data`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from claims import medicare
from core import plan
from core.config import fund
from core.db import db, unit_of_work
from quality import services
from quality.models import IndicatorRun
from quality.periods import parse_period
from quality.queries import runs
from quality.queries.blocks import blocks_of
from tests.conftest import ROOT, settings
from tests.quality.builders import AUDITOR
from tests.quality.health.raw import Year

AT = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
SINCE = dt.date(2007, 1, 1)
SAID = {  # indicator → (providers, cases) of 2008 and 2009, as docs/quality.md says it; all others have no source
    "H-01": ((39, 65), (44, 60)),
    "H-02": ((153, 165), (158, 187)),
    "H-03": ((142, 145), (143, 160)),
    "H-04": ((37, 37), (44, 45)),
}
COUNTED = {"H-01": "readmissions", "H-02": "avoidable", "H-03": "continuity", "H-04": "diabetes"}


@pytest.fixture(scope="module")
def sample(shared_data: Path) -> Path:
    return shared_data / "medicare-synpuf"


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> Iterator[dict[str, dict[str, IndicatorRun]]]:
    """Year → indicator → run, in a fund of its own: US dollars, codes of the United States."""
    folder = tmp_path_factory.mktemp("medicare")
    own = {"FUND_CURRENCY": "USD", "FUND_CURRENCY_EXPONENT": 2, "FUND_TIMEZONE": "America/New_York"}
    application: Flask = create_app(
        {**settings(folder), **own, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/fund.sqlite"}
    )
    with application.app_context():
        db.create_all()
        with unit_of_work():
            text = (ROOT / "plan" / "medicare.toml").read_text("utf-8")
            medicare.load(sample, text, currency=fund().currency, zone=fund().zone, at=AT)
            approve("quality", (ROOT / "plan" / "quality.toml").read_text("utf-8").replace("2026-01-01", "2007-01-01"))
            approve("quality_codes", (ROOT / "plan" / "medicare_codes.toml").read_text("utf-8"))
        with unit_of_work():
            made = {year: services.compute_period(parse_period(year), by=AUDITOR) for year in ("2008", "2009")}
        yield {year: {run.indicator: run for run in found} for year, found in made.items()}
        db.session.remove()
        db.engine.dispose()


def approve(part: str, text: str) -> None:
    plan.approve(plan.prepare(part, text, valid_from=SINCE, by=medicare.PREPARER), by=medicare.APPROVER)


@pytest.mark.parametrize("year", ["2008", "2009"])
@pytest.mark.parametrize(("indicator", "name"), COUNTED.items())
def test_counts_of_every_provider_are_those_of_the_raw_files(computed, sample, year, indicator, name):
    results = runs.results_of(computed[year][indicator].id)
    found = {row.provider.removeprefix("P-"): (row.excluded, int(row.numerator), row.denominator) for row in results}
    raw = getattr(Year(sample, int(year)), name)()
    assert set(found) == set(raw)
    assert {key: one[:2] for key, one in found.items()} == {key: one[:2] for key, one in raw.items()}
    assert [one[2] for _, one in sorted(found.items())] == pytest.approx([one[2] for _, one in sorted(raw.items())])
    assert len(raw) > 30


def test_what_the_sample_can_say_and_what_not(computed):
    for place, year in enumerate(("2008", "2009")):
        assert len(computed[year]) == 32
        for name, run in computed[year].items():
            assert run.has_source is (name in SAID), name
            if run.has_source:
                assert (len(runs.results_of(run.id)), run.cases) == SAID[name][place]


def test_the_same_period_computed_again_keeps_the_same_bytes(computed):
    before = computed["2008"]["H-02"]
    again = services.compute_run("H-02", parse_period("2008"), by=AUDITOR)
    assert again.supersedes_id == before.id
    kept, made = ([block.sha256 for block in blocks_of(run.id)] for run in (before, again))
    assert kept == made != []
    db.session.rollback()
