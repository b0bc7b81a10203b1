"""What the last full quarter leaves to be counted besides visits and claims: rosters, requests, new care, visits called
off, need looked at again. Sets, written at once: a fund’s desks wrote them one by one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

from sqlalchemy import select

from care.models import CareGrant, CareRequest, Placement, RosterShift, Visit, VisitCancellation
from core import clock
from core.db import bulk_insert, db
from core.numbers import numbers
from demo.people import Staff
from demo.story.told import HOLIDAYS
from demo.world import World
from members.models import Member
from providers.models import Provider, ProviderServiceLine
from quality.periods import Period, last_full_quarter

ONE = dt.timedelta(days=1)
NEW_EACH, REQUESTS_EACH, ASSESSED = 24, 40, 0.9
SLOW = 0
"""The first provider of each kind: late to answer, late to open, late to begin, other educators every day."""


def tell(country: World, staff: Staff) -> None:
    random, period = Random(20260), last_full_quarter(country.today)
    at = dt.datetime.combine(period.last, dt.time(12), dt.UTC)
    said = {"recorded_by": staff.assessor.person, "recorded_at": at, "source": "opening of the fund"}
    _rosters(period)
    _requests(random, period, said)
    _new_care(random, period, staff)
    _assessed_again(random, period, staff)
    _called_off(random, period, said)


def _providers(line: str) -> Sequence[int]:
    query = select(Provider.organisation_id).join(ProviderServiceLine)
    query = query.where(ProviderServiceLine.service_line == line, Provider.state == "accredited")
    return db.session.execute(query.order_by(Provider.organisation_id)).scalars().all()


def _members(count: int) -> list[int]:
    """Whom nobody cares for yet."""
    placed = select(Placement.member_id)
    query = select(Member.id).where(Member.id.not_in(placed), Member.died_on.is_(None)).order_by(Member.id)
    return list(db.session.execute(query.limit(count)).scalars())


def _working_days(period: Period) -> list[dt.date]:
    days = [period.first + n * ONE for n in range((period.last - period.first).days + 1)]
    return [day for day in days if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS]


def _rosters(period: Period) -> None:
    """One adult for each three children placed, from seven to six in two turns; the crowded centre has its own days."""
    placed = select(Placement.site_id).where(Placement.kind == "day")
    children = Counter(site_id for site_id in db.session.execute(placed).scalars() if site_id is not None)
    told = select(RosterShift.site_id, RosterShift.day).where(RosterShift.day.between(period.first, period.last))
    own = {tuple(row) for row in db.session.execute(told)}
    rows = []
    for order, (site_id, count) in enumerate(sorted(children.items())):
        for number, day in enumerate(_working_days(period)):
            if (site_id, day) not in own:
                rows += _shifts(site_id, day, max(2, -(-count // 3)), number if order == SLOW else 0)
    bulk_insert(RosterShift.__table__, rows)


def _shifts(site_id: int, day: dt.date, adults: int, turn: int) -> list[dict[str, Any]]:
    """`turn` above 0: other educators each day, and on each fifth of them everybody comes late."""
    late = 30 if turn and turn % 5 == 0 else 0
    return [
        {
            "site_id": site_id, "room": "", "kind": "worked", "worker": f"E{(adult + turn * adults) % 40:02d}",
            "day": day, "starts_minute": 420 + late + 30 * (adult % 2), "ends_minute": 1080 - 30 * (adult % 2),
        }
        for adult in range(adults)
    ]  # fmt: skip


def _requests(random: Random, period: Period, said: dict[str, Any]) -> None:
    rows, days, members = [], _working_days(period), _members(REQUESTS_EACH)
    for order, organisation_id in enumerate(_providers("health")):
        for number, member_id in enumerate(members, start=1):
            received_on, is_urgent = random.choice(days), random.random() < 0.3
            soon = random.random() < (0.6 if order == SLOW else 0.92)
            wait = (1 if soon else 9) if is_urgent else (8 if soon else 30)
            row = {"number": f"R-{number:03d}", "organisation_id": organisation_id, "member_id": member_id}
            row |= {"service": "HC-100", "urgency": "urgent" if is_urgent else "routine", "origin": "member"}
            first_contact_on = received_on + wait * ONE
            rows.append(row | said | {"received_on": received_on, "first_contact_on": first_contact_on})
    bulk_insert(CareRequest.__table__, rows)


def _new_care(random: Random, period: Period, staff: Staff) -> None:
    """Grants of the quarter at four teams, each with its first visit; the slow one begins late in three of ten."""
    teams = list(_providers("long_term_care"))[:4]
    people = _members(REQUESTS_EACH + NEW_EACH * len(teams))[REQUESTS_EACH:]
    grants, asked, began = [], [], {}
    names = numbers("G", period.last.year, len(people)), numbers("PL", period.last.year, len(people))
    for place, (member_id, grant, placement) in enumerate(zip(people, *names, strict=True)):
        day, team = period.first + random.randrange(60) * ONE, place % len(teams)
        at = dt.datetime.combine(day, dt.time(8), dt.UTC)
        of = {"member_id": member_id, "valid_from": day, "valid_until": period.last}
        grants.append(_grant(grant, at, staff) | of | {"is_urgent": place // len(teams) % 4 == 0})
        to = {"number": placement, "organisation_id": teams[team], "service": "LC-100", "kind": "visit"}
        asked.append((grant, to | of | {"state": "accepted", "created_at": at, "answered_at": at}))
        wait = random.randrange(4) if random.random() < (0.7 if team == SLOW else 0.95) else 14
        began[placement] = at + wait * ONE
    bulk_insert(CareGrant.__table__, grants)
    ids = _ids(CareGrant, names[0])
    bulk_insert(Placement.__table__, [row | {"grant_id": ids[grant]} for grant, row in asked])
    placed = _ids(Placement, names[1])
    bulk_insert(Visit.__table__, [_first_visit(row, placed, began) for _grant_number, row in asked])


def _grant(number: str, at: dt.datetime, staff: Staff) -> dict[str, Any]:
    how = {"service_line": "long_term_care", "workers": 1, "care_level": 2, "reason": "assessment at home"}
    return how | {"number": number, "decided_by": staff.assessor.person, "decided_at": at}


def _first_visit(row: dict[str, Any], placed: dict[str, int], began: dict[str, dt.datetime]) -> dict[str, Any]:
    number, at = row["number"], began[row["number"]]
    of = {name: row[name] for name in ("member_id", "organisation_id", "service")}
    of |= {"number": f"N-{number}", "placement_id": placed[number], "worker": "W900", "place_code": "QR"}
    hour = {"started_at": at, "ended_at": at + dt.timedelta(hours=1), "service_on": at.date()}
    return of | hour | {"source": "device"}


def _ids(model: Any, names: Sequence[str]) -> dict[str, int]:
    query = select(model.number, model.id).where(model.number.in_(names))
    return {row.number: row.id for row in db.session.execute(query)}


def _assessed_again(random: Random, period: Period, staff: Staff) -> None:
    """Nine of ten of those in care; what was found holds from the end of their grant on."""
    held = select(CareGrant.member_id, CareGrant.valid_until, CareGrant.care_level).where(
        CareGrant.service_line == "long_term_care",
        CareGrant.valid_until > period.last,
        CareGrant.care_level.is_not(None),
    )
    rows = [row for row in db.session.execute(held.order_by(CareGrant.id)) if random.random() < ASSESSED]
    grants = []
    for row, number in zip(rows, numbers("G", period.last.year, len(rows)), strict=True):
        day = period.last - random.randrange(330) * ONE
        of = {"member_id": row.member_id, "valid_from": row.valid_until + ONE, "care_level": row.care_level}
        at = dt.datetime.combine(day, dt.time(9), dt.UTC)
        grants.append(_grant(number, at, staff) | of | {"valid_until": row.valid_until + 365 * ONE})
    bulk_insert(CareGrant.__table__, grants)


def _called_off(random: Random, period: Period, said: dict[str, Any]) -> None:
    """Half of the visits that nobody made: by the member two days before, by the member too late, by the team."""
    from quality.queries.records import given_visits, visits_due  # polars is read by who counts, not by every command

    read = period.first, period.last, clock.now()
    given = given_visits(*read).select("placement_id", "due_at")
    missed = visits_due(*read).join(given, on=["placement_id", "due_at"], how="anti")
    reasons = (("away", "member", 48), ("unwell", "member", 3), ("worker_ill", "provider", 5))
    rows = []
    for row in missed.sort("placement_id", "due_at").iter_rows(named=True):
        reason, who, hours = random.choice(reasons)
        told_at = row["due_at"] - dt.timedelta(hours=hours)
        of = {"due_on": row.pop("day"), "reason": reason, "cancelled_by": who, "told_at": told_at}
        del row["minutes"]
        if random.random() < 0.5:
            rows.append({**row, **said, **of, "recorded_at": told_at})
    bulk_insert(VisitCancellation.__table__, rows)
