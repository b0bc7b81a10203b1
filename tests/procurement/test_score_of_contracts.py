"""What a quality score is made of and pays stands in the tender, is frozen with it, and goes into the contract."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from core import clock, plan
from core.db import database_clock, db
from core.errors import InputErrors
from core.roles import Role
from procurement.amending import NewTerms, noted, read
from procurement.models.contract import Contract
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.scored import NewScore, next_year, year_began
from procurement.scored import read as read_score
from procurement.services import award, contracts, rules, tenders
from tests.accounts import actor_with, sign_in
from tests.procurement.tendering import CLOSES, DAY, PLAN, START, House, at, awarded, house, published, terms

TEXT = (PLAN / "quality.toml").read_text().replace('sector = "long_term_care"', 'sector = "all"')
NEWER = (
    TEXT.replace("withheld = 0.04", "withheld = 0.05")
    .replace('id = "L-01"\nversion = 2', 'id = "L-01"\nversion = 3')
    .replace("weight = 15", "weight = 25")
)
SIGNING = CLOSES + 30 * DAY


SAMPLES = (PLAN / "samples.toml").read_text()
ONE_SIDED = SAMPLES.replace("sides = 2 ", "sides = 1 ")


def put_in_force(text: str, valid_from: dt.date, part: str = "quality") -> None:
    author, approver = actor_with(Role.PLAN_MANAGER), actor_with(Role.PLAN_MANAGER)
    with at(START - DAY):
        plan.approve(plan.prepare(part, text, valid_from=valid_from, by=author), by=approver)


@pytest.fixture
def people(app: Flask) -> House:
    found = house()
    put_in_force(TEXT, dt.date(2020, 1, 1))
    return found


def contract_of(tender: Tender, people: House) -> Contract:
    with at(SIGNING):
        return award.contract_from_award(queries.awards_of(tender)[0], by=people.officer)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def seen(client: FlaskClient, path: str, instant: dt.datetime) -> bytes:
    with clock.frozen(instant), database_clock(lambda: instant):
        answer = client.get(path)
    assert answer.status_code == 200, answer.text[-2000:]
    return answer.data


@pytest.mark.parametrize("began_on", [dt.date(2024, 2, 29), dt.date(2024, 3, 1)], ids=["leap", "first"])
def test_a_contract_year_begins_on_its_anniversary(began_on: dt.date) -> None:
    assert year_began(began_on, began_on) == began_on
    first = dt.date(2025, 2, 28) if began_on.day == 29 else dt.date(2025, 3, 1)
    assert year_began(began_on, first) == first
    assert year_began(began_on, first - DAY) == began_on
    assert next_year(began_on, began_on) == first


def test_the_weights_of_a_table_are_a_hundred_and_gates_stand_in_it(people: House) -> None:
    with at(START):
        tender = tenders.draft_tender(terms(people), by=people.officer)
    table = read_score(tender.score_terms)
    assert table is not None
    assert sum(row.weight for row in table.indicators) == 100
    assert {row.id for row in table.indicators if row.is_gate} == {"X-02", "X-03"}
    assert (table.plan_version, table.published_after) == (1, 45 + 30 + 45)
    assert len(table.sha256) == 64


def test_a_measure_that_a_promise_pays_for_has_no_weight(people: House) -> None:
    with at(START):
        paid = tenders.draft_tender(terms(people, performance=["C15"]), by=people.officer)
    table = read_score(paid.score_terms)
    assert table is not None
    promised = {row.source for row in rules.follow_ups_of(paid).values() if row.source}
    assert promised
    assert {row.id for row in table.indicators if not row.weight and not row.is_gate} == promised
    assert sum(row.weight for row in table.indicators) == 100


def test_page_public_notice_and_document_of_a_tender_carry_the_table(people: House, client: FlaskClient) -> None:
    tender = published(people)
    sign_in(client, Role.PROCUREMENT_OFFICER)
    papers = [f"/tenders/{tender.number}", f"/public/tenders/{tender.number}"]
    for body in [seen(client, path, START).decode() for path in papers]:
        assert "Quality score and what it pays" in body
        for said in ("On-time visits", "L-01", "version 2 of the definition", "75 to 97", "town or country",
                     "4 % of the accepted value", "3 % of the accepted value", "a score of 50", "a score of 80",
                     "a score of 95", "120 days after its quarter", "by 29 July 2027",
                     "version 1, approved on"):  # fmt: skip
            assert said in body, said
    assert f"/quality/scores/simulations/tenders/{tender.number}" in seen(client, papers[0], START).decode()
    printed = text_of(seen(client, f"/tenders/{tender.number}/document.pdf", START))
    for said in ("Quality score and what it pays", "L-01", "version 2 of the definition", "75 to 97", "Weight of 100",
                 "4 % of the accepted value", "by 29 July 2027"):  # fmt: skip
        assert said in printed, said


def test_what_a_tender_announced_stands_in_the_contract_whatever_the_plan_says_since(
    people: House, client: FlaskClient
) -> None:
    tender = awarded(people)
    announced = tender.score_terms
    put_in_force(NEWER, dt.date(2026, 6, 1))
    contract = contract_of(tender, people)
    assert tender.score_terms == announced
    assert [(row.valid_from, row.terms) for row in contract.scores] == [(contract.valid_from, announced)]
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert "Quality score and what it pays" in seen(client, f"/contracts/{contract.number}", SIGNING).decode()
    printed = text_of(seen(client, f"/contracts/{contract.number}/contract.pdf", SIGNING))
    assert "L-01, version 2 of the definition" in printed
    assert "4 % of the accepted value" in printed


def test_tender_and_contract_print_by_which_rule_a_sample_takes_money_back(people: House, client: FlaskClient) -> None:
    put_in_force(SAMPLES, dt.date(2020, 1, 1), "samples")
    tender = awarded(people)
    put_in_force(ONE_SIDED, dt.date(2020, 1, 1), "samples")
    contract = contract_of(tender, people)
    sign_in(client, Role.PROCUREMENT_OFFICER)
    told = "lower limit at 90 %, two-sided, at least what was found, at most what was paid; only if it is above 5 %"
    papers = [f"/tenders/{tender.number}/document.pdf", f"/contracts/{contract.number}/contract.pdf"]
    pages = [f"/public/tenders/{tender.number}", f"/contracts/{contract.number}"]
    said = [text_of(seen(client, path, SIGNING)) for path in papers]
    said += [seen(client, path, SIGNING).decode() for path in pages]
    for one in said:
        assert "Taken back after an audit by sample" in one
        assert told in one
        assert "at least 30 lines were looked at, and 5 of them were overpaid" in one


def test_a_table_from_before_the_recovery_rule_still_reads(people: House) -> None:
    with at(START):
        raw = tenders.draft_tender(terms(people), by=people.officer).score_terms
    table = read_score({name: value for name, value in raw.items() if name != "recovery"})
    assert table is not None
    assert table.recovery is None
    assert read_score(raw) == table


def test_a_later_year_takes_another_table_by_an_amendment_and_a_running_one_does_not(
    people: House, client: FlaskClient
) -> None:
    contract = contract_of(awarded(people), people)
    with at(SIGNING):
        manager = actor_with(Role.PROVIDER_MANAGER, organisation_id=contract.organisation_id)
        contracts.sign(contract, by=manager)
        contracts.sign(contract, by=people.officer)
    put_in_force(NEWER, dt.date(2027, 6, 1))
    in_year, next_one = dt.date(2027, 7, 1), dt.date(2028, 1, 1)
    now = dt.datetime(2027, 6, 20, 9, tzinfo=dt.UTC)
    with pytest.raises(InputErrors, match="within a contract year"), at(now):
        contracts.draft_amendment(brought(contract, in_year), by=people.officer)
    with at(now):
        row = contracts.draft_amendment(brought(contract, next_one), by=people.officer)
    assert ("Quality: held back and bonus, per cent", "4, 3", "5, 3") in {
        (one["label"], one["before"], one["after"]) for one in row.changes
    }
    with at(now):
        contracts.approve_amendment(row, by=people.second)
    with at(now):
        contracts.accept_amendment(row, by=manager)
    assert [version_on(contract, day) for day in (next_one - DAY, next_one)] == [1, 2]
    printed = text_of(signed_paper(client, contract, now))
    assert "L-01, version 2 of the definition" in printed
    assert "L-01, version 3 of the definition" in printed


def test_an_officer_ticks_it_on_the_form_of_amendments(people: House, client: FlaskClient) -> None:
    contract = contract_of(awarded(people), people)
    with at(SIGNING):
        contracts.sign(contract, by=actor_with(Role.PROVIDER_MANAGER, organisation_id=contract.organisation_id))
        contracts.sign(contract, by=people.officer)
    put_in_force(NEWER, dt.date(2027, 6, 1))
    now, path = dt.datetime(2027, 6, 20, 9, tzinfo=dt.UTC), f"/contracts/{contract.number}/amendments/new"
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert "the next begins on" in seen(client, path, now).decode()
    form = {"code": "mod-rev", "effective_from": "2028-01-01", "reason": "The plan of 2027.", "score": "yes"}
    with clock.frozen(now), database_clock(lambda: now):
        late = client.post(path, data={**form, "effective_from": "2027-09-01"})
        assert "The next one begins on 2028-01-01" in late.text
        assert client.post(path, data=form).status_code == 303
    db.session.expire_all()
    assert read(contract.amendments[0].terms).score is not None


def test_terms_of_an_amendment_are_read_as_they_were_noted(people: House) -> None:
    with at(START):
        table = read_score(tenders.draft_tender(terms(people), by=people.officer).score_terms)
    assert table is not None
    brought = NewTerms(promises={}, score=NewScore(table, dt.date(2028, 1, 1)))
    assert read(noted(brought)) == brought


def brought(contract: Contract, on: dt.date) -> contracts.Proposal:
    terms = NewTerms(score=rules.new_score(contract, on))
    return contracts.Proposal(contract, "mod-rev", terms, on, "The plan of 2027.")


def version_on(contract: Contract, day: dt.date) -> int:
    found = contract.score_on(day)
    assert found is not None
    return found.plan_version


def signed_paper(client: FlaskClient, contract: Contract, instant: dt.datetime) -> bytes:
    sign_in(client, Role.PROCUREMENT_OFFICER)
    return seen(client, f"/contracts/{contract.number}/contract.pdf", instant)
