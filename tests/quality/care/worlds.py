"""One nursery, one home-care team, one clinic, and rows put into them one by one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl

from care.models import Attendance, CareGrant, Placement, PlacementSlot, RosterShift, Visit
from core import plan
from core.actors import Actor
from core.db import bulk_insert, db, unit_of_work
from core.roles import Role
from providers.models import OpeningHours, Site, SiteCapacity
from quality.indicators import cases
from quality.indicators.records import Records
from quality.periods import parse_period
from quality.plan import parse
from tests.quality import builders
from tests.quality.builders import AT, AUDITOR, FIRST, LAST, PLAN, ZONE

TODAY = dt.date(2026, 11, 14)
NURSERY, TEAM, CLINIC = 1, 2, 3


class World:
    """`org`: place → organisation; members are born as told."""

    def __init__(self) -> None:
        with unit_of_work():
            builders._plan()
            for part in ("care", "procurement"):
                text = (Path(__file__).parents[3] / "plan" / f"{part}.toml").read_text(encoding="utf-8")
                manager = Actor(None, "manager", "M. Anager", frozenset({Role.PLAN_MANAGER}))
                plan.approve(plan.prepare(part, text, valid_from=FIRST, by=manager), by=AUDITOR)
            builders._catalogue()
            lines = {NURSERY: "childcare", TEAM: "long_term_care", CLINIC: "health"}
            self.org = {place: builders._cooperative(place, line) for place, line in lines.items()}
            site = Site(organisation_id=self.org[NURSERY], number=1, name="Yard", district="North")
            site.capacities = [SiteCapacity(service_line="childcare", licensed_places=30, valid_from=FIRST)]
            db.session.add(site)
            db.session.flush()
            self.site = site.id
        self.made = 0

    def member(self, place: int, born: dt.date = dt.date(1940, 1, 1)) -> int:
        self.made += 1
        with unit_of_work():
            return builders._member(place, self.made, born)

    def signs(self, member: int, day: dt.date, arrived: int, left: int | None, room: str = "") -> None:
        row = {
            "member_id": member,
            "organisation_id": self.org[NURSERY],
            "site_id": self.site,
            "day": day,
            "room": room,
        }
        self.add(Attendance, row | {"arrived_minute": arrived, "left_minute": left})

    def works(self, worker: str, day: dt.date, begins: int, ends: int, room: str = "", kind: str = "worked") -> None:
        row = {"site_id": self.site, "worker": worker, "day": day, "room": room, "kind": kind}
        self.add(RosterShift, row | {"starts_minute": begins, "ends_minute": ends})

    def opens(self, opens: int, closes: int) -> None:
        for weekday in range(5):
            row = {"site_id": self.site, "weekday": weekday, "opens_minute": opens, "closes_minute": closes}
            self.add(OpeningHours, row | {"valid_from": FIRST})

    def granted(self, member: int, **more: Any) -> dict[str, Any]:
        """A grant of care at home; its key is its member’s unless `id` says another."""
        row = {"id": member, "number": f"G-{more.get('id', member)}", "member_id": member, "decided_by": "x"}
        row |= {"service_line": "long_term_care", "decided_at": AT, "valid_from": FIRST, "valid_until": LAST} | more
        self.add(CareGrant, row)
        return row

    def placed(self, member: int, minutes: tuple[int, ...] = (), **more: Any) -> int:
        """Under the grant of the same key, to the team; visits of an hour every day at these minutes."""
        key = more.pop("id", member)
        row = {"id": key, "number": f"PL-{key}", "grant_id": key, "member_id": member, "created_at": AT}
        row |= {"organisation_id": self.org[TEAM], "service": "LC-100", "kind": "visit", "state": "accepted"}
        self.add(Placement, row | {"valid_from": FIRST, "valid_until": LAST} | more)
        for weekday in range(7):
            for minute in minutes:
                slot = {"placement_id": key, "weekday": weekday, "starts_minute": minute, "minutes": 60}
                self.add(PlacementSlot, slot)
        return key

    def visits(
        self, placement: int, member: int, due: dt.datetime | None, began: dt.datetime | None, minutes: int | None = 60,
        worker: str = "W1",
    ) -> None:  # fmt: skip
        self.made += 1
        seen = began or due
        assert seen is not None
        row = {
            "number": f"V-{self.made}", "member_id": member, "organisation_id": self.org[TEAM], "service": "LC-100",
            "placement_id": placement, "worker": worker, "due_at": due, "started_at": began,
            "ended_at": began + dt.timedelta(minutes=minutes) if began and minutes else None,
            "service_on": seen.astimezone(ZONE).date(), "place_code": "x",
        }  # fmt: skip
        self.add(Visit, row)

    def add(self, model: Any, row: dict[str, Any]) -> None:
        with unit_of_work():
            bulk_insert(model.__table__, [row])

    def cases(self, indicator: str, period: str, today: dt.date = TODAY, text: str = PLAN) -> pl.DataFrame | None:
        quality = parse(text)
        found = quality.indicator(indicator, dt.date(2026, 9, 30))
        assert found is not None
        return cases(found, Records(parse_period(period), quality, ZONE, today))


def local(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), ZONE).astimezone(dt.UTC)


def rows(frame: pl.DataFrame | None, *names: str) -> list[tuple[Any, ...]]:
    assert frame is not None
    return frame.select(names).rows()
