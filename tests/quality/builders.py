"""A small fund for quality: 25 home-care cooperatives, one of which comes late; two nurseries; claims for all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from care.models import Attendance, CareGrant, Placement, PlacementSlot, Visit
from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from core import clock, plan
from core.actors import Actor
from core.codes import Service, ServiceLine
from core.db import bulk_insert, db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from members.models import Cover, Household, Member
from procurement.models.contract import Contract, ContractIndicator
from providers.models import Provider, Site
from quality import services
from quality.periods import parse_period
from quality.scoring import life
from quality.scoring.computing import compute_scores

ZONE = ZoneInfo("Africa/Tunis")
AT = dt.datetime(2026, 11, 14, 9, 0, tzinfo=dt.UTC)
PERIOD = parse_period("2026Q3")
PARTS = {
    part: (Path(__file__).parents[2] / "plan" / f"{part}.toml").read_text(encoding="utf-8")
    for part in ("quality", "quality_codes", "audit", "screens", "procurement", "texts")
}
PLAN = PARTS["quality"]
AUDITOR = Actor(None, "auditor", "H. Senuri", frozenset({Role.AUDITOR}))
PROVIDERS, MEMBERS, LATE = 25, 12, 7
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
_spell = {"valid_from": FIRST, "valid_until": LAST}
_zero = {"undecided": 0, "member_share": 0, "write_off": 0}


def number(place: int) -> str:
    return f"P-2026-{place:03d}"


def world() -> dict[str, int]:
    """Provider number → organisation id. Home care: a visit at 8:00 on two weekdays for twelve members of each."""
    with unit_of_work():
        _plan()
        _catalogue()
        found = {number(place): _cooperative(place) for place in range(1, PROVIDERS + 1)}
        for place in range(1, PROVIDERS + 1):
            _visits(place, found[number(place)])
    return found


def scored_world() -> dict[str, int]:
    """Measured and scored by one auditor; every provider was told on the day `AT`."""
    found = world()
    with clock.frozen(AT), unit_of_work():
        services.compute_period(PERIOD, by=AUDITOR)
        compute_scores(PERIOD, by=AUDITOR)
        life.notify(PERIOD.name, by=AUDITOR)
    return found


def with_nursery(found: dict[str, int]) -> None:
    """P-2026-026: twelve children, August billed by the day; each eighth day was never signed out."""
    with unit_of_work():
        found[number(26)] = organisation = _cooperative(26, "childcare")
        site = Site(organisation_id=organisation, number=1, name="Yard", district="North")
        db.session.add(site)
        db.session.flush()
        for place in range(MEMBERS):
            member = _member(26, place, born=dt.date(2023, 5, 1))
            days = [dt.date(2026, 8, day) for day in range(3, 29) if dt.date(2026, 8, day).weekday() < 5]
            for order, day in enumerate(days):
                db.session.add(
                    Attendance(
                        member_id=member, organisation_id=organisation, site_id=site.id, day=day, arrived_minute=480,
                        left_minute=None if (order + place) % 8 == 0 else 960,
                    )
                )  # fmt: skip
            _claim(organisation, member, 90_000 + place, [("CC-100", days[0], days[-1], "")], "childcare")


def with_contacts(found: dict[str, int]) -> None:
    """P-2026-027: forty members with three contacts each; ten of them went elsewhere every time; one is not covered."""
    with unit_of_work():
        found[number(27)] = one = _cooperative(27, "health")
        found[number(28)] = two = _cooperative(28, "health")
        found[number(29)] = three = _cooperative(29, "health")
        for place in range(40):
            member = _member(27, place, born=dt.date(1980, 5, 1))
            if place != 39:
                cover = {"package": "basic", "valid_from": dt.date(2020, 1, 1), "valid_until": None, "basis": "entered"}
                db.session.add(Cover(member_id=member, created_at=AT, **cover))
            for order in range(3):
                owner = (one, two, three)[2 - order] if place < 10 else one
                day = dt.date(2026, 7, 1 + order)
                _claim(owner, member, 95_000 + place * 3 + order, [("HC-100", day, day, "")], "health")


def promise(organisation_id: int, code: str, malus: int = 50) -> None:
    """A contract KPI that the indicator `code` measures; `malus` 0: no money hangs on it."""
    with unit_of_work():
        contract = db.session.query(Contract).filter_by(organisation_id=organisation_id).one()
        row = ContractIndicator(
            contract_id=contract.id, code="C15", source=code, name="Promise", unit="%", committed=Decimal(90),
            direction="up", malus_rate=Decimal(malus), malus_cap=Decimal(1),
        )  # fmt: skip
        db.session.add(row)


def _plan() -> None:
    manager = Actor(None, "manager", "M. Anager", frozenset({Role.PLAN_MANAGER}))
    for part, text in PARTS.items():
        plan.approve(plan.prepare(part, text, valid_from=FIRST, by=manager), by=AUDITOR)


def _catalogue() -> None:
    for place, code in enumerate(("health", "childcare", "long_term_care")):
        db.session.add(ServiceLine(code=code, name=code, position=place))
    db.session.flush()
    for code, line, unit in (
        ("HC-100", "health", "visit"),
        ("CC-100", "childcare", "hour"),
        ("LC-100", "long_term_care", "visit"),
    ):
        db.session.add(Service(code=code, service_line=line, name=code, unit=unit))
    db.session.flush()


def _cooperative(place: int, line: str = "long_term_care") -> int:
    organisation = Organisation(
        number=f"O-2026-{place:03d}", name=f"Cooperative {place}", legal_form="cooperative", register_scheme="tz",
        register_number=f"RC{place}", district="North", created_at=AT,
    )  # fmt: skip
    db.session.add(organisation)
    db.session.flush()
    db.session.add(Provider(organisation_id=organisation.id, number=number(place), state="accredited"))
    signed = {"signed_by_provider": "manager", "signed_by_fund": "chair", "created_at": AT}
    contract = Contract(
        number=f"C-2026-{place:03d}", organisation_id=organisation.id, title="Care", origin="open_list",
        service_line=line, state="active", **signed, **_spell,
    )  # fmt: skip
    db.session.add(contract)
    db.session.flush()
    return organisation.id


def _member(place: int, order: int, born: dt.date = dt.date(1940, 1, 1)) -> int:
    key = place * 1000 + order + 1
    household = {"id": key, "number": f"H-{key}", "district": "North", "partition": key % 64}
    bulk_insert(Household.__table__, [household])
    member = {"id": key, "public_id": f"M{key}", "household_id": key, "born_on": born, "sex": "f", "created_at": AT}
    bulk_insert(Member.__table__, [member])
    return key


def _visits(place: int, organisation: int) -> None:
    """Of every provider a tenth of the visits is late by 40 minutes, of the planted one three tenths."""
    rows, tally = [], 0
    for order in range(MEMBERS):
        member = _member(place, order)
        grant = {"id": member, "number": f"G-{member}", "member_id": member, "service_line": "long_term_care"}
        bulk_insert(CareGrant.__table__, [{**grant, "decided_by": "x", "decided_at": AT, **_spell}])
        placement = {"id": member, "number": f"PL-{member}", "grant_id": member, "member_id": member}
        placement |= {"organisation_id": organisation, "service": "LC-100", "kind": "visit", "state": "accepted"}
        bulk_insert(Placement.__table__, [{**placement, "created_at": AT, **_spell}])
        slot = {"placement_id": member, "starts_minute": 480, "minutes": 60}
        bulk_insert(PlacementSlot.__table__, [{**slot, "weekday": day} for day in (0, 3)])
        first = tally
        for day in days_due():
            tally += 1
            rows.append(_visit(organisation, member, member, day, tally, late_of(place, tally)))
        lines = [("LC-100", day, day, f"V-{first + n}") for n, day in enumerate(days_due(), start=1)]
        _claim(organisation, member, member, lines, "long_term_care")
    bulk_insert(Visit.__table__, [row for row in rows if row])


def days_due() -> list[dt.date]:
    days = [PERIOD.first + dt.timedelta(days=n) for n in range((PERIOD.last - PERIOD.first).days + 1)]
    return [day for day in days if day.weekday() in (0, 3)]


def late_of(place: int, tally: int) -> int | None:
    """Minutes late of a provider's nth visit; None: nobody came."""
    if tally % 50 == 0:
        return None
    if place == LATE and tally % 10 < 3:
        return 45
    return 40 if (tally + place) % 10 == 0 else 30 if tally % 7 == 0 else -30 if tally % 11 == 0 else 5


def _visit(organisation: int, member: int, placement: int, day: dt.date, tally: int, late: int | None):
    if late is None:
        return None
    due = dt.datetime.combine(day, dt.time(8), ZONE).astimezone(dt.UTC)
    start = due + dt.timedelta(minutes=late)
    return {
        "number": f"V-{tally}", "member_id": member, "organisation_id": organisation, "placement_id": placement,
        "service": "LC-100", "worker": f"W{tally % 3}", "due_at": due, "started_at": start,
        "ended_at": start + dt.timedelta(minutes=50), "service_on": day, "place_code": "x", "source": "test",
    }  # fmt: skip


def _claim(organisation: int, member: int, key: int, lines, line: str, paid: int = 5000, **more) -> None:
    """A decided claim; each line asks and gets 5.000, or what is `paid`."""
    amount = paid * len(lines)
    key_of = {"partition": member % 64, "claim_id": key}
    claim = {
        "partition": member % 64, "id": key, "number": f"2026-10-{key:05d}-K", "provider_claim_no": f"A-{key}",
        "content_hash": b"x" * 32, "organisation_id": organisation, "member_number": f"M{member}",
        "member_id": member, "household_id": member, "service_line": line, "service_from": lines[0][1],
        "service_until": lines[-1][2], "lines": len(lines), "amount": amount, "channel": "file", "received_at": AT,
        "sent_by": "x", "note": "", **more,
    }  # fmt: skip
    version = {
        "version": 1, "state": "adjudicated", "headline": "", "submitted": amount, "benefit": amount,
        "cause": "submission", "decided_by": "system", "decided_at": AT, "digest": b"y" * 32, **key_of, **_zero,
    }  # fmt: skip
    asked = [
        {
            "line_no": place, "code_system": "", "service": service, "service_from": first, "service_until": last,
            "quantity_milli": 1000, "unit_price": paid, "amount": paid, "practitioner": "", "authorisation_no": "",
            "visit_no": visit, "diagnoses": "", "unreadable": "", **key_of,
        }
        for place, (service, first, last, visit) in enumerate(lines, start=1)
    ]  # fmt: skip
    decided = {
        "version": 1, "state": "accepted", "headline": "", "plan": "x", "submitted": paid, "benefit": paid,
        "detail": {}, **key_of, **_zero,
    }  # fmt: skip
    bulk_insert(Claim.__table__, [claim])
    bulk_insert(ClaimLine.__table__, asked)
    bulk_insert(ClaimVersion.__table__, [version])
    bulk_insert(LineVersion.__table__, [{**decided, "line_no": row["line_no"]} for row in asked])
