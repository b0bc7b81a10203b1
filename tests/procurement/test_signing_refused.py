"""From the contract drawn to the tender closed: who signs when, who does not, and what must end first."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from core import audit
from core.db import db
from core.errors import DomainError, InputErrors
from core.roles import Role
from procurement.models.contract import Contract
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.queries.court import contracts_of
from procurement.services import award, closing, complaints, contracts
from tests.accounts import actor_with
from tests.procurement.tendering import House, at, awarded, house
from tests.procurement.test_awarding import decided, proposed
from tests.procurement.test_tender_pages import browsing, ok

DAY = dt.timedelta(days=1)
OVER = dt.datetime(2026, 4, 21, 8, tzinfo=dt.UTC)  # the day after the last day of standstill


@pytest.fixture
def people(app: Flask) -> House:
    return house()


@pytest.fixture
def drawn(people: House) -> Tender:
    tender = awarded(people)
    with at(OVER):
        for row in queries.awards_of(tender):
            award.contract_from_award(row, by=people.officer)
    return tender


def test_a_winner_who_refuses_is_passed_over_and_the_next_is_awarded_anew(people: House, drawn: Tender) -> None:
    lot, first = drawn.lots[0], queries.awards_of(drawn)[0]
    with at(OVER + DAY):
        award.record_signing_refusal(first, "refused", "By letter of 22 April.", by=people.officer)
    assert (first.state, lot.state, drawn.state) == ("annulled", "ranked", "ranked")
    assert first.set_aside_code == "signingRefusal"
    assert [row.state for row in contracts_of(drawn)] == ["lapsed", "drawn"]
    second = decided(proposed(lot, people, OVER + 2 * DAY), people, OVER + 3 * DAY)
    assert (second.bid.organisation.name, list(second.grounds.values())) == ("Unit 2", ["not_signed"])
    assert len(second.letters) == 2
    assert second.standstill_until > OVER.date() + 3 * DAY
    with pytest.raises(DomainError, match="standstill lasts"), at(OVER + 4 * DAY):
        award.contract_from_award(second, by=people.officer)
    with at(OVER + 20 * DAY):
        award.contract_from_award(second, by=people.officer)
    assert drawn.state == "contracted"
    assert "award.set_aside" in [row.act for row in audit.entries(drawn.stream)]
    assert not list(audit.verify())


def test_late_is_late_only_after_the_last_day_to_sign(people: House, drawn: Tender) -> None:
    first = queries.awards_of(drawn)[0]
    last_day = OVER + 14 * DAY
    with pytest.raises(InputErrors, match="until 2026-05-05"), at(last_day):
        award.record_signing_refusal(first, "late", "Called twice.", by=people.officer)
    for how, reason in (("", "Because."), ("refused", "  ")):
        with pytest.raises(InputErrors), at(last_day):
            award.record_signing_refusal(first, how, reason, by=people.officer)
    with at(last_day + DAY):
        award.record_signing_refusal(first, "late", "Called twice.", by=people.officer)
    assert first.state == "annulled"


def test_who_has_signed_is_not_set_aside(people: House, drawn: Tender) -> None:
    first, contract = queries.awards_of(drawn)[0], contracts_of(drawn)[0]
    with at(OVER):
        contracts.sign(contract, by=people.bidders[0])
    with pytest.raises(DomainError, match="has signed"), at(OVER + 30 * DAY):
        award.record_signing_refusal(first, "late", "Called twice.", by=people.officer)


def test_when_nobody_else_is_left_the_lot_ends_and_the_tender_stands_with_its_other_contract(
    people: House, drawn: Tender
) -> None:
    for number in (1, 2):
        row = queries.living_award(drawn.lots[0])
        with at(OVER + number * 20 * DAY):
            if row.state == "decided":
                award.contract_from_award(row, by=people.officer)
            award.record_signing_refusal(row, "refused", "By letter.", by=people.officer)
        if number == 1:
            decided(proposed(drawn.lots[0], people, OVER + 21 * DAY), people, OVER + 22 * DAY)
    with pytest.raises(DomainError, match="Nobody of the ranking"):
        proposed(drawn.lots[0], people, OVER + 50 * DAY)
    with at(OVER + 50 * DAY):
        award.end_lot(drawn.lots[0], "no-signed", "Neither of them signed.", by=people.officer)
    assert drawn.state == "contracted"


def test_the_page_records_it_says_the_guarantee_and_offers_the_next(
    client: FlaskClient, people: House, drawn: Tender
) -> None:
    url = f"/tenders/{drawn.number}/lots/1/award"
    with browsing(client, people.officer, OVER + DAY) as browser:
        assert "The winner signs until" in ok(browser.get(url))
        late = browser.post(url, data={"answer": "set_aside", "how": "late", "refusal": "Called."})
        assert late.status_code == 422
        assert "Called." in late.get_data(as_text=True)
        ok(browser.post(url, data={"answer": "set_aside", "how": "refused", "refusal": "By letter."}))
        page = ok(browser.get(url))
        for words in ("no longer stands", "By letter.", "none was due", "did not sign", "Unit 2"):
            assert words in page, words


def test_a_company_that_does_not_sign_may_lose_its_guarantee(people: House, drawn: Tender) -> None:
    first = queries.awards_of(drawn)[0]
    part = next(row for row in first.bid.parts if row.envelope == "quality" and not row.document)
    shown = {"issuer": "Salt Bank", "number": "G-7", "amount": "2000000", "valid_until": "2026-12-31"}
    with at(OVER):
        part.content = {**part.content, "securities": {"guarantee": shown}}
        award.record_signing_refusal(first, "refused", "By letter.", by=people.officer)
    assert award.guarantee_of(drawn.lots[0]) == shown


@pytest.mark.parametrize("roles", [(Role.ADMINISTRATOR,), (Role.ADMINISTRATOR, Role.PROCUREMENT_OFFICER)])
def test_nobody_signs_early_or_with_a_complaint_open_not_even_an_administrator(
    client: FlaskClient, people: House, roles: tuple[Role, ...]
) -> None:
    tender = awarded(people)
    with at(OVER - 3 * DAY):
        row = complaints.complain(tender, "decision", "Misread.", by=people.bidders[1], lot=tender.lots[0])
    with at(OVER):
        award.contract_from_award(queries.awards_of(tender)[0], by=people.officer)
    (contract,) = contracts_of(tender)
    key, number, complaint, root = contract.id, contract.number, row.number, actor_with(*roles)
    for day in ("2026-04-20", "2026-04-01"):
        with pytest.raises(DomainError), at(dt.datetime.fromisoformat(f"{day}T22:00+00:00")):
            contracts.sign(contract, by=root)
        assert refuses(f"UPDATE contract SET signed_by_fund = 'x', signing_began_on = '{day}' WHERE id = {key}")
    assert refuses(f"UPDATE contract SET signed_by_fund = 'x' WHERE id = {key}")
    assert not refuses(f"UPDATE complaint SET state = 'pending' WHERE number = '{complaint}'")  # after it was drawn
    with pytest.raises(DomainError, match="not settled"), at(OVER):
        contracts.sign(contract, by=people.officer)
    assert refuses(f"UPDATE contract SET signed_by_fund = 'x', signing_began_on = '2026-04-21' WHERE id = {key}")
    with browsing(client, root, OVER) as browser:
        assert browser.post(f"/contracts/{number}/sign").status_code in (403, 409)
    assert db.session.get_one(Contract, key).signed_by_fund is None


def refuses(statement: str) -> bool:
    """Whether the database itself refuses what someone types into it."""
    db.session.rollback()
    try:
        with db.engine.begin() as connection:
            connection.execute(sa.text(statement))
    except IntegrityError:
        return True
    return False


def test_a_tender_is_closed_when_its_contracts_have_ended_and_not_before(
    client: FlaskClient, people: House, drawn: Tender
) -> None:
    url = f"/tenders/{drawn.number}"
    last_day = drawn.ends_on
    with browsing(client, people.officer, OVER) as browser:
        page = ok(browser.get(url))
        assert "is not signed" in page
        assert 'name="acceptance"' not in page
        assert browser.post(f"{url}/close", data={"acceptance": "All given."}).status_code == 409
    for contract in contracts_of(drawn):
        with at(OVER):
            contracts.sign(contract, by=people.bidders[0])
            contracts.sign(contract, by=people.officer)
    with (
        pytest.raises(DomainError, match=r"runs until 2028-12-31"),
        at(dt.datetime.combine(last_day, dt.time(12), dt.UTC)),
    ):
        closing.close(drawn, reason="All given.", by=people.officer)
    after = dt.datetime.combine(last_day + DAY, dt.time(12), dt.UTC)
    with browsing(client, people.officer, after) as browser:
        assert 'name="acceptance"' in ok(browser.get(url))
        assert browser.post(f"{url}/close", data={"acceptance": " "}).status_code == 422
        ok(browser.post(f"{url}/close", data={"acceptance": "All visits were given."}))
        assert "All visits were given." in ok(browser.get(url))
    assert queries.tender_by_number(drawn.number).state == "closed"
