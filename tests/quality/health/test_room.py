"""Readers over the database: whose discharges and children count, what has no source, and where a case leads."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import update

from care.models import CareGrant, Placement, Stay
from claims.models import Claim, LineVersion
from core import clock
from core.db import bulk_insert, db, unit_of_work
from core.roles import Role
from members.models import Cover
from procurement.models.contract import Contract, ContractLine
from quality import case_blocks, services
from quality.findings import NEEDS
from quality.indicators import READERS
from quality.plan import parse
from quality.queries import runs
from tests.accounts import sign_in
from tests.quality import builders
from tests.quality.builders import AUDITOR, PERIOD, number

A, B = 41, 42  # P-2026-041 with 26 members, P-2026-042 with 24
BACK = 6


@pytest.fixture
def fund(app) -> dict[str, int]:
    """Each member sees its provider once and lies in hospital from 1 to 5 March; six of A's are back on the 20th."""
    with unit_of_work():
        builders._plan()
        builders._catalogue()
        found = {number(place): builders._cooperative(place, "health") for place in (A, B)}
        for place, members in ((A, 26), (B, 24)):
            for order in range(members):
                member = insured(place, order)
                seen(found[number(place)], member, place * 100 + order)
                hospital(member, "S-1", (3, 1), (3, 5))
                if place == A and order < BACK:
                    hospital(member, "S-2", (3, 20), (3, 25))
    return found


def insured(place: int, order: int, born: dt.date = dt.date(1960, 5, 1)) -> int:
    member = builders._member(place, order, born=born)
    cover = {"package": "basic", "valid_from": dt.date(2020, 1, 1), "valid_until": None, "basis": "entered"}
    db.session.add(Cover(member_id=member, created_at=builders.AT, **cover))
    return member


def seen(organisation: int, member: int, key: int, service: str = "HC-100", day: dt.date = dt.date(2026, 2, 1)) -> None:
    builders._claim(organisation, member, key, [(service, day, day, "")], "health")


def hospital(member: int, reference: str, since: tuple[int, int], until: tuple[int, int]) -> None:
    row = {"member_id": member, "reference": reference, "diagnosis": "I50.0", "discharge_group": "M12"}
    days = {"admitted_on": dt.date(2026, *since), "discharged_on": dt.date(2026, *until)}
    bulk_insert(Stay.__table__, [row | days])


def computed(indicator: str):
    with clock.frozen(builders.AT), unit_of_work():
        run = services.compute_run(indicator, PERIOD, by=AUDITOR)
    return run, {row.provider: row for row in runs.results_of(run.id)}


def test_discharges_belong_to_the_provider_seen_and_25_of_them_are_enough(fund):
    run, rows = computed("H-01")
    a, b = rows[number(A)], rows[number(B)]
    assert (a.initial, a.numerator, b.initial, b.numerator) == (26 + BACK, BACK, 24, 0)
    # six of 56 discharges came back, in strata too small to stand alone
    assert (a.denominator, b.denominator) == (pytest.approx(6 * 32 / 56), pytest.approx(6 * 24 / 56))
    assert a.value == pytest.approx(6 / (6 * 32 / 56))
    assert (b.value, b.reason) == (None, "insufficient")
    back = case_blocks.cases_of(run.id, fund[number(A)]).filter("is_numerator")
    assert set(back["evidence_reference"]) == {"S-2"}
    assert set(back["stratum"]) == {"065-074 f 0 medical"}


def test_admissions_that_primary_care_avoids_stand_over_person_years(fund):
    _run, rows = computed("H-02")
    a, b = rows[number(A)], rows[number(B)]
    assert (a.numerator, b.numerator) == (26 + BACK, 24)
    assert a.denominator == pytest.approx((32 + 24) * 26 / 50)
    assert a.denominator + b.denominator == pytest.approx(32 + 24)
    assert (a.persons, b.persons) == (26, 24)


@pytest.mark.parametrize("what", ["restricted", "denied", "late"])
def test_a_contact_that_must_not_count_attributes_nobody(fund, what):
    member = A * 1000 + 1
    with unit_of_work():
        claim = db.session.query(Claim).filter_by(member_id=member)
        if what == "restricted":
            claim.update({"is_restricted": True})
        elif what == "late":
            claim.update({"received_at": dt.datetime(2026, 11, 16, tzinfo=dt.UTC)})
        else:
            refuse(claim.one())
    _run, rows = computed("H-01")
    assert rows[number(A)].initial == 26 + BACK - 2


def refuse(claim: Claim) -> None:
    key = {"partition": claim.partition, "claim_id": claim.id, "version": 1, "line_no": 1}
    line = db.session.get_one(LineVersion, tuple(key.values()))
    values = {column.key: getattr(line, column.key) for column in LineVersion.__table__.columns}
    db.session.rollback()
    number_of_denial = {"version": 2, "state": "denied", "benefit": 0, "write_off": 5000}
    decision = builders.ClaimVersion.__table__
    before = dict(db.session.execute(decision.select().where(decision.c.claim_id == key["claim_id"])).mappings().one())
    bulk_insert(decision, [before | number_of_denial])
    bulk_insert(LineVersion.__table__, [values | number_of_denial])


@pytest.mark.parametrize("indicator", ["H-04", "H-05", "H-06", "H-07", "L-06", "L-08"])
def test_what_no_contract_prices_and_nobody_in_care_has_no_source(fund, indicator):
    run, rows = computed(indicator)
    assert (run.has_source, run.cases, rows) == (False, 0, {})


def test_stays_without_a_diagnosis_are_no_source(fund):
    with unit_of_work():
        db.session.execute(update(Stay).values(diagnosis=""))
    assert not computed("H-01")[0].has_source
    assert not computed("H-02")[0].has_source


def price(organisation: int, *services_: str) -> None:
    contract = db.session.query(Contract).filter_by(organisation_id=organisation).one()
    days = {"valid_from": builders.FIRST, "valid_until": builders.LAST}
    lines = [ContractLine(contract_id=contract.id, service=code, rate=Decimal(1), **days) for code in services_]
    db.session.add_all(lines)


def test_children_and_mothers_lead_to_their_claim_lines(fund):
    organisation = fund[number(A)]
    with unit_of_work():
        price(organisation, "HC-150", "HC-155", "HC-170")
        child = insured(A, 200, born=dt.date(2024, 8, 1))
        seen(organisation, child, 9_000)
        for order in range(5):
            seen(organisation, child, 9_001 + order, "HC-170", dt.date(2024 + order // 3, 9 + order % 3, 1))
        mother = insured(A, 201)
        for order, day in enumerate(
            (dt.date(2025, 12, 1), dt.date(2026, 2, 1), dt.date(2026, 4, 1), dt.date(2026, 6, 1))
        ):
            seen(organisation, mother, 9_010 + order, "HC-150", day)
        seen(organisation, mother, 9_020, "HC-155", dt.date(2026, 8, 1))
    for indicator, on, claim in (
        ("H-06", dt.date(2026, 8, 1), "2026-10-09005-K"),
        ("H-07", dt.date(2026, 8, 1), "2026-10-09020-K"),
    ):
        run, rows = computed(indicator)
        case = case_blocks.cases_of(run.id, organisation).row(0, named=True)
        assert (rows[number(A)].numerator, rows[number(A)].denominator) == (1, 1)
        assert (case["evidence_on"], case["claim_number"], case["line_no"]) == (on, claim, 1)


def test_emergencies_and_admissions_of_members_in_care_belong_to_the_contract_holder(fund):
    with unit_of_work():
        home = builders._cooperative(43)
        member = A * 1000 + 1
        days = {"valid_from": builders.FIRST, "valid_until": builders.LAST}
        grant = {"id": 7, "number": "G-7", "member_id": member, "service_line": "long_term_care", "care_level": 3}
        bulk_insert(CareGrant.__table__, [{**grant, "decided_by": "x", "decided_at": builders.AT, **days}])
        placed = {"id": 7, "number": "PL-7", "grant_id": 7, "member_id": member, "organisation_id": home}
        placed |= {"service": "LC-100", "kind": "visit", "state": "accepted", "created_at": builders.AT}
        bulk_insert(Placement.__table__, [placed | days])
        seen(fund[number(B)], member, 9_100, day=dt.date(2026, 6, 1))
        db.session.execute(update(Claim).where(Claim.id == 9_100).values(visit_type="emergency"))
    run, rows = computed("L-06")
    (row,) = rows.values()
    assert (row.provider, row.numerator, row.denominator, row.persons) == (number(43), 3, pytest.approx(3), 1)
    events = case_blocks.cases_of(run.id, row.organisation_id).filter("is_numerator").sort("evidence_on")
    assert events["finding"].to_list() == ["admitted", "admitted", "emergency"]
    assert events["claim_number"].to_list() == ["", "", "2026-10-09100-K"]
    assert set(events["stratum"]) == {"065-074 f 3"}


def test_a_page_without_a_source_names_what_is_missing(fund, client):
    sign_in(client, Role.AUDITOR)
    computed("H-05")
    page = client.get("/quality/indicators/H-05/2026Q3").text
    assert "No source." in page
    assert "It needs medicines billed by their ATC code." in page


def test_what_is_missing_is_known_for_every_reader_that_may_have_no_source():
    numerators = {indicator.numerator for indicator in parse(builders.PLAN).indicators}
    assert set(NEEDS) <= numerators
    assert {
        numerator
        for (_denominator, numerator), reader in READERS.items()
        if reader.read.__module__.endswith(".claimed")
    } <= set(NEEDS)
