"""A month of a real-sized nursery and a real-sized home-care cooperative, with one fault of each kind planted.

What is planted is written down as (check, day, record); everything else is as it should be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

from care import services
from care.models import CareGrant, Placement, PlacementSlot
from care.records import AttendanceRow, OccupancyRow, ShiftRow, StayRow, VisitRow
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.organisations import Organisation
from members.models import Household, Member
from providers.models import Site
from providers.services import places

JUNE, JUNE_END = dt.date(2026, 6, 1), dt.date(2026, 6, 30)
AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
Planted = set[tuple[str, dt.date, str]]  # check, day, member or site


@dataclass
class Month:
    planted: Planted = field(default_factory=set)
    members: dict[str, int] = field(default_factory=dict)


def people(count: int, born_on: dt.date, prefix: str) -> list[Member]:
    """One-person households, written at once."""
    with unit_of_work():
        households = [Household(number=f"H-{prefix}{n}", district="North", partition=n % 64) for n in range(count)]
        db.session.add_all(households)
        db.session.flush()
        rows = [
            Member(public_id=f"{prefix}{n:04d}", household_id=home.id, born_on=born_on, sex="f", created_at=AT)
            for n, home in enumerate(households)
        ]
        db.session.add_all(rows)
    return rows


def granted(
    members: list[Member], line: str, service: str, organisation: Organisation, site: Site | None,
    slots: list[tuple[int, int, int]], start: dt.date = dt.date(2026, 1, 1),
) -> None:  # fmt: skip
    """Grants and agreed placements, as the services write them, in one go."""
    spell = {"valid_from": start, "valid_until": dt.date(2026, 12, 31)}
    with unit_of_work():
        grants = [
            CareGrant(number=f"G-{member.public_id}", member_id=member.id, service_line=line, decided_by="x",
                      decided_at=AT, care_level=None if site else 3, entitlement="full" if site else "", **spell)
            for member in members
        ]  # fmt: skip
        db.session.add_all(grants)
        db.session.flush()
        placements = [
            Placement(number=f"PL-{grant.number}", grant_id=grant.id, member_id=grant.member_id, service=service,
                      organisation_id=organisation.id, site_id=site.id if site else None, state="accepted",
                      kind="day" if site else "visit", created_at=AT, **spell)
            for grant in grants
        ]  # fmt: skip
        for row in placements:
            row.pattern = [PlacementSlot(weekday=d, starts_minute=start, minutes=long) for d, start, long in slots]
        db.session.add_all(placements)


def workdays() -> list[dt.date]:
    days = (JUNE + dt.timedelta(days=n) for n in range(30))
    return [day for day in days if day.weekday() < 5]


def nursery_month(nursery: Organisation, site: Site, other: Organisation, other_site: Site) -> Month:
    """60 children in four groups of 15, 60 places, opening 07:00 to 18:00, ten adults; the other centre has ten."""
    month, random = Month(), Random(6)
    children = people(60, dt.date(2024, 1, 10), "K")
    guests = people(10, dt.date(2024, 1, 10), "N")
    late = people(1, dt.date(2024, 1, 10), "L")
    extra = people(9, dt.date(2024, 1, 10), "X")
    slots = [(day, 480, 420) for day in range(5)]
    granted(children, "childcare", "CC-100", nursery, site, slots)
    granted(guests, "childcare", "CC-100", other, other_site, slots)
    granted(extra, "childcare", "CC-100", nursery, site, slots)
    granted(late, "childcare", "CC-100", nursery, site, slots, start=dt.date(2026, 6, 22))
    rows = {
        (child.public_id, day): _there(child, nursery, day, random)
        for child in children
        for day in workdays()
        if random.random() > 0.05
    }
    rows |= {(child.public_id, day): _there(child, other, day, random) for child in guests for day in workdays()}
    plant = _ChildcareFaults(month, rows, nursery, site, other, other_site)
    plant.all(children, guests, late, extra)
    with unit_of_work():
        for place in (site, other_site):
            places.set_opening_hours(
                place, [(day, 420, 1080) for day in range(5)], valid_from=dt.date(2026, 1, 1), by=SYSTEM
            )
        places.close_site_on(site, [dt.date(2026, 6, 25)], reason="Public holiday.", by=SYSTEM)
        services.record_roster(site, list(_shifts()), source="roster", by=SYSTEM)
        services.import_attendance(list(rows.values()), source="sheet", by=SYSTEM)
        services.close_records(JUNE, JUNE_END, by=SYSTEM)
    return month


def _there(child: Member, organisation: Organisation, day: dt.date, random: Random) -> AttendanceRow:
    return AttendanceRow(
        member=child.public_id, site="1", provider=organisation.number, day=day,
        arrived_minute=480 + random.randrange(-15, 20), left_minute=900 + random.randrange(-15, 20),
    )  # fmt: skip


def _shifts() -> Iterator[ShiftRow]:
    """Ten adults from opening to closing; on one day, planted, only four."""
    for day in workdays():
        for n in range(4 if day == dt.date(2026, 6, 18) else 10):
            yield ShiftRow(f"E{n}", day, 420, 1080)


class _ChildcareFaults:
    def __init__(
        self, month: Month, rows: dict[tuple[str, dt.date], AttendanceRow], nursery: Organisation, site: Site,
        other: Organisation, other_site: Site,
    ) -> None:  # fmt: skip
        self.month, self.rows, self.nursery, self.site = month, rows, nursery, site
        self.other, self.other_site = other, other_site

    def all(self, children: list[Member], guests: list[Member], late: list[Member], extra: list[Member]) -> None:
        self._alone(children)
        self._twice(children[20], dt.date(2026, 6, 17))
        early = dt.date(2026, 6, 19)
        self.rows[late[0].public_id, early] = _there(late[0], self.nursery, early, Random(1))
        self._planted("not_enrolled", early, late[0].public_id)
        self._closed_day(children[30])
        self._crowd(children, extra)
        self._planted("few_adults", dt.date(2026, 6, 18), "site")
        self._planted("few_adults", dt.date(2026, 6, 16), "site")  # who comes at 06:30 meets no adult
        self._same_minutes(guests)

    def _alone(self, children: list[Member]) -> None:
        """One record each: no sign-out, outside hours, absence told late, absence told in time, sick with a note."""
        day = dt.date(2026, 6, 16)
        base = {"site": "1", "provider": self.nursery.number, "day": day}
        for n, check, values in (
            (0, "no_sign_out", {"arrived_minute": 485}),
            (1, "outside_hours", {"arrived_minute": 390, "left_minute": 900}),
            (2, "not_notified", {"absence": "family", "notified_on": dt.date(2026, 6, 18)}),
            (3, "", {"absence": "family", "notified_on": day}),
            (4, "", {"absence": "illness", "has_note": True}),
            (5, "", {"arrived_minute": 415, "left_minute": 900}),
        ):
            member = children[n].public_id
            self.rows[member, day] = AttendanceRow(member=member, **base, **values)  # type: ignore[arg-type]
            if check:
                self._planted(check, day, member)

    def _twice(self, child: Member, day: dt.date) -> None:
        """At both centres from ten to eleven."""
        here = replace(_there(child, self.nursery, day, Random(1)), left_minute=660)
        self.rows[child.public_id, day] = here
        elsewhere = replace(here, provider=self.other.number, arrived_minute=600, left_minute=870)
        self.rows[f"{child.public_id} elsewhere", day] = elsewhere
        self._planted("two_centres", day, child.public_id)
        self._planted("not_enrolled", day, child.public_id)

    def _closed_day(self, child: Member) -> None:
        day = dt.date(2026, 6, 25)
        for key in [key for key, row in self.rows.items() if row.day == day and row.provider == self.nursery.number]:
            del self.rows[key]
        self.rows[child.public_id, day] = _there(child, self.nursery, day, Random(1))
        self._planted("closed_day", day, child.public_id)

    def _crowd(self, children: list[Member], extra: list[Member]) -> None:
        """66 at once on one day of a quiet week pass with the margin, 68 do not."""
        for day, more in ((dt.date(2026, 6, 3), 6), (dt.date(2026, 6, 10), 8)):
            for child in [*children, *extra[:more]]:
                self.rows[child.public_id, day] = _there(child, self.nursery, day, Random(1))
        self._planted("over_places", dt.date(2026, 6, 10), "site")

    def _same_minutes(self, guests: list[Member]) -> None:
        """On six days the other centre wrote one pair of times for all; on a seventh one child differs."""
        for day in workdays()[:7]:
            for n, child in enumerate(guests):
                row = replace(self.rows[child.public_id, day], arrived_minute=480, left_minute=900)
                is_other = n == 0 and day == workdays()[6]
                self.rows[child.public_id, day] = replace(row, left_minute=890) if is_other else row
        self._planted("same_minutes", JUNE, "site")

    def _planted(self, check: str, day: dt.date, subject: str) -> None:
        self.month.planted.add((check, day, subject))


def care_month(cooperative: Organisation, home: Organisation) -> Month:
    """250 clients, 30 workers, about 5,000 visits of 45 minutes; every worker has the way between two clients."""
    month = Month()
    clients = people(250, dt.date(1940, 1, 1), "C")
    ungranted = people(1, dt.date(1940, 1, 1), "U")
    granted(clients, "long_term_care", "LC-110", cooperative, None, [(day, 480, 45) for day in range(5)])
    rows: dict[str, VisitRow] = {}
    for day in workdays():
        for n, client in enumerate(clients):
            worker, turn = n % 30, n // 30
            number = f"V{n:03d}-{day:%d}"
            rows[number] = VisitRow(
                number=number, member=client.public_id, service="LC-110", day=day, provider=cooperative.number,
                worker=f"W{worker:02d}", place=f"QR-{client.public_id}", starts_minute=420 + turn * 60,
                ends_minute=465 + turn * 60,
            )  # fmt: skip
    _care_faults(month, rows, clients, ungranted[0], home)
    with unit_of_work():
        services.import_visits(list(rows.values()), source="device", by=SYSTEM)
        services.close_records(JUNE, JUNE_END, by=SYSTEM)
    return month


def _care_faults(
    month: Month, rows: dict[str, VisitRow], clients: list[Member], ungranted: Member, home: Organisation
) -> None:
    def plant(check: str, number: str, **changes: object) -> None:
        rows[number] = replace(rows[number], **changes)  # type: ignore[arg-type]
        month.planted.add((check, rows[number].day, number))

    plant("incomplete", "V000-02", ends_minute=None)
    plant("incomplete", "V001-02", worker="")
    plant("incomplete", "V002-02", place="")
    plant("late_edit", "V003-02", edited_on=dt.date(2026, 9, 6), edit_reason="forgot")
    rows["V004-02"] = replace(rows["V004-02"], edited_on=dt.date(2026, 9, 5), edit_reason="forgot")  # day 95
    rows["V005-02"] = replace(rows["V005-02"], place="", place_reason="no_code")  # a reason code confirms
    # W06 is with two members at once; the twin is the next turn moved forward, so its own way stays long enough.
    plant("worker_twice", "V006-03", ends_minute=490)
    month.planted.add(("worker_twice", dt.date(2026, 6, 3), "V036-03"))
    # Client 7 has two workers at once without an authorisation; client 8 has one that allows it.
    for client, check in ((7, "member_twice"), (8, "")):
        first = rows[f"V{client:03d}-04"]
        second = replace(first, number=f"V{client:03d}-04b", worker=f"S{client}")
        rows[second.number] = second
        if check:
            month.planted |= {(check, first.day, first.number), (check, first.day, second.number)}
    with unit_of_work():
        db.session.query(CareGrant).filter_by(member_id=clients[8].id).one().workers = 2
    # W09 has only three minutes to the next client.
    plant("short_way", "V039-05", starts_minute=468, ends_minute=513)
    month.planted |= _long_day(rows, clients)
    _stays_and_deaths(month, rows, clients, home)
    rows["U-1"] = replace(rows["V015-08"], number="U-1", member=ungranted.public_id, worker="S15", place="QR-U")
    month.planted.add(("not_granted", dt.date(2026, 6, 8), "U-1"))


def _long_day(rows: dict[str, VisitRow], clients: list[Member]) -> Planted:
    """One worker day and night: 97 units in one row of visits to one client, on a Saturday."""
    saturday, client = dt.date(2026, 6, 13), clients[10]
    planted: Planted = set()
    for n in range(2):
        number = f"W10-{n}"
        rows[number] = VisitRow(
            number=number, member=client.public_id, service="LC-110", day=saturday, worker="S10", place="QR",
            provider=rows["V010-08"].provider, starts_minute=n * 720, ends_minute=n * 720 + (728 if n else 720),
        )  # fmt: skip
        planted.add(("over_units", saturday, number))
    return planted


def _stays_and_deaths(month: Month, rows: dict[str, VisitRow], clients: list[Member], home: Organisation) -> None:
    """Client 11 in hospital from the 9th to the 12th, 12 in residential care, 13 died on the 15th, 14 in two homes."""
    stay = StayRow(member=clients[11].public_id, reference="S1", admitted_on=dt.date(2026, 6, 9),
                   discharged_on=dt.date(2026, 6, 12))  # fmt: skip
    with unit_of_work():
        services.import_stays([stay], source="hospital", by=SYSTEM)
        held = [
            OccupancyRow(place="R-1", kind="residential", member_id=clients[12].id, moved_in_on=dt.date(2026, 6, 17),
                         moved_out_on=dt.date(2026, 6, 19)),
            OccupancyRow(place="R-2", kind="residential", member_id=clients[14].id, moved_in_on=dt.date(2026, 6, 27),
                         moved_out_on=dt.date(2026, 6, 29)),
            OccupancyRow(place="R-3", kind="residential", member_id=clients[14].id, moved_in_on=dt.date(2026, 6, 28),
                         moved_out_on=dt.date(2026, 6, 29)),
            OccupancyRow(place="R-1", kind="residential", member_id=clients[16].id, moved_in_on=dt.date(2026, 6, 19),
                         moved_out_on=dt.date(2026, 6, 20)),
        ]  # fmt: skip
        services.record_occupancies(home.id, held, source="beds", by=SYSTEM)
        died = db.session.get(Member, clients[13].id)
        assert died is not None
        died.died_on = dt.date(2026, 6, 15)
    for day in (10, 11):
        month.planted.add(("during_stay", dt.date(2026, 6, day), f"V011-{day:02d}"))
    month.planted.add(("during_stay", dt.date(2026, 6, 18), "V012-18"))
    for visit in (row for row in rows.values() if row.member == clients[13].public_id and row.day.day > 15):
        month.planted.add(("after_death", visit.day, visit.number))
    for place in ("R-2", "R-3"):
        month.planted.add(("two_places", dt.date(2026, 6, 28), place))
