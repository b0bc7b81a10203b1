"""The real input of this road: the Medicare sample through the product's own imports, decided end to end."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from claims import medicare
from claims.intake import importing
from claims.models import Claim, ClaimVersion, LineVersion
from claims.queries import records
from claims.shadow import services as shadow
from claims.shadow.comparing import Comparison
from claims.shadow.reading import Layout
from claims.shadow.services import OldFile
from core import audit
from core.config import fund
from core.db import db, unit_of_work
from tests.claims.raw_medicare import cents, reasons, rows
from tests.conftest import ROOT, settings

AT = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def dollar_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A fund of its own: one database, US dollars, two decimals."""
    folder = tmp_path_factory.mktemp("medicare")
    own = {"FUND_CURRENCY": "USD", "FUND_CURRENCY_EXPONENT": 2, "FUND_TIMEZONE": "America/New_York"}
    application = create_app({**settings(folder), **own, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/fund.sqlite"})
    with application.app_context():
        db.create_all()
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "medicare-synpuf"


@pytest.fixture(scope="module")
def loaded(dollar_app: Flask, folder: Path) -> medicare.Loaded:
    text = (ROOT / "plan" / "medicare.toml").read_text()
    with unit_of_work():
        return medicare.load(folder, text, currency=fund().currency, zone=fund().zone, at=AT)


def test_every_row_of_the_sample_is_taken_in_and_decided(loaded: medicare.Loaded) -> None:
    assert (loaded.members, loaded.stays) == (490, 126)
    assert (loaded.intake.rows.ready, loaded.intake.rows.wrong) == (14_744, [])
    assert loaded.intake.kinds == {"new": 8_068}
    assert sum(medicare.lines_by_reason(loaded.intake).values()) == 14_744
    assert db.session.execute(select(func.count()).select_from(LineVersion)).scalar_one() == 14_744


@pytest.fixture(scope="module")
def raw(folder: Path) -> Counter[str]:
    return reasons(folder)


@pytest.mark.parametrize(
    ("code", "count"),
    [("CAR-03", 113), ("ADM-01", 802), ("ADM-03", 699), ("MEM-02", 66), ("MEM-03", 81), ("PRC-01", 4_982)],
)
def test_lines_of_a_reason_are_those_counted_from_the_raw_files(
    loaded: medicare.Loaded, raw: Counter[str], code: str, count: int
) -> None:
    assert raw[code] == count
    assert medicare.lines_with(loaded.intake, code) == count


@pytest.fixture(scope="module")
def shadowed(loaded: medicare.Loaded, folder: Path) -> Comparison:
    """What the sample says was paid, beside what the fund decides."""
    layout = Layout(medicare.CLAIMS, "LINE_NCH_PMT_AMT", "PROCESSING_IND")
    file = OldFile((folder / "carrier_lines.csv").read_bytes(), "carrier_lines.csv", layout)
    return shadow.compare(file, currency=fund().currency, by=medicare.PREPARER, at=AT, zone=fund().zone)[1]


def test_the_recorded_payments_as_a_shadow_month_differ_by_causes_that_add_up(
    shadowed: Comparison, folder: Path
) -> None:
    recorded = sum(cents(row["LINE_NCH_PMT_AMT"]) for row in rows(folder / "carrier_lines.csv"))
    assert (shadowed.old, len(shadowed.lines)) == (recorded, 14_744)
    assert sum(cause.difference for cause in shadowed.causes) == shadowed.old - shadowed.ours
    assert sum(cause.lines for cause in shadowed.causes) + shadowed.equal == 14_744


def test_the_shadow_month_decides_what_the_live_month_decided(shadowed: Comparison) -> None:
    owed = select(func.sum(ClaimVersion.benefit)).where(ClaimVersion.state == "adjudicated")
    assert shadowed.ours == db.session.execute(owed).scalar_one()
    db.session.rollback()


def test_what_was_paid_for_lines_that_we_refuse_is_what_the_raw_file_says(shadowed: Comparison, folder: Path) -> None:
    """Lines without a code: all that was recorded as paid for them is a difference, and nothing else is in it."""
    without = [row for row in rows(folder / "carrier_lines.csv") if not row["HCPCS_CD"]]
    (cause,) = (cause for cause in shadowed.causes if cause.code == "ADM-01")
    assert (cause.old, cause.ours) == (sum(cents(row["LINE_NCH_PMT_AMT"]) for row in without), 0)
    assert cause.lines == sum(cents(row["LINE_NCH_PMT_AMT"]) > 0 for row in without)


def test_every_stored_line_adds_up_to_what_was_asked(loaded: medicare.Loaded, folder: Path) -> None:
    asked = sum(round(float(row["ALLOWED_AMT"]) * 100) for row in rows(folder / "carrier_lines.csv"))
    sums = db.session.execute(
        select(
            func.sum(LineVersion.submitted),
            func.sum(LineVersion.undecided + LineVersion.benefit + LineVersion.member_share + LineVersion.write_off),
        )
    ).one()
    assert tuple(sums) == (asked, asked)
    assert not db.session.execute(select(LineVersion.line_no).where(LineVersion.benefit < 0)).all()


def test_the_same_files_again_add_nothing(loaded: medicare.Loaded, folder: Path) -> None:
    text = (ROOT / "plan" / "medicare.toml").read_text()
    with unit_of_work():
        again = medicare.load(folder, text, currency=fund().currency, zone=fund().zone, at=AT)
    assert (again.providers, again.intake.is_known) == (0, True)
    upload = importing.Upload((folder / "carrier_lines.csv").read_bytes() + b"\n", "again.csv", medicare.CLAIMS, None)
    with unit_of_work():
        other_bytes = importing.take_file(
            upload, currency=fund().currency, by=medicare.PREPARER, at=AT, zone=fund().zone, stamp=medicare.received_at
        )
    assert other_bytes.kinds == {"known": 8_068}
    assert db.session.execute(select(func.count()).select_from(Claim)).scalar_one() == 8_068


def test_the_trail_of_the_import_is_whole(loaded: medicare.Loaded) -> None:
    assert list(audit.verify()) == []
    number = loaded.intake.tally.first
    assert records.claim_by_number(number)[0].number == number
