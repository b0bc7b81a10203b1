"""Stored claims by the million, written straight into the tables: health, childcare and home care of whole households.

About a third of the lines meet a limit: a deductible, a number per year, a gap between two services, a ceiling.
"""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from sqlalchemy import select, text

from bench import crowd
from care.models import Attendance, CareGrant, Visit
from claims.filed import PARTITIONS, claim_number
from claims.models import Claim, ClaimLine, ClaimNumber, ClaimWaiting
from core.config import fund
from core.db import allocate_ids, db, insert_rows, unit_of_work
from demo.story import RATES
from members.models import Cover, Household, Member
from providers.models import Site

LINES_PER_HOUSEHOLD = 24
CHUNK = 2_000  # households written in one transaction
DAYS = 100  # before the day of receipt, less than the filing time
HEALTH = ("HC-145", "HC-145", "HC-145", "HC-145", "HC-180", "HC-180", "HC-180", "HC-100", "HC-110", "HC-140")
FIRST_ID = 1_000_000  # beyond the few people of the opened fund

HOUSEHOLD = ("id", "number", "district", "partition", "monthly_income", "income_band", "children")
MEMBER = ("id", "public_id", "household_id", "born_on", "sex", "died_on", "created_at")
COVER = ("member_id", "package", "valid_from", "valid_until", "basis", "created_at")
GRANT = ("number", "member_id", "service_line", "care_level", "valid_from", "valid_until", "entitlement",
         "decided_by", "decided_at")  # fmt: skip
VISIT = ("number", "member_id", "organisation_id", "site_id", "service", "worker", "started_at", "ended_at",
         "service_on", "place_code")  # fmt: skip
ATTENDANCE = ("member_id", "organisation_id", "site_id", "day", "arrived_minute", "left_minute", "children_present",
              "licensed_places", "billable_minutes")  # fmt: skip
CLAIM = ("partition", "id", "number", "organisation_id", "site_id", "provider_claim_no", "content_hash",
         "member_number", "member_id", "household_id", "service_line", "service_from", "service_until", "lines",
         "amount", "replaces_claim_id", "channel", "receipt_id", "received_at", "sent_by")  # fmt: skip
LINE = ("partition", "claim_id", "line_no", "code_system", "service", "service_from", "service_until", "starts_at",
        "ends_at", "quantity_milli", "unit_price", "amount", "practitioner", "authorisation_no", "visit_no",
        "diagnoses", "unreadable")  # fmt: skip
NUMBER = ("organisation_id", "provider_claim_no", "partition", "claim_id")
WAITING = ("partition", "household_id", "claim_id", "member_id", "lines", "settles_with")

Place = tuple[int, int]  # organisation, site
Sent = tuple[str, int, int]  # service, day within the span, thousandths of its unit


def measure(lines: int) -> dict[str, Any]:
    """Open a small fund, then fill it with households and their claims; seconds and rows."""
    opened = crowd.open_fund(400)
    started = time.perf_counter()
    writer = _Writer(opened, Random(lines))
    households = range(max(lines // LINES_PER_HOUSEHOLD, 1))
    for chunk in itertools.batched(households, CHUNK) if hasattr(itertools, "batched") else _chunks(households):
        with unit_of_work():
            writer.write(chunk)
    _analyse()
    return {"claims": writer.claims, "lines": writer.lines, "seconds": time.perf_counter() - started}


def _chunks(households: Sequence[int]) -> Iterator[Sequence[int]]:
    return (households[first : first + CHUNK] for first in range(0, len(households), CHUNK))


def _analyse() -> None:
    """What a database that is in use knows about its tables."""
    with unit_of_work():
        db.session.execute(text("ANALYZE"))


class _Writer:
    """Tuples of one chunk of households, table by table."""

    def __init__(self, opened: crowd.Crowd, random: Random) -> None:
        self.random, self.claims, self.lines = random, 0, 0
        self.unit = 10 ** fund().currency.exponent
        last = opened.country.months()[-1]
        self.received_at = dt.datetime.combine(last, dt.time(8), dt.UTC) + dt.timedelta(days=4)
        self.days = [last - dt.timedelta(days=back) for back in range(DAYS)]
        self.places: dict[str, list[Place]] = _places(opened)
        self.rates = {code: int(float(rate) * self.unit) for code, rate in RATES.items()}
        self.year = (dt.date(last.year - 2, 1, 1), dt.date(last.year + 1, 12, 31))

    def write(self, households: Sequence[int]) -> None:
        self.rows: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
        self.waiting: list[tuple[Any, ...]] = []
        for number in households:
            self._household(FIRST_ID + number)
        self._number()
        order = {table.name: place for place, table in enumerate(db.metadata.sorted_tables)}
        for (model, names), rows in sorted(self.rows.items(), key=lambda pair: order[pair[0][0].__tablename__]):
            insert_rows(model.__table__, names, rows)

    def _household(self, household: int) -> None:
        has_child = household % 2 == 0
        row = (household, f"B{household}", "North", household % PARTITIONS, 2_400 * self.unit, "", int(has_child))
        self.rows[Household, HOUSEHOLD].append(row)
        first, last = self.year
        births = (
            dt.date(1980, 5, 1),
            dt.date(1984, 3, 1),
            dt.date(last.year - 4, 3, 1) if has_child else dt.date(1944, 1, 1),
        )
        members = [household * 3 + place for place in range(3)]
        for member, born_on in zip(members, births, strict=True):
            self.rows[Member, MEMBER].append((member, f"B{member}", household, born_on, "f", None, self.received_at))
            self.rows[Cover, COVER].append((member, "extended", first, last, "imported", self.received_at))
        line, level = ("childcare", None) if has_child else ("long_term_care", 2)
        entitlement = "full" if has_child else ""
        grant = (f"B{household}", members[2], line, level, first, last, entitlement, "opening", self.received_at)
        self.rows[CareGrant, GRANT].append(grant)
        self._health(household, members[0], 10)
        self._health(household, members[1], 4)
        (self._childcare if has_child else self._home_care)(household, members[2])

    def _health(self, household: int, member: int, left: int) -> None:
        """Lines on a handful of days, never the same service twice on one."""
        place = self.places["clinic"][household % len(self.places["clinic"])]
        while left:
            count, day = min(self.random.choice((1, 1, 2, 2, 3, 4)), left), self.random.randrange(DAYS)
            codes = sorted(set(self.random.choices(HEALTH, k=count)))
            self._claim(household, member, place, "health", [(code, day, 1000) for code in codes])
            left -= len(codes)

    def _childcare(self, household: int, member: int) -> None:
        """Two weeks of five days at nine hours, of which forty a week are granted."""
        place = self.places["nursery"][household % len(self.places["nursery"])]
        for week in (10, 31):
            start = next(day for day in range(week, week + 7) if self.days[day].weekday() == 4)
            days = range(start, start + 5)
            self._claim(household, member, place, "childcare", [("CC-100", day, 9_000) for day in days])
            for day in days:
                row = (member, *place, self.days[day], 450, 990, 12, 20, 540)
                self.rows[Attendance, ATTENDANCE].append(row)

    def _home_care(self, household: int, member: int) -> None:
        """Two claims of five visits of four hours, twelve a month are paid; one visit in twenty has no record."""
        place = self.places["care"][household % len(self.places["care"])]
        for start in (20, 60):
            sent: list[Sent] = [("LC-130", start + 2 * step, 4000) for step in range(5)]
            self._claim(household, member, place, "long_term_care", sent)
            for _service, day, _quantity in sent:
                if self.random.random() < 0.95:
                    at = dt.datetime.combine(self.days[day], dt.time(9), dt.UTC)
                    until = at + dt.timedelta(hours=4)
                    number = f"B{member}-{day}"
                    row = (number, member, *place, "LC-130", "W1", at, until, self.days[day], "QR")
                    self.rows[Visit, VISIT].append(row)

    def _claim(self, household: int, member: int, place: Place, line: str, sent: list[Sent]) -> None:
        self.waiting.append((household, member, place, line, sent))

    def _number(self) -> None:
        """Claims get their ids as a set, then their rows."""
        ids = allocate_ids("claim", len(self.waiting))
        received_on, random = self.received_at.date(), self.random.random
        for claim_id, (household, member, (organisation, site), line, sent) in zip(ids, self.waiting, strict=True):
            partition, own, amount = household % PARTITIONS, f"B{claim_id}", 0
            for line_no, (service, day, quantity) in enumerate(sent, start=1):
                code = "XX-000" if random() < 0.02 else service
                price = self.rates[service] + (self.unit // 2 if random() < 0.1 else 0)
                asked, on = price * quantity // 1000, self.days[day]
                amount += asked
                given = (partition, claim_id, line_no, "fund", code, on, on, None, None, quantity, price, asked)
                self.rows[ClaimLine, LINE].append((*given, "", "", "", "Z00", ""))
            days = [self.days[day] for _service, day, _quantity in sent]
            number = claim_number(claim_id, received_on)
            who = (own, b"", f"B{member}", member, household, line, min(days), max(days), len(sent), amount)
            row = (partition, claim_id, number, organisation, site, *who, None, "file", None, self.received_at, "bench")
            self.rows[Claim, CLAIM].append(row)
            self.rows[ClaimNumber, NUMBER].append((organisation, own, partition, claim_id))
            self.rows[ClaimWaiting, WAITING].append((partition, household, claim_id, member, len(sent), None))
            self.lines += len(sent)
        self.claims += len(self.waiting)


def _places(opened: crowd.Crowd) -> dict[str, list[Place]]:
    """Kind of cooperative → its organisations, each with its site."""
    from core.organisations import Organisation

    query = select(Site.organisation_id, Site.id, Organisation.name).join(
        Organisation, Organisation.id == Site.organisation_id
    )
    with unit_of_work():
        found = {name: (organisation, site) for organisation, site, name in db.session.execute(query)}
    kinds: dict[str, list[Place]] = defaultdict(list)
    for row in opened.country.cooperatives:
        kinds[row.kind].append(found[row.name])
    return kinds
