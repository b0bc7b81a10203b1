from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from claims import documents, services
from claims.facts import PART
from claims.models import Claim
from core import plan
from core.codes import CodeValue
from core.db import db, unit_of_work
from core.errors import InputErrors
from members.models import OtherCover
from providers.models import Professional, Site
from tests.claims.builders import _MANAGER, AT, FIRST, OFFICER, PLAN, ZONE, Fund, claim, line


def needing(more: str) -> None:
    """The small fund's plan, the consultation with more needs, in force a day later."""
    with unit_of_work():
        text = PLAN.replace('name = "Consultation"', f'name = "Consultation"\n{more}')
        later = FIRST + dt.timedelta(days=1)
        plan.approve(plan.prepare(PART, text, valid_from=later, by=_MANAGER), by=OFFICER)


def codes_of(fund: Fund, number: str, **more: Any) -> list[str]:
    lines = [replace(line(), **more.pop("line", {}))]
    with unit_of_work():
        sent = claim(fund, number, *lines, **more)
        decided = services.dry_run(sent, by=OFFICER, at=AT, zone=ZONE)
        return [found.code for found in decided.lines[0].findings if found.code[:3] != "PRC"]


def test_a_place_for_out_patients_is_told_by_its_site(fund: Fund) -> None:
    needing('setting = "inpatient"')
    with unit_of_work():
        site = Site(organisation_id=fund.blue, number=1, name="Post", district="North", facility="outpatient")
        db.session.add(site)
        db.session.flush()
        site_id = site.id
    assert codes_of(fund, "A-1", site_id=site_id) == ["PRV-03"]
    assert codes_of(fund, "A-2") == []


def test_the_register_of_professionals_is_read_for_the_service_date(fund: Fund) -> None:
    needing("needs_professional = true")
    with unit_of_work():
        db.session.add(Professional(number="DR-1", valid_from=FIRST, valid_until=dt.date(2026, 11, 3)))
        db.session.add(Professional(number="DR-2", valid_from=FIRST, valid_until=dt.date(2026, 11, 2)))
    given = {who: codes_of(fund, f"A-{who}", line={"practitioner": who}) for who in ("DR-1", "DR-2", "DR-9", "")}
    assert given == {"DR-1": [], "DR-2": ["PRV-04"], "DR-9": ["PRV-04"], "": ["PRV-04"]}


def test_a_practitioner_who_is_in_no_register_passes_where_the_plan_asks_for_none(fund: Fund) -> None:
    assert codes_of(fund, "A-1", line={"practitioner": "1234567890"}) == []


def test_another_payer_goes_first_for_its_service_line(fund: Fund) -> None:
    with unit_of_work():
        for member_id, service_line in ((1, "health"), (2, "care")):
            other = {"payer": "Sailors", "service_line": service_line, "valid_from": FIRST, "created_at": AT}
            db.session.add(OtherCover(member_id=member_id, **other))
    assert codes_of(fund, "A-1") == ["MEM-07"]
    assert codes_of(fund, "A-2", member=fund.child) == []


def test_a_referral_and_the_type_of_visit_are_stored_and_read(fund: Fund) -> None:
    needing("needs_referral = true")
    assert codes_of(fund, "A-1") == ["BEN-09"]
    assert codes_of(fund, "A-2", visit_type="emergency") == []
    with unit_of_work():
        services.submit(claim(fund, "A-3", referral_no="R-7", stated_total=10_000), by=OFFICER, at=AT, zone=ZONE)
        stored = db.session.query(Claim).one()
        assert (stored.referral_no, stored.visit_type, stored.stated_total) == ("R-7", "", 10_000)


def test_the_total_on_the_claim_is_compared_with_its_lines(fund: Fund) -> None:
    assert codes_of(fund, "A-1", stated_total=10_001) == ["ADM-06"]
    assert codes_of(fund, "A-2", stated_total=10_000) == []


@pytest.mark.parametrize(("diagnosis", "found"), [("J06", []), ("Q99", ["CLI-02"])], ids=["known", "unknown"])
def test_diagnoses_are_looked_up_where_the_fund_keeps_a_table(fund: Fund, diagnosis: str, found: list[str]) -> None:
    assert codes_of(fund, "A-0", line={"diagnoses": (diagnosis,)}) == []
    with unit_of_work():
        db.session.add(CodeValue(system="ICD-10", code="J06", valid_from=FIRST))
    assert codes_of(fund, "A-1", line={"diagnoses": (diagnosis,)}) == found


def test_a_needed_document_is_asked_for_and_then_was_not_in_time(fund: Fund) -> None:
    needing('documents = [{ name = "Bill", days = 10 }]')
    assert codes_of(fund, "A-1") == ["ADM-08"]
    assert codes_of(fund, "A-2", received_at=AT - dt.timedelta(days=11)) == ["ADM-09"]


def test_a_document_that_comes_in_time_decides_the_claim_and_one_that_does_not_denies_it(fund: Fund) -> None:
    needing('documents = [{ name = "Bill", days = 10 }]')
    with unit_of_work():
        first = services.submit(claim(fund, "A-1"), by=OFFICER, at=AT, zone=ZONE)
        other = claim(fund, "A-2", line(on=dt.date(2026, 11, 4)))
        second = services.submit(other, by=OFFICER, at=AT, zone=ZONE)
        assert [first.state, second.state] == ["pended", "pended"]
        for name in ("Letter", ""):
            with pytest.raises(InputErrors, match="needs: Bill"):
                documents.attach(first.number, name, b"%PDF-1", "bill.pdf", by=OFFICER, at=AT, zone=ZONE)
        documents.attach(first.number, "Bill", b"%PDF-1", "bill.pdf", by=OFFICER, at=AT, zone=ZONE)
    with unit_of_work():
        assert services.locked(first.number).state == "adjudicated"
        assert documents.decide_overdue(by=OFFICER, at=AT + dt.timedelta(days=10), zone=ZONE) == 0
        assert documents.decide_overdue(by=OFFICER, at=AT + dt.timedelta(days=11), zone=ZONE) == 1
        assert services.locked(second.number).state == "denied"
