"""Records of a quarter by the million, made by the database itself: a half visits, a third child-days, the rest health.

Some come late, some never, some children leave unsigned; how many is arithmetic, so that counts can be foretold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from care.models import Attendance, CareGrant, Placement, PlacementSlot, Stay, Visit
from care.queries.planned import local_instant
from claims.filed import PARTITIONS
from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from core import plan
from core.actors import Actor
from core.codes import Service, ServiceLine
from core.config import fund
from core.db import Base, bulk_insert, db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from members.models import Cover, Household, Member
from procurement.models.contract import Contract, ContractLine
from providers.models import Provider, Site
from quality.periods import Period, parse_period

PERIOD = parse_period("2026Q3")
AT = dt.datetime(2026, 10, 20, 9, tzinfo=dt.UTC)
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2026, 12, 31)
LINES_PER_PROVIDER, FEWEST_PROVIDERS = 10_000, 36
SLOTS = (8 * 60, 17 * 60)
CONTACTS = 10  # of a health member in the quarter
LATENESS = (0, 5, 10, -10, 20, 40, 0, 25, 5, None)  # minutes of ten visits; None: nobody came
SERVICES = {
    "HC-100": "health", "A10BA02": "health", "J01CA04": "health", "J01DC02": "health", "J07BB02": "health",
    "CC-100": "childcare", "LC-100": "long_term_care",
}  # fmt: skip
LINES = tuple(dict.fromkeys(SERVICES.values()))
PLANS = Path(__file__).parents[1] / "plan"

scratch = sa.MetaData()
NUMBER = sa.Table("bench_number", scratch, sa.Column("n", sa.Integer, primary_key=True))
DAY = sa.Table(
    "bench_day", scratch, sa.Column("place", sa.Integer, primary_key=True), sa.Column("day", sa.Date),
    sa.Column("weekday", sa.Integer), sa.Column("month", sa.Integer), sa.Column("is_working", sa.Integer),
)  # fmt: skip
DUE = sa.Table(
    "bench_due", scratch, sa.Column("place", sa.Integer), sa.Column("slot", sa.Integer), sa.Column("turn", sa.Integer),
    sa.Column("due_at", Visit.due_at.type), sa.Column("started_at", Visit.due_at.type),
    sa.Column("ended_at", Visit.due_at.type), sa.PrimaryKeyConstraint("place", "slot", "turn"),
)  # fmt: skip


class Sizes:
    """How many of each for so many claim lines. Ids: members count on from one line of care to the next."""

    def __init__(self, lines: int) -> None:
        self.providers = max(FEWEST_PROVIDERS, lines // LINES_PER_PROVIDER)
        self.each = self.providers // len(LINES)  # providers of a line of care, one after the other
        days = (PERIOD.last - PERIOD.first).days + 1
        working = sum(day["is_working"] for day in days_of(PERIOD))
        self.home = max(lines // 2 // (days * len(SLOTS)), self.each)
        self.children = max(lines // 3 // working, self.each)
        self.health = max(lines // 6 // CONTACTS, self.each)
        self.members = self.home + self.children + self.health


def fill(lines: int) -> Sizes:
    """Write it all, in transactions of one table each."""
    sizes = Sizes(lines)
    with unit_of_work():
        _fund(sizes)
        scratch.create_all(db.session.connection())
    with unit_of_work():
        _scratch(sizes)
    for write in (_people, _placements, _visits, _attendance, _stays, _claims):
        with unit_of_work():
            write(sizes)
    with unit_of_work():
        scratch.drop_all(db.session.connection())
        db.session.execute(sa.text("ANALYZE"))
    return sizes


def _fund(sizes: Sizes) -> None:
    manager = Actor(None, "manager", "Manager", frozenset({Role.PLAN_MANAGER}))
    auditor = Actor(None, "auditor", "Auditor", frozenset({Role.AUDITOR}))
    for part in ("quality", "quality_codes"):
        text = (PLANS / f"{part}.toml").read_text(encoding="utf-8")
        plan.approve(plan.prepare(part, text, valid_from=FIRST, by=manager), by=auditor)
    lines = [{"code": line, "name": line, "position": place} for place, line in enumerate(LINES)]
    bulk_insert(ServiceLine.__table__, lines)
    services = [{"code": code, "service_line": line, "name": code, "unit": "visit"} for code, line in SERVICES.items()]
    bulk_insert(Service.__table__, services)
    keys = range(1, sizes.providers + 1)
    organisation = {"legal_form": "cooperative", "register_scheme": "x", "district": "North", "created_at": AT}
    bulk_insert(
        Organisation.__table__,
        [{"id": n, "number": f"O-{n}", "name": f"Unit {n}", "register_number": f"R{n}", **organisation} for n in keys],
    )
    providers = [{"organisation_id": n, "number": f"P-{n:05d}", "state": "accredited"} for n in keys]
    bulk_insert(Provider.__table__, providers)
    sites = [{"id": n, "organisation_id": n, "number": 1, "name": "Site", "district": "North"} for n in keys]
    bulk_insert(Site.__table__, sites)
    contract = {"id": 1, "number": "C-1", "organisation_id": 1, "title": "Care", "origin": "open_list"}
    spell = {"valid_from": FIRST, "valid_until": LAST}
    signed = {"signed_by_provider": "x", "signed_by_fund": "y"}
    contract |= {"service_line": "health", "state": "active", "created_at": AT, **signed, **spell}
    bulk_insert(Contract.__table__, [contract])
    bulk_insert(ContractLine.__table__, [{"contract_id": 1, "service": code, "rate": 1, **spell} for code in SERVICES])


def _scratch(sizes: Sizes) -> None:
    numbers = range(max(sizes.members, CONTACTS) + 1)
    db.session.execute(sa.insert(NUMBER), [{"n": n} for n in numbers])
    days, zone = days_of(PERIOD), fund().zone
    db.session.execute(sa.insert(DAY), days)
    rows = []
    for day in days:
        for slot, minute in enumerate(SLOTS):
            due = local_instant(day["day"], minute, zone)
            for turn, late in enumerate(LATENESS):
                start = None if late is None else due + dt.timedelta(minutes=late)
                end = None if start is None else start + dt.timedelta(minutes=50 + turn * 2)
                given = {"due_at": due, "started_at": start, "ended_at": end}
                rows.append({"place": day["place"], "slot": slot, "turn": turn, **given})
    db.session.execute(sa.insert(DUE), rows)


def days_of(period: Period) -> list[dict[str, Any]]:
    days = [period.first + dt.timedelta(days=n) for n in range((period.last - period.first).days + 1)]
    return [
        {"place": place, "day": day, "weekday": day.weekday(), "month": day.month, "is_working": int(day.weekday() < 5)}
        for place, day in enumerate(days)
    ]


def _insert(model: type[Base], source: str, **columns: Any) -> None:
    """INSERT … SELECT: text is an expression over `source`, anything else a value; defaults come by themselves."""
    table: Any = model.__table__
    chosen = [_expression(table.c[name], value).label(name) for name, value in columns.items()]
    query = sa.select(*chosen).select_from(sa.text(source))
    db.session.execute(sa.insert(table).from_select(list(columns), query))


def _expression(column: Any, value: Any) -> Any:
    return sa.literal_column(value) if isinstance(value, str) else sa.literal(value, column.type)


def _people(sizes: Sizes) -> None:
    """One household each; who is cared for at home is old, who goes to a nursery is small."""
    people = f"bench_number WHERE n BETWEEN 1 AND {sizes.members}"
    _insert(Household, people, id="n", number="'H' || n", district="'North'", partition=f"n % {PARTITIONS}")
    spans = _spans(sizes)
    births = {"home": dt.date(1940, 5, 1), "children": dt.date(2023, 5, 1), "health": dt.date(1975, 5, 1)}
    for name, born_on in births.items():
        first, last = spans[name]
        _insert(
            Member, f"bench_number WHERE n BETWEEN {first} AND {last}", id="n", public_id="'M' || n",
            household_id="n", born_on=born_on, sex="CASE n % 2 WHEN 0 THEN 'f' ELSE 'm' END", created_at=AT,
        )  # fmt: skip
    _insert(
        Cover, people, member_id="n", package="'basic'", valid_from=FIRST, valid_until=None, basis="'entered'",
        created_at=AT,
    )  # fmt: skip


def _spans(sizes: Sizes) -> Mapping[str, tuple[int, int]]:
    """First and last member of each line of care."""
    ends = (sizes.home, sizes.home + sizes.children, sizes.members)
    return {"home": (1, ends[0]), "children": (ends[0] + 1, ends[1]), "health": (ends[1] + 1, ends[2])}


def _owner(sizes: Sizes, line: int) -> str:
    """The provider of member n."""
    return f"1 + {line * sizes.each} + n % {sizes.each}"


def _placements(sizes: Sizes) -> None:
    for line, (name, kind, service) in enumerate((("home", "visit", "LC-100"), ("children", "day", "CC-100"))):
        first, last = _spans(sizes)[name]
        members = f"bench_number WHERE n BETWEEN {first} AND {last}"
        service_line = f"'{SERVICES[service]}'"
        _insert(
            CareGrant, members, id="n", number="'G' || n", member_id="n", service_line=service_line,
            valid_from=FIRST, valid_until=LAST, decided_by="'x'", decided_at=AT,
        )  # fmt: skip
        _insert(
            Placement, members, id="n", number="'PL' || n", grant_id="n", member_id="n",
            organisation_id=_owner(sizes, line), service=f"'{service}'", kind=f"'{kind}'", state="'accepted'",
            valid_from=FIRST, valid_until=LAST, created_at=AT,
        )  # fmt: skip
        for minute in SLOTS if kind == "visit" else SLOTS[:1]:
            week = 7 if kind == "visit" else 5
            slots = f"bench_number CROSS JOIN bench_day WHERE n BETWEEN {first} AND {last} AND place < 7"
            _insert(
                PlacementSlot, f"{slots} AND weekday < {week}", placement_id="n", weekday="weekday",
                starts_minute=str(minute), minutes="60" if kind == "visit" else "480",
            )  # fmt: skip


def _visits(sizes: Sizes) -> None:
    source = (
        "bench_number JOIN bench_due ON bench_due.turn = (n * 7 + bench_due.place * 3 + bench_due.slot) % 10"
        f" JOIN bench_day ON bench_day.place = bench_due.place WHERE n BETWEEN 1 AND {sizes.home} AND turn <> 9"
    )
    _insert(
        Visit, source, number="'V' || n || '-' || bench_due.place || '-' || slot", member_id="n", placement_id="n",
        organisation_id=_owner(sizes, 0), service="'LC-100'", worker=f"'W' || (n / {sizes.each} + turn) % 9",
        due_at="due_at", started_at="started_at", ended_at="ended_at", service_on="day", place_code="'QR'",
    )  # fmt: skip


def _attendance(sizes: Sizes) -> None:
    first, last = _spans(sizes)["children"]
    source = f"bench_number CROSS JOIN bench_day WHERE n BETWEEN {first} AND {last} AND is_working = 1"
    _insert(
        Attendance, f"{source} AND (n + place) % 50 <> 1", member_id="n", organisation_id=_owner(sizes, 1),
        site_id=_owner(sizes, 1), placement_id="n", day="day", arrived_minute="480",
        left_minute="CASE (n + place) % 25 WHEN 0 THEN NULL ELSE 960 END",
    )  # fmt: skip


def _stays(sizes: Sizes) -> None:
    """Every twentieth health member was in hospital, and one of five of them again within the month."""
    first, last = _spans(sizes)["health"]
    for turn, every, days in ((0, 20, (1, 5)), (1, 100, (20, 24))):
        source = f"bench_number JOIN bench_day AS a ON a.place = {days[0]} JOIN bench_day AS b ON b.place = {days[1]}"
        _insert(
            Stay, f"{source} WHERE n BETWEEN {first} AND {last} AND n % {every} = 0", member_id="n",
            admitted_on="a.day", discharged_on="b.day", reference=f"'S{turn}-' || n", diagnosis="'J45.0'",
            discharge_group="'M01'", admission="'unplanned'", discharged_to="'home'",
        )  # fmt: skip


def _claims(sizes: Sizes) -> None:
    """A claim per month for care, one per contact for health; every line accepted."""
    slots = " UNION ALL ".join(f"SELECT {slot} AS slot" for slot in range(len(SLOTS)))
    spans, months = _spans(sizes), sorted({day["month"] for day in days_of(PERIOD)})
    monthly = "JOIN (SELECT month, MIN(day) AS first_on, MAX(day) AS last_on, COUNT(*) AS days FROM bench_day"
    monthly += f" GROUP BY month) AS months ON 1 = 1 WHERE n BETWEEN {spans['home'][0]} AND {spans['children'][1]}"
    claim = f"n * 10 + months.month - {months[0]}"
    line = f"CASE WHEN n <= {sizes.home} THEN 0 ELSE 1 END"
    _claim(
        f"bench_number {monthly}", claim, "first_on", "last_on",
        owner=f"CASE {line} WHEN 0 THEN {_owner(sizes, 0)} ELSE {_owner(sizes, 1)} END",
        service_line=f"CASE {line} WHEN 0 THEN 'long_term_care' ELSE 'childcare' END",
    )  # fmt: skip
    of_day = f"n * 10 + bench_day.month - {months[0]}"
    home = f"bench_number CROSS JOIN bench_day CROSS JOIN ({slots}) AS slots WHERE n BETWEEN 1 AND {sizes.home}"
    _lines(home, of_day, "2 * place + slot + 1", "'LC-100'", "day", visit_no="'V' || n || '-' || place || '-' || slot")
    first, last = spans["children"]
    children = f"bench_number CROSS JOIN bench_day WHERE n BETWEEN {first} AND {last} AND is_working = 1"
    _lines(children, of_day, "place + 1", "'CC-100'", "day")
    first, last = spans["health"]
    contacts = f"(SELECT n AS contact FROM bench_number WHERE n < {CONTACTS}) AS contacts"
    health = f"bench_number JOIN {contacts} ON n BETWEEN {first} AND {last}"
    health += " JOIN bench_day ON bench_day.place = (n * 13 + contact * 9) % 92"
    claim = f"{(sizes.members + 1) * 10} + n * {CONTACTS} + contact"
    owner = f"1 + {2 * sizes.each} + (CASE WHEN n % 4 = 0 THEN n + contact ELSE n END) % {sizes.each}"
    _claim(health, claim, "day", "day", owner=owner, service_line="'health'")
    codes = "CASE contact WHEN 1 THEN 'A10BA02' WHEN 2 THEN 'J01CA04' WHEN 3 THEN 'J01DC02' WHEN 4 THEN 'J07BB02'"
    _lines(
        health, claim, "1", f"{codes} ELSE 'HC-100' END", "day", diagnoses="CASE n % 5 WHEN 0 THEN 'E11.9' ELSE '' END"
    )


def _claim(source: str, claim: str, first: str, last: str, *, owner: str, service_line: str) -> None:
    key = {"partition": f"n % {PARTITIONS}"}
    _insert(
        Claim, source, id=claim, **key, number=f"'B-' || ({claim})", organisation_id=owner,
        provider_claim_no=f"'B' || ({claim})", content_hash=b"", member_number="'M' || n", member_id="n",
        household_id="n", service_line=service_line, service_from=first, service_until=last, lines="1", amount="1000",
        channel="'file'", received_at=AT, sent_by="'bench'",
    )  # fmt: skip
    _insert(
        ClaimVersion, source, **key, claim_id=claim, version="1", state="'adjudicated'", headline="''", **_AMOUNTS,
        cause="'submission'", decided_by="'system'", decided_at=AT, digest=b"",
    )  # fmt: skip


_AMOUNTS = {"submitted": "1000", "undecided": "0", "benefit": "1000", "member_share": "0", "write_off": "0"}


def _lines(source: str, claim: str, line_no: str, service: str, day: str, **more: str) -> None:
    key = {"partition": f"n % {PARTITIONS}", "claim_id": claim, "line_no": line_no}
    texts = {"visit_no": "''", "diagnoses": "''"} | more
    _insert(
        ClaimLine, source, **key, code_system="'fund'", service=service, service_from=day, service_until=day,
        quantity_milli="1000", unit_price="1000", amount="1000", practitioner="''", authorisation_no="''",
        unreadable="''", **texts,
    )  # fmt: skip
    _insert(
        LineVersion, source, **key, version="1", state="'accepted'", headline="''", plan="'x'", **_AMOUNTS, detail={},
    )  # fmt: skip
