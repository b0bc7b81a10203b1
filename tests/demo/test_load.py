"""The demo fund: loaded once, never over other data, and with the troubles that were planted."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from care.models import RecordFinding
from claims.models import ClaimVersion
from claims.queries.records import is_live
from core import audit, clock
from core.db import db, unit_of_work
from core.organisations import Organisation
from demo import story, telling
from demo.story.told import Story
from demo.world import World
from payments import ledger
from tests.conftest import ROOT, settings
from tests.demo.planted import found_faults, screened_faults

SMALL = ("demo", "load", "--people", "250", "--claims", "400")


def counts() -> dict[str, int]:
    """Rows per table."""
    return {
        table.name: db.session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in db.metadata.sorted_tables
    }


def test_the_story_is_told_once_and_adds_up(app: Flask) -> None:
    runner = app.test_cli_runner()
    first = runner.invoke(args=SMALL)
    assert first.exit_code == 0, first.output
    assert "Open http://127.0.0.1:8000" in first.output
    before = counts()
    assert before["claim"] > 300
    assert before["tender"] == 10
    again = runner.invoke(args=SMALL)
    assert again.exit_code == 0
    assert "there already" in again.output
    assert counts() == before
    assert list(audit.verify()) == []
    assert list(audit.verify_stored()) == []
    assert list(ledger.verify()) == []
    known = "SELECT count(*), count(confirmed_by) FROM payee_account WHERE member_id IS NOT NULL"
    accounts = db.session.execute(sa.text(known)).one()
    assert accounts[0] == accounts[1] > 0, "members in home care can be paid their cash"
    headlines = set(db.session.execute(sa.text("SELECT DISTINCT headline FROM line_decision")).scalars())
    assert {"ADM-03", "PRC-01", "CLI-01"} <= headlines


def test_a_database_with_other_data_is_refused_and_left_alone(app: Flask) -> None:
    with unit_of_work():
        db.session.add(
            Organisation(
                number="O-1",
                name="Somebody real",
                legal_form="cooperative",
                register_scheme="other",
                register_number="1",
                district="Here",
                created_at=clock.now(),
            )
        )
    before = counts()
    result = app.test_cli_runner().invoke(args=SMALL)
    assert result.exit_code == 2
    assert "holds other data" in result.output
    assert counts() == before


def test_a_database_without_tables_is_told_what_to_do_first(tmp_path: Path) -> None:
    bare = create_app({**settings(tmp_path), "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'bare.sqlite'}"})
    result = bare.test_cli_runner().invoke(args=SMALL)
    assert result.exit_code == 2
    assert "Run `flask db upgrade`, then load again." in result.output
    with bare.app_context():
        db.engine.dispose()


def test_a_taken_address_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        command = [sys.executable, "-m", "demo", "--bind", address]
        seen = os.environ | {"TOUIZA_INSTANCE_FOLDER": str(tmp_path)}
        result = subprocess.run(command, cwd=ROOT, env=seen, capture_output=True, text=True)
    assert result.returncode == 2
    assert f"Another program serves at {address} already." in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.fixture
def real_fund(app: Flask):
    """The same house, not in demo mode."""
    from dataclasses import replace

    demo = app.extensions["fund"]
    app.extensions["fund"] = replace(demo, is_demo=False)
    yield app
    app.extensions["fund"] = demo


def test_outside_demo_mode_nothing_is_loaded(real_fund: Flask) -> None:
    result = real_fund.test_cli_runner().invoke(args=SMALL)
    assert result.exit_code == 2
    assert counts()["organisation"] == 0


CARE = ("CAR-01", "CAR-02", "CAR-03", "CAR-04", "CAR-05", "BEN-09", "BEN-10", "PRV-04", "ADM-09")


def test_what_was_planted_is_found_none_missed_and_no_false_alarm(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[World, Story]] = []
    tell = story.tell

    def overheard(country: World, claims: int) -> Story:
        told.append((country, tell(country, claims)))
        return told[0][1]

    monkeypatch.setattr(story, "tell", overheard)
    with unit_of_work():
        telling.tell(600, 900)
    ((country, truth),) = told
    planted = {fault for fault in truth.faults if fault[0] in CARE}
    found = {fault for fault in found_faults(country) if fault[0] in CARE}
    assert planted - found == set(), "missed"
    assert found - planted == set(), "false alarms"
    assert {reason for reason, _key, _claim_no in planted} >= {"CAR-01", "CAR-02", "CAR-03", "CAR-04", "CAR-05"}
    short = db.session.execute(sa.select(RecordFinding.on).where(RecordFinding.check == "few_adults")).scalars().all()
    assert len(short) == 1
    waiting = sa.select(sa.func.count()).select_from(ClaimVersion).where(ClaimVersion.headline == "ADM-08", is_live())
    assert db.session.execute(waiting).scalar_one() == truth.planted["reports that are awaited"] == 1
    screens = {"CAR-02", "CAR-03", "CAR-05", "PRV-04"}
    behind = {fault[1:] for fault in truth.faults if fault[0] in screens}
    assert screened_faults(country, "D3", "D4", "D6", "D14") == behind, "the screens read what the rules found"
