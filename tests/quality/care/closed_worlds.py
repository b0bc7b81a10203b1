"""Records of every kind, written by the services of care at an instant, into one small world."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from care import services as care
from care.models import CareGrant, Placement
from care.records import (
    AttendanceRow,
    CancellationRow,
    MajeureRow,
    RequestRow,
    ShiftRow,
    StayRow,
    VisitRow,
)
from care.services.opening import RunningGrant, bring_in_grants, take_back_grants
from core.actors import SYSTEM, Actor
from core.db import db
from core.roles import Role
from providers.models import Site
from tests.quality.builders import FIRST, LAST, number
from tests.quality.care.worlds import CLINIC, NURSERY, TEAM, World, local

DAY = dt.date(2026, 9, 7)
ONE = dt.timedelta(days=1)


class Fund(World):
    """One member at home with a visit at eight every day, another who is offered it; two children at a nursery."""

    def __init__(self) -> None:
        super().__init__()
        self.opens(420, 1080)
        self.old = self.member(TEAM)
        self.children = [self.member(NURSERY, dt.date(2024, 9, 1)) for _ in range(2)]
        self.patient = self.member(CLINIC)
        self.granted(self.old, care_level=3, decided_at=local(FIRST, 9))
        self.placed(self.old, (480,), created_at=local(FIRST, 9))
        self.other = self.member(TEAM)
        self.granted(self.other, decided_at=local(FIRST, 9))
        self.placed(self.other, (480,), created_at=local(FIRST, 9), state="offered")

    def visit(self, name: str = "V1", day: dt.date = DAY, minute: int | None = 480, worker: str = "W1") -> None:
        ends = None if minute is None else minute + 50
        row = VisitRow(
            number=name, member=f"M{self.old}", service="LC-100", day=day, provider=number(TEAM), worker=worker,
            place="x", starts_minute=minute, ends_minute=ends,
        )  # fmt: skip
        care.import_visits([row], source="test", by=SYSTEM)

    def sign(self, child: int = 0, day: dt.date = DAY, arrived: int | None = 480, left: int | None = 960) -> None:
        row = AttendanceRow(
            member=f"M{self.children[child]}", site="1", day=day, provider=number(NURSERY), arrived_minute=arrived,
            left_minute=left if arrived else None, absence="" if arrived else "illness",
        )  # fmt: skip
        care.import_attendance([row], source="test", by=SYSTEM)

    def stay(self, name: str = "S1", on: dt.date = DAY, days: int | None = 3, kind: str = "hospital") -> None:
        row = StayRow(
            member=f"M{self.old}", reference=name, admitted_on=on, kind=kind, diagnosis="J45.0", admission="unplanned",
            discharged_on=None if days is None else on + days * ONE,
        )  # fmt: skip
        care.import_stays([row], source="test", by=SYSTEM)

    def call_off(self, day: dt.date = DAY, *, is_withdrawn: bool = False) -> None:
        row = CancellationRow(
            placement_id=self.old, organisation_id=self.org[TEAM], member_id=self.old, service="LC-100",
            due_at=local(day, 8), due_on=day, reason="away", told_at=local(day - 2 * ONE, 8),
            is_withdrawn=is_withdrawn,
        )  # fmt: skip
        care.record_cancellations([row], source="test", by=SYSTEM)

    def ask(self, name: str = "R1", on: dt.date = DAY, after: int | None = 1) -> None:
        row = RequestRow(
            number=name, organisation_id=self.org[CLINIC], member_id=self.patient, service="HC-100",
            urgency="routine", origin="member", received_on=on,
            first_contact_on=None if after is None else on + after * ONE,
        )  # fmt: skip
        care.record_requests([row], source="test", by=SYSTEM)

    def roster(self, day: dt.date = DAY, workers: int = 1, ends: int = 1080) -> None:
        shifts = [ShiftRow(f"E{place}", day, 420, ends) for place in range(workers)]
        care.record_roster(self._site, shifts, days=[day], source="test", by=SYSTEM)

    def flood(self, day: dt.date = DAY, document: str = "Order 12", *, holds: bool = True) -> None:
        row = MajeureRow(site="1", days=(day,), reason="Flood", document=document, holds=holds)
        care.record_majeure(self._site, row, source="test", by=SYSTEM)

    def assess(self, level: int = 5, on: dt.date = DAY) -> None:
        """A grant from a file of the opening, which alone can be taken back; once."""
        grant = RunningGrant(f"G-{level}", self.old, "long_term_care", "", level, None, on, LAST)
        if not self.has_grant(level):
            bring_in_grants([grant], source=f"file {level}", by=SYSTEM)

    def take_back(self, level: int = 5) -> None:
        take_back_grants(f"file {level}", by=SYSTEM)

    def has_grant(self, level: int) -> bool:
        return bool(db.session.execute(select(CareGrant.id).where(CareGrant.number == f"G-{level}")).scalar())

    def end(self, on: dt.date = DAY) -> None:
        """The placement at home, if it runs still."""
        placement = db.session.get_one(Placement, self.old)
        if placement.state == "accepted":
            care.end_placement(placement, on=on, by=SYSTEM)

    def accept(self) -> None:
        """What is offered, if nobody has answered yet."""
        placement = db.session.get_one(Placement, self.other)
        if placement.state == "offered":
            clerk = Actor(None, "clerk", "Clerk", frozenset({Role.PROVIDER_CLERK}), placement.organisation_id)
            care.answer_placement(placement, "accept", by=clerk)

    @property
    def _site(self) -> Site:
        return db.session.get_one(Site, self.site)
