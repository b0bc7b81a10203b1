"""A file of claims comes in by shards: what stands in memory does not grow with the file."""

from __future__ import annotations

import datetime as dt
import gc
import tracemalloc

import pytest
from sqlalchemy import func, select

from claims.intake import importing, spool
from claims.intake.importing import Intake, Upload
from claims.models import Claim
from claims.services import submitting
from core.config import fund as fund_settings
from core.db import bulk_insert, db, unit_of_work
from members.models import Cover, Household, Member
from tests.claims.builders import AT, FIRST, LAST, OFFICER, ZONE, Fund
from tests.claims.test_views import HEAD

HOMES = 256
BORN = dt.date(1972, 1, 1)


@pytest.fixture
def town(fund: Fund, monkeypatch: pytest.MonkeyPatch) -> Fund:
    """Four households in every partition, and small shards."""
    for module, name in ((spool, "CHUNK"), (importing, "CHUNK"), (submitting, "BATCH")):
        monkeypatch.setattr(module, name, 100)
    monkeypatch.setattr(spool.Spool.shards, "__defaults__", (100,))
    with unit_of_work():
        days = {"valid_from": FIRST, "valid_until": LAST, "package": "basic", "basis": "entered", "created_at": AT}
        ids = range(100, 100 + HOMES)
        bulk_insert(
            Household.__table__, [{"id": n, "number": f"H-{n}", "district": "North", "partition": n % 64} for n in ids]
        )
        people = [
            {"id": n, "public_id": f"M{n}", "household_id": n, "born_on": BORN, "sex": "f", "created_at": AT}
            for n in ids
        ]
        bulk_insert(Member.__table__, people)
        bulk_insert(Cover.__table__, [{"member_id": n, **days} for n in ids])
    return fund


def day(claim: int, no: int) -> dt.date:
    """No two lines of a member on one day."""
    return dt.date(2026, 1 + claim // HOMES % 10, no)


def month(lines: int, name: str, per_claim: int = 2) -> Upload:
    """So many lines, those of one claim far apart: first all first lines, then all second ones."""
    claims = lines // per_claim
    rows = [
        f"{name}-{claim},{no},M{100 + claim % HOMES},RC1,{day(claim, no)},VIS,1,5.400,5.400\r\n"
        for no in range(1, per_claim + 1)
        for claim in range(claims)
    ]
    return Upload((HEAD + "".join(rows)).encode(), f"{name}.csv", "touiza-claims", None)


def take(upload: Upload) -> Intake:
    with unit_of_work():
        return importing.take_file(upload, currency=fund_settings().currency, by=OFFICER, at=AT, zone=ZONE)


def peak(upload: Upload) -> int:
    """Bytes that taking the file in needs at its highest moment, besides the file itself."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        intake = take(upload)
        assert intake.rows is not None
        assert intake.rows.wrong == []
        return tracemalloc.get_traced_memory()[1] - before - len(upload.content)
    finally:
        tracemalloc.stop()


def test_ten_times_the_lines_take_nowhere_near_ten_times_the_memory(town: Fund) -> None:
    take(month(200, "warm"))
    small, large = peak(month(400, "small")), peak(month(4_000, "large"))
    assert large < 3 * small, f"{small / 2**20:.1f} MiB for 400 lines, {large / 2**20:.1f} MiB for 4,000"


def test_rows_of_a_claim_that_stand_far_apart_are_one_claim_and_none_is_lost(town: Fund) -> None:
    intake = take(month(1_000, "far"))
    assert (intake.kinds["new"], sum(intake.tally.lines.values()), intake.tally.is_whole) == (500, 1_000, True)
    stored = db.session.execute(select(func.count(), func.sum(Claim.lines)).select_from(Claim)).one()
    assert tuple(stored) == (500, 1_000)


def test_rows_of_one_claim_that_name_two_members_are_still_one_claim_that_says_so(town: Fund) -> None:
    rows = "A-1,1,M100,RC1,2026-03-02,VIS,1,5.400,5.400\r\n" + "A-1,2,M163,RC1,2026-03-03,VIS,1,5.400,5.400\r\n"
    intake = take(Upload((HEAD + rows).encode(), "two.csv", "touiza-claims", None))
    assert (intake.kinds["new"], intake.tally.codes["ADM-01"]) == (1, 2)
