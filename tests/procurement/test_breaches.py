"""A breach: reported by one officer, answered in time, decided by another, paid for once nobody can appeal."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from core import audit
from core.accounts.models import Account
from core.actors import Actor
from core.config import fund
from core.db import db, unit_of_work
from core.errors import DomainError, Forbidden, InputErrors
from core.outbox import OutboxMessage
from core.roles import Role
from core.states import IllegalStep
from payments import ledger
from payments.models import Payable
from procurement import calendar
from procurement.models.breach import Breach
from procurement.models.contract import Contract
from procurement.models.evaluation import Award
from procurement.models.penalty import ContractPenalty
from procurement.penalties import Clause
from procurement.queries import breaches as queries
from procurement.queries import tenders as tender_queries
from procurement.services import admission, award, breaches
from procurement.services.breaches import Report, Upload
from procurement.services.contracts import TariffLine, draw_contract, sign
from procurement.states.breach import GROUND
from tests.accounts import account_with, actor_with
from tests.procurement import tendering
from tests.procurement.builders import manager, officer, terms
from tests.procurement.tendering import PLAN, House, at, awarded
from tests.procurement.test_contract_amendments import put_in_force, running
from tests.providers.builders import PDF, accredited, catalogue, today

OVER = dt.datetime(2026, 4, 21, 8, tzinfo=dt.UTC)  # the day after the last day of standstill
MICROSECOND, DAY = dt.timedelta(microseconds=1), dt.timedelta(days=1)
VALUE, PENALTY = 86_400_000, 1_728_000  # the contract's budget; its clause asks 2 %


@pytest.fixture
def contract(app: Flask) -> Contract:
    """Drawn and signed here, so that it has the clause of the plan."""
    catalogue()
    put_in_force("procurement")
    organisation_id = accredited()
    with unit_of_work():
        row = draw_contract(terms(organisation_id), by=officer())
        sign(row, by=manager(organisation_id))
        sign(row, by=officer())
    return row


def reported(contract: Contract, by: Actor | None = None, **said: object) -> Breach:
    values: dict[str, object] = {"code": "contractBreach", "facts": "No visit on 3 March.", **said}
    with unit_of_work():
        return breaches.report(Report(contract, **values), by=by or officer())  # type: ignore[arg-type]


def answered(contract: Contract) -> Breach:
    row = reported(contract)
    with unit_of_work():
        breaches.answer(row, "The road was flooded.", by=manager(contract.organisation_id))
    return row


def found(contract: Contract, *, is_penalised: bool = True) -> Breach:
    row = answered(contract)
    with unit_of_work():
        breaches.decide(row, "satisfy", "Other roads were open.", by=officer(), is_penalised=is_penalised)
    return row


def appealed(contract: Contract) -> Breach:
    row = found(contract)
    with unit_of_work():
        breaches.appeal(row, "They were not.", by=manager(contract.organisation_id))
    return row


def owed() -> list[tuple[str, int]]:
    rows = db.session.execute(sa.select(Payable.business_key, Payable.amount).order_by(Payable.id))
    return [(row[0], row[1]) for row in rows]


def late(instant: dt.datetime | None) -> dt.datetime:
    assert instant is not None
    return instant + MICROSECOND


def test_the_provider_is_told_and_has_its_working_days(contract: Contract) -> None:
    row = reported(contract)
    rules = calendar.parse((PLAN / "procurement.toml").read_text())
    zone, day, left = fund().zone, today(), 3
    while left:
        day += DAY
        left -= rules.is_working(day)
    assert row.answer_due_at.astimezone(zone).replace(tzinfo=None) == dt.datetime.combine(day, dt.time.max)
    mail = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.template == "breach")).one()
    assert mail.arguments["number"] == row.number
    assert "flooded" not in str(mail.arguments)
    assert not list(audit.verify())


def test_three_steps_by_three_people_find_a_breach(contract: Contract) -> None:
    row = found(contract)
    assert (row.state, row.penalty) == ("satisfied", PENALTY)
    assert [one.number for one in queries.sanctions([contract.organisation_id], today(), officer())] == [row.number]
    assert queries.sanctions([contract.organisation_id], today() + 1200 * DAY, officer()) == []
    assert owed() == [], "the provider may still appeal"


@pytest.mark.parametrize("action", ["find_no_violation", "find_lack_of_evidence"])
def test_what_is_declined_speaks_against_nobody(contract: Contract, action: str) -> None:
    row = answered(contract)
    with unit_of_work():
        breaches.decide(row, action, "The road was closed.", by=officer())
    assert queries.sanctions([contract.organisation_id], today(), officer()) == []
    with pytest.raises(IllegalStep), unit_of_work():
        breaches.appeal(row, "x", by=manager(contract.organisation_id))


def test_who_reported_does_not_decide_nor_does_the_provider(contract: Contract) -> None:
    author = officer()
    row = reported(contract, by=author)
    with unit_of_work():
        breaches.answer(row, "No.", by=manager(contract.organisation_id))
    own_officer = Actor(None, "p", "P", frozenset({Role.PROCUREMENT_OFFICER}), contract.organisation_id)
    for who in (author, own_officer, manager(contract.organisation_id), actor_with(Role.COMPLAINTS_OFFICER)):
        with pytest.raises(Forbidden), unit_of_work():
            breaches.decide(row, "find_no_violation", "x", by=who)
    with pytest.raises(Forbidden), unit_of_work():
        breaches.report(Report(contract, "contractBreach", "x"), by=manager(contract.organisation_id))
    for who in (manager(accredited(2)), officer()):
        with pytest.raises(Forbidden), unit_of_work():
            breaches.answer(reported(contract), "x", by=who)


def test_the_answer_of_the_last_microsecond_is_in_time_the_next_is_not(contract: Contract) -> None:
    one, other = reported(contract), reported(contract)
    with at(one.answer_due_at), unit_of_work():
        breaches.answer(one, "In time.", by=manager(contract.organisation_id))
    assert one.state == "answered"
    with pytest.raises(DomainError, match="time to answer"), at(late(other.answer_due_at)), unit_of_work():
        breaches.answer(other, "Late.", by=manager(contract.organisation_id))
    assert other.state == "reported"


def test_nobody_decides_before_the_answer_or_its_time(contract: Contract) -> None:
    row = reported(contract)
    with pytest.raises(DomainError, match="may still answer"), at(row.answer_due_at), unit_of_work():
        breaches.decide(row, "find_no_violation", "x", by=officer())
    with at(late(row.answer_due_at)), unit_of_work():
        breaches.decide(row, "satisfy", "Nothing was said.", by=officer())
    assert row.state == "satisfied"


def test_after_its_own_days_the_fund_cannot_find_a_breach_only_close_the_report(contract: Contract) -> None:
    row = answered(contract)
    with pytest.raises(DomainError, match="time to find"), at(late(row.decision_due_at)), unit_of_work():
        breaches.decide(row, "satisfy", "x", by=officer())
    with at(late(row.decision_due_at)), unit_of_work():
        breaches.decide(row, "find_lack_of_evidence", "Too late.", by=officer())
    assert row.state == "declinedLackEvidence"


def test_a_penalty_is_taken_once_and_only_when_nobody_can_appeal(contract: Contract) -> None:
    row = found(contract)
    assert row.appeal_due_at
    with at(row.appeal_due_at):
        assert breaches.collect_what_is_due() == 0
    for expected in (1, 0):
        with at(late(row.appeal_due_at)):
            assert breaches.collect_what_is_due() == expected
    assert owed() == [(f"penalty:{row.number}", -PENALTY)]
    assert not list(ledger.verify())


def test_no_penalty_is_taken_while_an_appeal_waits_and_none_if_it_is_won(contract: Contract) -> None:
    row = appealed(contract)
    with at(late(row.appeal_due_at)):
        assert breaches.collect_what_is_due() == 0
    assert queries.sanctions([contract.organisation_id], today(), officer()) == []
    with unit_of_work():
        breaches.rule(row, "uphold_appeal", "The road was closed.", by=actor_with(Role.COMPLAINTS_OFFICER))
    with at(late(row.appeal_due_at)):
        assert breaches.collect_what_is_due() == 0
    assert (row.state, owed()) == ("annulled", [])


def test_a_lost_appeal_makes_the_decision_final_at_once(contract: Contract) -> None:
    row = appealed(contract)
    with unit_of_work():
        breaches.rule(row, "decline_appeal", "It was open.", by=actor_with(Role.COMPLAINTS_OFFICER))
    assert breaches.collect_what_is_due() == 1
    with pytest.raises(DomainError, match="once"), unit_of_work():
        breaches.appeal(row, "Again.", by=manager(contract.organisation_id))


def test_the_chair_annuls_what_was_wrong_and_gives_the_penalty_back(contract: Contract) -> None:
    row = found(contract)
    with at(late(row.appeal_due_at)):
        breaches.collect_what_is_due()
    with pytest.raises(Forbidden), unit_of_work():
        breaches.annul(row, "x", by=officer())
    with unit_of_work():
        breaches.annul(row, "The wrong provider.", by=actor_with(Role.PROCUREMENT_CHAIR))
    assert owed() == [(f"penalty:{row.number}", -PENALTY), (f"penalty:{row.number}:annulled", PENALTY)]
    assert queries.sanctions([contract.organisation_id], today(), officer()) == []
    assert not list(ledger.verify())


def test_who_had_a_part_does_not_rule(contract: Contract) -> None:
    row = appealed(contract)
    for person in (row.reported_by, row.decided_by):
        who = Actor(None, str(person), "B", frozenset({Role.COMPLAINTS_OFFICER, Role.PROCUREMENT_CHAIR}), None)
        with pytest.raises(Forbidden, match="someone else"), unit_of_work():
            breaches.rule(row, "decline_appeal", "x", by=who)
    with pytest.raises(Forbidden), unit_of_work():
        breaches.rule(row, "uphold_appeal", "x", by=manager(contract.organisation_id))


def test_an_appeal_after_its_last_microsecond_is_refused(contract: Contract) -> None:
    row = found(contract)
    with pytest.raises(DomainError, match="time to appeal"), at(late(row.appeal_due_at)), unit_of_work():
        breaches.appeal(row, "x", by=manager(contract.organisation_id))


def test_all_penalties_of_a_contract_together_stay_under_its_cap(contract: Contract) -> None:
    taken = [found(contract).penalty for _each in range(6)]
    assert taken == [PENALTY] * 5 + [0]
    assert sum(taken) == VALUE // 10


@pytest.mark.parametrize(
    ("clause", "value", "before", "due"),
    [
        (Clause(None, Decimal(2), Decimal(10)), 100, 0, 2),
        (Clause(None, Decimal("2.5"), Decimal(10)), 100, 0, 3),
        (Clause(None, Decimal(2), Decimal(10)), 100, 9, 1),
        (Clause(None, Decimal(2), Decimal(10)), 100, 10, 0),
        (Clause(None, Decimal(2), Decimal(10)), 100, 99, 0),
        (Clause(500, None, Decimal(10)), 10_000, 0, 500),
        (Clause(500, None, Decimal(10)), 4_999, 0, 499),
        (Clause(500, None, Decimal(10)), None, 0, None),
    ],
)
def test_a_penalty_is_rounded_once_and_never_above_the_cap(
    clause: Clause, value: int | None, before: int, due: int | None
) -> None:
    assert clause.due(value, before) == due


def test_without_a_clause_nothing_is_taken(app: Flask) -> None:
    catalogue()
    put_in_force("procurement")
    row = answered(running(accredited()))
    assert db.session.scalar(sa.select(ContractPenalty)) is None
    with pytest.raises(InputErrors, match="No penalty was agreed"), unit_of_work():
        breaches.decide(row, "satisfy", "x", by=officer(), is_penalised=True)


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"facts": " "}, "facts"),
        ({"code": "signingRefusal"}, "code"),
        ({"code": "other"}, "code"),
        ({"evidence": [Upload(b"no pdf", "a.pdf")]}, "evidence"),
        ({"evidence": [Upload(b"", "a.pdf")]}, "evidence"),
        ({"evidence": [Upload(PDF, "a.pdf")] * 11}, "evidence"),
    ],
)
def test_a_report_that_cannot_stand_is_refused_and_leaves_nothing(
    contract: Contract, said: dict[str, object], where: str
) -> None:
    with pytest.raises(InputErrors) as error:
        reported(contract, **said)
    assert [problem.where for problem in error.value.problems] == [where]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Breach)) == 0


def test_the_database_refuses_one_person_on_both_sides_and_steps_beside_the_table(contract: Contract) -> None:
    found(contract)
    for change in ("decided_by = reported_by", "state = 'reported'", "decision = ''", "ruled_by = decided_by"):
        with pytest.raises(IntegrityError):
            db.session.execute(sa.text(f"UPDATE breach SET {change}"))
        db.session.rollback()


def enter(client: FlaskClient, account: Account) -> None:
    assert client.post(f"/demo/sign-in/{account.id}").status_code == 303


def test_from_the_contract_to_the_ruling_on_the_screen(client: FlaskClient, contract: Contract) -> None:
    first, second = account_with(Role.PROCUREMENT_OFFICER), account_with(Role.PROCUREMENT_OFFICER)
    theirs = account_with(Role.PROVIDER_MANAGER, organisation_id=contract.organisation_id)
    reviewer = account_with(Role.COMPLAINTS_OFFICER)
    enter(client, first)
    assert "2 % of the contract’s value; all together at most 10 %" in client.get(f"/contracts/{contract.number}").text
    new = f"/contracts/breaches/new?contract={contract.number}"
    assert client.get(new).status_code == 200
    bad = client.post(new, data={"code": "contractBreach", "facts": "", "evidence": (BytesIO(b"x"), "a.pdf")})
    assert bad.status_code == 422
    assert 'href="#facts"' in bad.text
    sent = client.post(
        new, data={"code": "contractBreach", "facts": "No visit.", "evidence": (BytesIO(PDF), "log.pdf")}
    )
    assert sent.status_code == 303
    path = sent.headers["Location"]
    assert "log.pdf" in client.get(path).text
    assert client.get(f"{path}/files/1").data == PDF
    assert client.get(f"{path}/files/2").status_code == 404
    enter(client, theirs)
    assert "Answer the report" in client.get("/today").text
    assert client.post(f"{path}/provider", data={"act": "answer", "answer": " "}).status_code == 422
    answer = {"act": "answer", "answer": "Flooded.", "evidence": (BytesIO(PDF), "road.pdf")}
    assert client.post(f"{path}/provider", data=answer).status_code == 303
    assert client.post(f"{path}/officer", data={"act": "decide"}).status_code == 403
    enter(client, first)
    assert "someone else must decide" in client.get(path).text
    decision = {"act": "decide", "action": "satisfy", "decision": "Open roads.", "penalty": "yes"}
    assert client.post(f"{path}/officer", data=decision).status_code == 403
    enter(client, second)
    assert "Decide about the report" in client.get("/today").text
    assert "road.pdf" in client.get(path).text
    assert client.post(f"{path}/officer", data=decision | {"decision": ""}).status_code == 422
    assert client.post(f"{path}/officer", data=decision).status_code == 303
    enter(client, theirs)
    assert "1,728.000" in client.get(path).text
    assert client.post(f"{path}/provider", data={"act": "appeal", "appeal": "Wrong."}).status_code == 303
    enter(client, reviewer)
    assert "Rule on the appeal" in client.get("/today").text
    ruling = {"act": "uphold_appeal", "ruling": "The road was closed."}
    assert client.post(f"{path}/ruling", data=ruling).status_code == 303
    assert "The road was closed." in client.get(path).text
    assert client.get("/contracts/breaches?state=annulled").text.count("/contracts/breaches/V-") == 1


def test_another_cooperative_finds_nothing_of_it(client: FlaskClient, contract: Contract) -> None:
    row = found(contract)
    path = f"/contracts/breaches/{row.number}"
    enter(client, account_with(Role.PROVIDER_MANAGER, organisation_id=accredited(2)))
    for address in (path, f"{path}/files/1"):
        assert client.get(address).status_code == 404
    assert client.post(f"{path}/provider", data={"act": "appeal", "appeal": "x"}).status_code == 404
    assert row.number not in client.get("/contracts/breaches").text
    assert client.get(f"/contracts/breaches/new?contract={contract.number}").status_code == 403
    assert client.post(f"{path}/ruling", data={"act": "annul"}).status_code == 403


@pytest.fixture
def refused(people: House) -> Award:
    """The winner of the first lot refused to sign."""
    tender = awarded(people)
    with at(OVER):
        first = tender_queries.awards_of(tender)[0]
        award.contract_from_award(first, by=people.officer)
        award.record_signing_refusal(first, "refused", "By letter of 22 April.", by=people.officer)
    return first


def test_a_winner_who_did_not_sign_is_reported_once(refused: Award, people: House) -> None:
    said = Report(refused, "signingRefusal", "It refused by letter.")
    with pytest.raises(InputErrors, match="Choose what was broken"), at(OVER):
        breaches.report(Report(refused, "contractBreach", "x"), by=people.officer)
    with at(OVER):
        row = breaches.report(said, by=people.officer)
    assert (row.organisation_id, row.contract_id) == (refused.bid.organisation_id, None)
    with pytest.raises(DomainError, match="reported already"), at(OVER):
        breaches.report(said, by=people.second)
    with at(late(row.answer_due_at)):
        breaches.decide(row, "satisfy", "It did refuse.", by=people.second)
    assert (row.state, row.penalty) == ("satisfied", 0)


def test_an_award_that_stands_is_no_refusal(people: House) -> None:
    tender = awarded(people)
    with pytest.raises(DomainError, match="did not fall"), at(OVER):
        breaches.report(Report(tender_queries.awards_of(tender)[0], "signingRefusal", "x"), by=people.officer)


def test_the_officer_who_checks_a_bidder_sees_its_breach_and_says_why_it_does_not_count(people: House) -> None:
    tender = tendering.published(people)
    tendering.sent_bid(tender, people.bidders[0], (1, 2))
    tendering.opened(tender, people, "quality", tendering.CLOSES + dt.timedelta(hours=1))
    bid = tender_queries.bids_in(tender, "opened")[0]
    with at(tendering.CLOSES):
        line = TariffLine(tender.lots[0].services[0].service, Decimal(6400))
        elsewhere = terms(bid.organisation_id, service_line=tender.service_line, lines=[line])
        elsewhere = draw_contract(elsewhere, by=people.officer)
        sign(elsewhere, by=people.bidders[0])
        sign(elsewhere, by=people.officer)
        row = breaches.report(Report(elsewhere, "contractBreach", "No visit."), by=people.officer)
    with at(late(row.answer_due_at)):
        breaches.decide(row, "satisfy", "It is so.", by=people.second)
    checked_at = row.answer_due_at + dt.timedelta(hours=1)
    with pytest.raises(InputErrors, match=row.number), at(checked_at):
        admission.check(bid, {GROUND: admission.Found("absent")}, by=people.officer)
    with at(checked_at):
        admission.check(bid, {GROUND: admission.Found("absent", "One visit in three years.")}, by=people.officer)
    with at(checked_at):
        breaches.annul(row, "The wrong unit.", by=actor_with(Role.PROCUREMENT_CHAIR))
    with at(checked_at):
        admission.check(bid, {GROUND: admission.Found("absent")}, by=people.officer)
