"""Hours claimed of a nursery's month beside those attended: counted later, told to care, and corrected by a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

import pytest
from sqlalchemy import select

from care.models import SiteMonth
from care.records import Slot
from claims.hours import counting
from claims.models import Claim, LineVersion
from claims.redecisions import listening, queries
from claims.redecisions import services as redecisions
from claims.states import REDECISION
from core import clock, work
from core.actors import SYSTEM, Actor
from core.db import db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from members.models import Member
from providers.models import Site
from tests.claims.builders import OFFICER, ZONE
from tests.claims.care_fund import JUNE, a_child, a_cooperative, billed, care_fund, granted, imported, placed

pytestmark = pytest.mark.usefixtures("app")
EARLY, DUE = (dt.datetime(2026, 7, day, 9, 0, tzinfo=dt.UTC) for day in (10, 17))
BOOKED = 420
SECOND = Actor(None, "second", "S. Econd", frozenset({Role.FINANCE_OFFICER}))


@pytest.fixture(autouse=True)
def july() -> Iterator[None]:
    with clock.frozen(DUE):
        yield


def a_month(days: int, attended: int) -> tuple[Organisation, Site, Member]:
    """One child, booked seven hours on so many days of June, and there for `attended` minutes in all."""
    nursery, site = a_cooperative("childcare")
    child = a_child()
    placed(granted(child, "childcare", entitlement="full"), nursery, "CC-100", slots(), site)
    weekdays = [day for n in range(30) if (day := JUNE + dt.timedelta(days=n)).weekday() < 5][:days]
    short, rest = divmod(attended, days)
    ends = {day: time(480 + short + (rest if day == weekdays[0] else 0)) for day in weekdays}
    imported("touiza-attendance", [
        {"member_id": child.public_id, "provider_id": nursery.number, "facility_id": "1",
         "attended_on": day.isoformat(), "arrived": "08:00", "left": ends[day]}
        for day in weekdays
    ])  # fmt: skip
    return nursery, site, child


def slots() -> list[Slot]:
    return [Slot(day, 480, BOOKED) for day in range(5)]


def time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def worked() -> None:
    """What the worker does at its ticks."""
    counting.count_due()
    with unit_of_work():
        listening.hear()
    while work.run_due():
        pass


def released() -> None:
    """The one run that waits, previewed by one and released by another."""
    (run,) = [row for row in queries.runs() if row.state == REDECISION.initial]
    for act, by in ((redecisions.preview, OFFICER), (redecisions.release, SECOND)):
        with unit_of_work():
            act(run.number, by=by, at=DUE)
        while work.run_due():
            pass
    db.session.expire_all()


def live_line() -> LineVersion:
    query = select(LineVersion).order_by(LineVersion.version.desc()).limit(1)
    return db.session.execute(query).scalar_one()


def site_month(site: Site) -> SiteMonth:
    db.session.expire_all()
    row = db.session.get(SiteMonth, (site.id, JUNE))
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("days", "attended", "cut"), [(11, 4_200, 300), (12, 4_200, 1_000), (10, 4_200, 0)], ids=["1.10", "1.20", "1.00"]
)
def test_the_price_falls_by_what_was_claimed_above_what_was_attended(days: int, attended: int, cut: int) -> None:
    care_fund()
    nursery, site, child = a_month(days, attended)
    hours = days * BOOKED // 60
    first = billed(nursery, child, "CC-100", str(hours))
    assert first.benefit == (9_000 - 1_440) * hours, "nobody knows yet what is claimed of the month"
    with unit_of_work():
        listening.skip_the_past()
    worked()
    row = site_month(site)
    assert (row.claimed_minutes, row.attended_minutes) == (days * BOOKED, attended)
    assert (row.claimed_by, row.claimed_at) == (SYSTEM.person, DUE)
    ratio = Fraction(days * BOOKED, attended)
    expected = min(max((ratio - Fraction(107, 100)) / Fraction(10, 100), Fraction(0)), Fraction(1)) * 1_000
    assert expected == cut
    if cut:
        released()
    line = live_line()
    assert line.submitted == 9_000 * hours
    assert line.write_off == cut * hours
    assert line.member_share == 1_440 * hours
    assert line.benefit == (9_000 - cut - 1_440) * hours
    worked()
    assert [run.state for run in queries.runs()] == (["released"] if cut else []), "its own correction changes nothing"


def test_what_was_booked_and_not_claimed_does_not_count() -> None:
    care_fund()
    nursery, site, child = a_month(11, 4_200)
    billed(nursery, child, "CC-100", "70")
    worked()
    assert (site_month(site).claimed_minutes, site_month(site).billed_minutes) == (4_200, 11 * BOOKED)
    assert live_line().benefit == (9_000 - 1_440) * 70


def test_before_the_claims_are_in_nothing_is_counted_and_the_full_price_holds() -> None:
    care_fund()
    nursery, site, child = a_month(12, 4_200)
    billed(nursery, child, "CC-100", "84")
    with clock.frozen(EARLY):
        worked()
    assert site_month(site).claimed_minutes is None
    assert live_line().write_off == 0
    later = billed(nursery, child, "CC-100", "1", number="A-2", first=JUNE, last=JUNE)
    assert later.lines[0].headline != "PRC-01"


def test_a_claim_decided_after_the_count_counts_at_the_next_look_and_a_refused_one_never() -> None:
    care_fund()
    nursery, site, child = a_month(12, 4_200)
    billed(nursery, child, "CC-100", "35", last=JUNE + dt.timedelta(days=6))
    worked()
    assert site_month(site).claimed_minutes == 35 * 60
    billed(nursery, child, "CC-100", "35", number="A-2", first=JUNE + dt.timedelta(days=7), last=dt.date(2026, 6, 14))
    worked()
    assert site_month(site).claimed_minutes == 70 * 60
    assert billed(nursery, child, "CC-100", "35", number="A-3", last=JUNE + dt.timedelta(days=6)).state == "denied"
    worked()
    assert site_month(site).claimed_minutes == 70 * 60
    number = number_of("A-2")
    with unit_of_work():
        run = redecisions.withdraw(number, reason="sent in error", by=OFFICER, at=DUE, zone=ZONE)
    assert run is not None
    worked()
    assert site_month(site).claimed_minutes == 35 * 60


def number_of(provider_claim_no: str) -> str:
    return db.session.execute(select(Claim.number).where(Claim.provider_claim_no == provider_claim_no)).scalar_one()


def test_a_line_over_two_months_is_shared_out_by_the_days_attended() -> None:
    care_fund()
    nursery, site, child = a_month(10, 4_200)
    imported("touiza-attendance", [
        {"member_id": child.public_id, "provider_id": nursery.number, "facility_id": "1",
         "attended_on": f"2026-05-{day}", "arrived": "08:00", "left": "15:00"} for day in (27, 28)
    ])  # fmt: skip
    billed(nursery, child, "CC-100", "36", first=dt.date(2026, 5, 25), last=dt.date(2026, 6, 30))
    worked()
    may = db.session.get(SiteMonth, (site.id, dt.date(2026, 5, 1)))
    assert may is not None
    assert (may.claimed_minutes, site_month(site).claimed_minutes) == (360, 1_800)
