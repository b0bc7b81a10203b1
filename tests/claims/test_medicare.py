"""The real input of this road: the Medicare sample through the product's own imports, decided end to end."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from claims import medicare
from claims.intake import importing
from claims.models import Claim, LineVersion
from claims.queries import records
from core import audit
from core.config import fund
from core.db import db, unit_of_work
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


def rows(path: Path) -> list[dict[str, Any]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_of_the_sample_is_taken_in_and_decided(loaded: medicare.Loaded) -> None:
    assert (loaded.members, loaded.stays) == (490, 126)
    assert (len(loaded.intake.rows.ready), loaded.intake.rows.wrong) == (14_744, [])
    assert loaded.intake.kinds == {"new": 8_068}
    assert sum(medicare.lines_by_reason(loaded.intake).values()) == 14_744
    assert db.session.execute(select(func.count()).select_from(LineVersion)).scalar_one() == 14_744


def test_lines_inside_a_stay_are_those_counted_from_the_raw_files(loaded: medicare.Loaded, folder: Path) -> None:
    stays: dict[str, list[tuple[str, str]]] = {}
    for row in rows(folder / "inpatient.csv"):
        if row["SEGMENT"] == "1.0":
            stays.setdefault(row["DESYNPUF_ID"], []).append((row["CLM_ADMSN_DT"], row["NCH_BENE_DSCHRG_DT"]))
    inside = [
        row
        for row in rows(folder / "carrier_lines.csv")
        if any(
            admitted < row["CLM_FROM_DT"] and row["CLM_THRU_DT"] < discharged
            for admitted, discharged in stays.get(row["DESYNPUF_ID"], ())
        )
    ]
    assert len(inside) == 113
    assert medicare.lines_with(loaded.intake, "CAR-03") == 113


def test_lines_without_a_code_are_those_counted_from_the_raw_file(loaded: medicare.Loaded, folder: Path) -> None:
    assert sum(not row["HCPCS_CD"] for row in rows(folder / "carrier_lines.csv")) == 802
    assert medicare.lines_with(loaded.intake, "ADM-01") == 802


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
    number = loaded.intake.outcomes[0].number
    assert records.claim_by_number(number)[0].number == number
