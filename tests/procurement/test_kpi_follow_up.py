"""A promise followed up: from the bid to a deduction and, after a won objection, back; and who may do none of it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from claims.accepted import accepted_values
from core import audit, clock, files
from core.actors import SYSTEM, Actor
from core.db import database_clock, db, unit_of_work
from core.errors import DomainError, Forbidden, InputErrors
from core.events import unread
from core.outbox import OutboxMessage
from core.roles import Role
from payments import ledger
from payments.models import Journal, Payable, Posting
from procurement import kpi_work
from procurement.amending import NewTerms
from procurement.kpi import hooks
from procurement.kpi.terms import DAYS, FollowUp, read_follow_up_rules
from procurement.models.contract import Contract
from procurement.models.kpi import KpiPeriod
from procurement.queries import kpi as queries
from procurement.services import advice, contracts, kpi, tenders
from procurement.services.contracts import Promise, Proposal
from procurement.services.kpi import Attached
from procurement.services.kpi.settling import post
from procurement.terms import CriterionTerms
from tests.accounts import actor_with, sign_in
from tests.procurement.builders import manager, officer, terms
from tests.procurement.tendering import START, at, criteria, house
from tests.procurement.tendering import terms as tender_terms
from tests.procurement.test_contract_amendments import put_in_force
from tests.providers.builders import accredited, catalogue

PDF = b"%PDF-1.4 social security list"
PAID = FollowUp(tolerance=Decimal(1), malus_rate=Decimal(50), malus_cap=Decimal(9), bonus_rate=Decimal(20),
                bonus_cap=Decimal(1))  # fmt: skip
BEGAN, ENDS = dt.date(2027, 1, 1), dt.date(2028, 12, 31)


@contextmanager
def on(day: str) -> Iterator[None]:
    """Everything inside happens at nine on that day, by the fund's clock and the database's."""
    instant = dt.datetime.fromisoformat(f"{day}T08:00:00+00:00")
    with clock.frozen(instant), database_clock(lambda: instant):
        yield


def ticked(day: str) -> None:
    with on(day):
        kpi_work.tick()


def file_of(content: bytes = PDF, name: str = "list.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def rows() -> list[KpiPeriod]:
    db.session.expire_all()
    return list(db.session.execute(select(KpiPeriod).order_by(KpiPeriod.valid_from)).scalars())


def mails() -> list[str]:
    query = select(OutboxMessage).where(OutboxMessage.purpose == "contract").order_by(OutboxMessage.id)
    return [row.arguments["subject"] for row in db.session.execute(query).scalars()]


def journals() -> dict[str, list[int]]:
    """Business key → its postings."""
    query = select(Journal.business_key, Posting.amount).join(Posting).where(Journal.business_key.like("kpi:%"))
    found: dict[str, list[int]] = {}
    for key, amount in db.session.execute(query.order_by(Journal.id, Posting.line)):
        found.setdefault(key, []).append(amount)
    return found


def agreed(organisation_id: int, *promises: Promise, **changes: object) -> Contract:
    """Signed by both sides on the first day of 2027."""
    said = promises or (Promise("C6", "Permanent contracts", "%", Decimal(80), follow=PAID),)
    days = {"valid_from": BEGAN, "valid_until": ENDS}
    with on("2027-01-01"), unit_of_work():
        contract = contracts.draw_contract(terms(organisation_id, promises=said, **days, **changes), by=officer())
        contracts.sign(contract, by=manager(organisation_id))
        contracts.sign(contract, by=officer())
    return contract


@pytest.fixture
def contract(app: Flask) -> Contract:
    catalogue()
    put_in_force("procurement")
    return agreed(accredited())


def reported(contract: Contract, value: str = "72", day: str = "2027-04-05", by: Actor | None = None) -> KpiPeriod:
    ticked("2027-04-01")
    row = rows()[-1]
    clerk = by or actor_with(Role.PROVIDER_CLERK, organisation_id=contract.organisation_id)
    with on(day), unit_of_work():
        kpi.report(row, Decimal(value), "", Attached(PDF, "list.pdf"), by=clerk)
    return row


def settled(contract: Contract, value: str = "72", base: int = 1_000_000) -> KpiPeriod:
    """Verified on 6 April, settled on 15 May on a given accepted value."""
    row = reported(contract, value)
    with on("2027-04-06"), unit_of_work():
        kpi.verify(row, None, "", by=officer())
    with based(base):
        ticked("2027-05-15")
    return rows()[-1]


@contextmanager
def based(value: int) -> Iterator[None]:
    hooks.fill_accepted_values(lambda spans: [value] * len(spans))
    try:
        yield
    finally:
        hooks.fill_accepted_values(accepted_values)


def test_the_plan_is_followed_from_the_day_after_the_period(contract: Contract) -> None:
    ticked("2027-03-31")
    assert rows() == []
    ticked("2027-04-01")
    ticked("2027-04-01")
    (row,) = rows()
    assert (row.valid_from, row.valid_until, row.state) == (BEGAN, dt.date(2027, 3, 31), "due")
    assert row.report_until == dt.date(2027, 5, 1)
    ticked("2029-03-01")  # nobody ticked for two years: each period once, the last one too
    assert [row.valid_until for row in rows()][-2:] == [dt.date(2028, 9, 30), ENDS]
    assert len(rows()) == 8
    assert mails()[0] == f"Contract {contract.number}: 1 promise to report"


def test_what_does_not_come_is_asked_for_twice_and_then_missing_and_counts_as_a_miss(contract: Contract) -> None:
    ticked("2027-04-01")
    told = []
    for day in ("2027-05-01", "2027-05-02", "2027-05-03", "2027-05-12", "2027-05-21", "2027-05-22"):
        ticked(day)
        told.append((rows()[0].reminders, rows()[0].state))
    assert told == [(0, "due"), (1, "due"), (1, "due"), (2, "due"), (2, "due"), (2, "missing")]
    with on("2027-05-25"), unit_of_work():
        kpi.verify(rows()[0], None, "", by=officer())
    with based(1_000_000):
        ticked("2027-05-26")
    row = rows()[0]
    assert (row.state, row.is_missed, row.percent, row.amount) == ("settled", True, -9, -90_000)
    assert not list(audit.verify())


def test_who_reported_does_not_verify_and_a_stranger_does_not_report(contract: Contract) -> None:
    both = Actor(None, "two hats", "T", frozenset({Role.PROVIDER_CLERK}), contract.organisation_id)
    row = reported(contract, by=both)
    hat = replace(both, roles=frozenset({Role.PROCUREMENT_OFFICER}), organisation_id=None)
    with pytest.raises(Forbidden, match="someone else"), unit_of_work():
        kpi.verify(row, None, "", by=hat)
    with pytest.raises(Forbidden), unit_of_work():
        kpi.report(row, Decimal(99), "", Attached(PDF, "x.pdf"), by=manager(accredited(2)))
    with pytest.raises(InputErrors, match="Say why it differs"), unit_of_work():
        kpi.verify(row, Decimal(71), " ", by=officer())


def test_an_objection_is_answered_by_another_officer_and_never_makes_it_worse(contract: Contract) -> None:
    row = reported(contract)
    verifier = officer()
    with on("2027-04-06"), unit_of_work():
        kpi.verify(row, None, "", by=verifier)
    with based(1_000_000):
        ticked("2027-05-15")
    with on("2027-06-14"), unit_of_work():
        kpi.object_to(row, "The list was of another month.", Attached(b"", ""), by=manager(contract.organisation_id))
    with on("2027-06-15"):
        with pytest.raises(Forbidden, match="someone else"), unit_of_work():
            kpi.uphold(row, None, "Right.", by=verifier)
        with pytest.raises(InputErrors, match="worse off"), unit_of_work():
            kpi.uphold(row, Decimal(60), "Worse.", by=officer())
        with unit_of_work():
            kpi.uphold(row, Decimal(76), "The right list says 76.", by=officer())
    row = rows()[0]
    assert (row.amount, row.corrected_amount, row.is_missed) == (-50_000, -25_000, True)
    assert journals() == {f"kpi:{row.id}": [-50_000, 50_000], f"kpi:{row.id}:objection": [25_000, -25_000]}


def test_a_rejected_objection_moves_no_money(contract: Contract) -> None:
    row = settled(contract)
    with on("2027-05-20"), unit_of_work():
        kpi.object_to(row, "Unfair.", Attached(b"", ""), by=manager(contract.organisation_id))
    with on("2027-05-21"), unit_of_work():
        kpi.reject(row, "The list says so.", by=officer())
    assert rows()[0].state == "rejected"
    assert list(journals()) == [f"kpi:{row.id}"]
    assert mails()[-1] == f"Contract {contract.number}: your objection is rejected"


def test_a_bonus_is_paid_at_once_and_a_deduction_waits_for_an_objection_and_its_answer(contract: Contract) -> None:
    row = settled(contract, "84")
    payable = db.session.execute(select(Payable)).scalar_one()
    assert (row.percent, payable.amount, payable.due_on) == (1, 10_000, dt.date(2027, 5, 15))
    other = agreed(accredited(2))
    (late,) = _settled_at_once(other, "72")
    due = db.session.execute(select(Payable).where(Payable.amount < 0)).scalar_one()
    assert (late.amount, due.due_on) == (-50_000, dt.date(2027, 7, 29))


def _settled_at_once(contract: Contract, value: str) -> list[KpiPeriod]:
    ticked("2027-04-01")
    row = queries.periods_of(contract.id)[0]
    clerk = actor_with(Role.PROVIDER_CLERK, organisation_id=contract.organisation_id)
    with on("2027-04-05"), unit_of_work():
        kpi.report(row, Decimal(value), "", Attached(PDF, "list.pdf"), by=clerk)
    with on("2027-04-06"), unit_of_work():
        kpi.verify(row, None, "", by=officer())
    with based(1_000_000):
        ticked("2027-05-15")
    return list(queries.periods_of(contract.id))


def test_a_second_try_posts_nothing(contract: Contract) -> None:
    row = settled(contract)
    before = journals()
    with on("2027-05-15"), unit_of_work():
        assert post([row], dt.date(2027, 5, 15), by=SYSTEM) == 0
    ticked("2027-05-16")
    assert journals() == before
    with pytest.raises(Exception, match="settled with stays"), unit_of_work():
        row.base = 5


def test_three_misses_in_a_row_are_told_with_their_periods(contract: Contract) -> None:
    ticked("2028-01-01")
    clerk = actor_with(Role.PROVIDER_CLERK, organisation_id=contract.organisation_id)
    for row, value in zip(rows(), ("90", "70", "70", "70"), strict=True):
        with on("2028-01-02"), unit_of_work():
            kpi.report(row, Decimal(value), "", Attached(PDF, "list.pdf"), by=clerk)
        with on("2028-01-03"), unit_of_work():
            kpi.verify(row, None, "", by=officer())
    with based(0):
        ticked("2028-01-04")
        with unit_of_work():
            assert not unread("early", [kpi.PLAN_DUE])
        ticked("2028-02-15")
    with unit_of_work():
        (told,) = unread("test", [kpi.PLAN_DUE])
    assert told.subject == contract.number
    assert told.data["periods"] == [row.id for row in rows()[1:]]


def test_caps_above_what_the_law_leaves_beside_quality_are_refused(contract: Contract) -> None:
    dear = replace(PAID, malus_cap=Decimal("5.5"))
    promises = [Promise(code, code, "%", Decimal(80), follow=dear) for code in ("C6", "C7")]
    with pytest.raises(InputErrors, match=r"may cost 11 % and quality 0 %: together at most 10 %"):
        agreed(contract.organisation_id, *promises)
    db.session.rollback()
    put_in_force("quality")
    single = Promise("C6", "Permanent contracts", "%", Decimal(80), follow=replace(PAID, malus_cap=Decimal("6.01")))
    with pytest.raises(InputErrors, match="quality 4"):
        agreed(contract.organisation_id, single)


def test_what_the_fund_measures_has_no_report_and_without_a_value_nobody_is_judged(contract: Contract) -> None:
    ours = agreed(contract.organisation_id, Promise("C15", "Missed visits", "visits", Decimal(4), "down",
                                                    follow=replace(PAID, source="L-02")))  # fmt: skip
    ticked("2027-04-01")
    (row,) = queries.periods_of(ours.id)
    clerk = actor_with(Role.PROVIDER_CLERK, organisation_id=contract.organisation_id)
    with on("2027-04-02"), pytest.raises(DomainError, match="own records"), unit_of_work():
        kpi.report(row, Decimal(1), "", Attached(PDF, "x.pdf"), by=clerk)
    quarter = (BEGAN, dt.date(2027, 3, 31))
    with on("2027-05-10"), unit_of_work():
        kpi.measure([kpi.Reading(row.indicator, None, "run 1")], *quarter, by=SYSTEM)
    assert row.state == "due"
    with on("2027-05-10"), unit_of_work():
        kpi.measure([kpi.Reading(row.indicator, Decimal(5), "run 2")], *quarter, by=SYSTEM)
    assert (row.state, row.value, row.run) == ("measured", 5, "run 2")
    assert row.indicator.measured == {"value": "5", "on": "2027-03-31", "run": "run 2"}


def test_the_committed_value_is_that_of_the_first_day(contract: Contract) -> None:
    reason = "Two carers left for good; agreed with the union."
    with on("2027-02-10"):
        change = Proposal(
            contract, "mod-nons", NewTerms(promises={"C6": Decimal(70)}), dt.date(2027, 2, 20), "x", reason
        )
        with unit_of_work():
            amendment = contracts.draft_amendment(change, by=officer())
        with unit_of_work():
            contracts.approve_amendment(amendment, by=officer())
        with unit_of_work():
            contracts.accept_amendment(amendment, by=manager(contract.organisation_id))
    ticked("2027-07-01")
    assert [row.committed for row in rows()] == [80, 70]


def test_a_hostile_cooperative_finds_nothing_by_any_door(client: FlaskClient, contract: Contract) -> None:
    row = settled(contract)
    path = f"/contracts/{contract.number}/promises/{row.id}"
    stranger, own = accredited(2), contract.organisation_id
    with on("2027-05-16"):
        mine = agreed(stranger)
        sign_in(client, Role.PROVIDER_MANAGER, organisation_id=stranger)
        for door in (path, f"{path}/evidence", f"/contracts/{mine.number}/promises/{row.id}"):
            assert client.get(door).status_code == 404, door
        for act in ("report", "object"):
            assert client.post(f"{path}/{act}", data={"value": "99", "objection": "Mine."}).status_code == 404
        assert contract.number not in client.get("/contracts/promises?state=settled").text
        client.post("/logout")
        sign_in(client, Role.PROVIDER_MANAGER, organisation_id=own)
        assert client.get(f"{path}/evidence").data == PDF
        assert client.post(f"{path}/verify", data={"verified_value": "99"}).status_code == 403
        assert client.post(f"{path}/answer", data={"decision": "uphold"}).status_code == 403


def test_bad_input_says_what_is_wrong_and_keeps_what_was_typed(
    client: FlaskClient, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_SIZE", 1_000)
    ticked("2027-04-01")
    (row,) = rows()
    path = f"/contracts/{contract.number}/promises/{row.id}"
    with on("2027-04-05"):
        sign_in(client, Role.PROVIDER_CLERK, organisation_id=contract.organisation_id)
        cases = [
            ({"value": "many", "evidence": file_of()}, "This is not a quantity."),
            ({"value": "", "evidence": file_of()}, "Write a number, like 72 or 2.5."),
            ({"value": "-3", "evidence": file_of()}, "Write a number that is not below 0"),
            ({"value": "172", "evidence": file_of()}, "A share is at most 100 per cent."),
            ({"value": "72"}, "Choose a file"),
            ({"value": "72", "evidence": file_of(b"PK words", "list.docx")}, "is not a PDF"),
            ({"value": "72", "evidence": file_of(b"", "list.pdf")}, "list.pdf is empty"),
            ({"value": "72", "evidence": file_of(PDF + b" " * 1_000)}, "larger than 10 MB"),
        ]
        for form, words in cases:
            answer = client.post(f"{path}/report", data={**form, "note": "Two carers were ill."})
            assert answer.status_code == 422, words
            assert words in answer.text
            assert "Two carers were ill." in answer.text
            assert f'value="{form["value"]}"' in answer.text or not form["value"]
    assert rows()[0].state == "due"


def test_an_objection_is_heard_on_its_last_day_and_not_on_the_next(client: FlaskClient, contract: Contract) -> None:
    row = settled(contract)
    path = f"/contracts/{contract.number}/promises/{row.id}"
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=contract.organisation_id)
    with on("2027-06-15"):
        late = client.post(f"{path}/object", data={"objection": "The list was of another month."})
        assert late.status_code == 422
        assert "You could object until 2027-06-14" in late.text
    with on("2027-06-14"):
        assert client.post(f"{path}/object", data={"objection": " "}).status_code == 422
        assert client.post(f"{path}/object", data={"objection": "Wrong month."}).status_code == 303


def test_the_ledger_of_all_of_it_sums_to_zero(contract: Contract) -> None:
    settled(contract)
    assert db.session.execute(select(func.sum(Posting.amount))).scalar_one() == 0
    assert not list(ledger.verify())
    assert not list(audit.verify_stored())


def test_neither_the_desk_nor_the_tick_asks_more_for_more_promises(client: FlaskClient, contract: Contract) -> None:
    """Statements of the officer's work, and of a tick with nothing to do: for one promise as for six."""
    by, seen = officer(), []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))

    def counted() -> tuple[int, int]:
        ticked("2027-04-01")
        with on("2027-05-02"), client.application.test_request_context():
            seen.clear()
            titles = [item.title for item in kpi_work.for_officers(by)]
            work = sum(text.startswith("SELECT") for text in seen)
        assert "no evidence" in titles[0]
        seen.clear()
        ticked("2027-04-02")
        return work, len(seen)

    one = counted()
    for serial in range(2, 7):
        agreed(accredited(serial))
    assert counted() == one
    assert one[0] == 1


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"report_days": -1}, "promises.report_days"),
        ({"most": "much"}, "promises.most"),
        ({"malus_rate": "-5"}, "promises.malus_rate"),
        ({"period": "fortnight"}, "promises.period"),
        ({"malus": "5"}, "promises.malus"),
    ],
    ids=lambda case: next(iter(case)) if isinstance(case, dict) else "",
)
def test_a_plan_that_is_wrong_names_the_key(wrong: dict[str, object], where: str) -> None:
    said = dict.fromkeys(DAYS, 1) | {"most": "10", "malus_rate": "50", "malus_cap": "1"}
    rules = read_follow_up_rules(said)
    assert rules is not None
    assert (rules.most, rules.default.malus_rate, rules.default.period) == (10, 50, "quarter")
    with pytest.raises(InputErrors) as found:
        read_follow_up_rules(said | wrong)
    assert [problem.where for problem in found.value.problems] == [where]


def test_a_gap_within_the_tolerance_is_no_miss_in_open_data_either(contract: Contract) -> None:
    (promise,) = contract.indicators
    for value, is_missed in (("79", False), ("78.9", True), ("90", False)):
        promise.measured = {"value": value, "on": "2027-03-31", "run": "x"}
        assert promise.is_missed is is_missed, value
    promise.measured = None
    assert not promise.is_missed


def test_a_tender_whose_promises_could_cost_too_much_does_not_go_out(app: Flask) -> None:
    people = house()
    put_in_force("quality")
    points = ("C6", "C7", "C10", "C12", "C16", "C18")  # 2 and five times 1 per cent, beside 4 of quality
    rows = [row for row in criteria() if row.block != "social"]
    for code in points:
        rows.append(CriterionTerms(code, "social", code, Decimal("25") / len(points), question="How?", measure="lin_up",
                                   zero_at=Decimal(0), full_at=Decimal(90), unit="%", catalogue=code))  # fmt: skip
    with at(START):
        tender = tenders.draft_tender(tender_terms(people, criteria=rows), by=people.officer)
        topics = {str(each.text): each for each in advice.conditions(tender, START)}
    (problem,) = topics["What promises may cost keeps its limit."].problems
    assert str(problem.message) == "The promises may cost 7 % and quality 4 %: together at most 10 %."
