"""Changes after the fact: found from events, decided again with the whole household, previewed, released."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from care.models import Stay, Visit
from claims import reviewing, services
from claims.facts import PART
from claims.models import ClaimVersion
from claims.queries import records
from claims.redecisions import listening, queries
from claims.redecisions import services as redecisions
from claims.redecisions.outlook import outlook
from core import audit, clock, events, plan, work
from core.actors import Actor
from core.db import db, unit_of_work
from core.errors import DomainError, Forbidden, InputErrors
from core.roles import Role
from members.models import Cover, Member
from members.services.cover import correct_cover
from payments.models import Payable
from procurement.models.contract import Contract, ContractLine, ContractUse
from procurement.services import contracts
from tests.accounts import sign_in
from tests.claims.builders import _MANAGER, AT, CLERK, FIRST, LAST, OFFICER, PLAN, REVIEWER, ZONE, Fund, claim, line

LATER = AT + dt.timedelta(days=5)
SECOND = Actor(None, "second", "S. Econd", frozenset({Role.FINANCE_OFFICER}))
BUYER = Actor(None, "buyer", "B. Uyer", frozenset({Role.PROCUREMENT_OFFICER}))
BY: dict[str, Any] = {"by": OFFICER, "at": LATER}


@pytest.fixture(autouse=True)
def opened(fund: Fund) -> None:
    """The events of setting up the fund are no changes after the fact."""
    with unit_of_work():
        listening.skip_the_past()


def send(sent, at: dt.datetime = AT):
    with unit_of_work():
        return services.submit(sent, by=CLERK, at=at, zone=ZONE)


def day_care(fund: Fund, number: str, on: int, **more):
    return claim(fund, number, line("DAY", dt.date(2026, 11, on), price=100_000), **more)


def hear() -> None:
    """What the worker does at its ticks."""
    with unit_of_work():
        listening.hear()
    while work.run_due():
        pass


def tell(member_id: int, since: dt.date) -> None:
    """The records of a member changed."""
    events.publish("care.records_changed", "facts", effective_from=since, data={"member_ids": [member_id]})


def cover_until(day: dt.date, member_id: int = 1, state: str = "active") -> None:
    with unit_of_work():
        row = db.session.execute(select(Cover).where(Cover.member_id == member_id)).scalar_one()
        correct_cover(row, valid_from=FIRST, valid_until=day, state=state, evidence="letter 12", by=OFFICER)


def owed() -> list[tuple[str, int]]:
    return [tuple(row) for row in db.session.execute(select(Payable.business_key, Payable.amount).order_by(Payable.id))]


def paid() -> list[int]:
    """What the live decisions pay, by claim."""
    ids = db.session.execute(select(ClaimVersion.claim_id).distinct().order_by(ClaimVersion.claim_id)).scalars()
    return [sum(row.benefit for row in queries.live_lines([claim_id])) for claim_id in ids]


def the_run():
    (run,) = queries.runs()
    return run


def previewed():
    with unit_of_work():
        redecisions.preview(the_run().number, **BY)
    return worked_on()


def released(by: Actor = OFFICER):
    with unit_of_work():
        redecisions.release(the_run().number, by=by, at=LATER)
    return worked_on()


def worked_on():
    """The newest run, when every part of the work on it is done."""
    while work.run_due():
        pass
    db.session.expire_all()
    return the_run()


def test_a_cover_that_ended_earlier_is_found_previewed_and_only_the_difference_is_posted(fund: Fund) -> None:
    early, late = send(claim(fund, "A-1")), send(claim(fund, "A-2", line(on=dt.date(2026, 11, 9))))
    cover_until(dt.date(2026, 11, 5))
    hear()
    run = previewed()
    assert (run.state, run.claims, run.more, run.back) == ("previewed", 1, 0, 8_000)
    (row,) = queries.lines_of(run.id)
    assert (row.claim_number, row.old_state, row.new_state, row.new_reason) == (
        late.number, "reduced", "denied", "MEM-03",
    )  # fmt: skip
    assert (row.old_paid, row.new_paid, row.new_member_share) == (8_000, 0, 10_000)
    assert paid() == [8_000, 8_000]
    assert released().state == "released"
    stored, version = records.claim_by_number(late.number)
    assert (version.version, version.cause, version.reason, version.state) == (2, "redecision", run.number, "denied")
    assert records.claim_by_number(early.number)[1].version == 1
    assert owed()[2:] == [(f"claim:{stored.id}:v2", -8_000)]
    assert db.session.execute(select(Payable.kind).order_by(Payable.id.desc()).limit(1)).scalar_one() == "recovery"
    assert not list(audit.verify())


def test_freed_use_moves_on_to_later_claims_of_the_household(fund: Fund) -> None:
    for number, on, who in (("A-1", 3, fund.child), ("A-2", 5, fund.member), ("A-3", 7, fund.member)):
        send(day_care(fund, number, on, member=who), AT + dt.timedelta(hours=on))
    assert paid() == [100_000, 50_000, 0]
    cover_until(dt.date(2026, 10, 31), member_id=2)
    hear()
    run = previewed()
    assert (run.claims, run.more, run.back) == (3, 100_000, 100_000)
    assert released().state == "released"
    assert paid() == [0, 100_000, 50_000]
    assert sum(amount for _key, amount in owed()) == 150_000


@pytest.mark.parametrize("order", list(permutations((3, 5, 7, 9))), ids=str)
def test_where_no_fact_changed_nothing_comes_out_otherwise_however_claims_arrived(
    fund: Fund, order: tuple[int, ...]
) -> None:
    """Four claims that share a ceiling, one of them twice; then an event that changes nothing."""
    for place, on in enumerate(order):
        send(day_care(fund, f"A-{on}", on, member=fund.child if on == 5 else ""), AT + dt.timedelta(hours=place))
    send(day_care(fund, "A-9b", 9), AT + dt.timedelta(hours=9))
    with unit_of_work():
        tell(1, dt.date(2026, 11, 4))
    hear()
    assert queries.runs() == []
    assert outlook({1: dt.date(2026, 11, 6)}, zone=ZONE, at=LATER).lines == []


def test_a_limit_is_never_passed_when_an_earlier_day_came_later(fund: Fund) -> None:
    """The claim of the 12th lacked cover; the one of the 3rd came after it and used the whole ceiling."""
    cover_until(dt.date(2026, 11, 10))
    send(claim(fund, "A-1", line("DAY", dt.date(2026, 11, 12), quantity=2, price=100_000)))
    send(claim(fund, "A-2", line("DAY", dt.date(2026, 11, 3), quantity=2, price=100_000)), AT + dt.timedelta(hours=1))
    assert paid() == [0, 150_000]
    cover_until(LAST)
    hear()
    run = previewed()
    assert (run.more, run.back) == (0, 0)
    (row,) = queries.lines_of(run.id)
    assert (row.old_reason, row.new_reason, row.new_paid) == ("MEM-03", "BEN-06", 0)


def test_a_release_above_the_sum_for_one_person_needs_another(fund: Fund) -> None:
    for number, on in (("A-1", 3), ("A-2", 5)):
        send(day_care(fund, number, on), AT + dt.timedelta(hours=on))
    with unit_of_work():
        text = PLAN.replace('"200.000"', '"149.999"')
        plan.approve(plan.prepare(PART, text, valid_from=FIRST, by=_MANAGER), by=OFFICER)
        listening.skip_the_past()
    cover_until(dt.date(2026, 10, 31))
    hear()
    run = previewed()
    assert (run.moved, run.limit_for_one, run.needs_second_person) == (150_000, 149_999, True)
    with pytest.raises(Forbidden, match="someone else releases"), unit_of_work():
        redecisions.release(run.number, **BY)
    assert paid() == [100_000, 50_000]
    assert released(SECOND).state == "released"
    assert paid() == [0, 0]


def test_when_the_world_moved_since_the_preview_nothing_is_posted_and_the_new_sums_stand(fund: Fund) -> None:
    send(claim(fund, "A-1"))
    cover_until(dt.date(2026, 10, 31))
    hear()
    run = previewed()
    assert run.back == 8_000
    send(claim(fund, "A-2", line(on=dt.date(2026, 10, 20))))
    with unit_of_work():
        db.session.execute(select(Cover).where(Cover.member_id == 1)).scalar_one().valid_until = dt.date(2026, 12, 1)
    before = owed()
    run = released(SECOND)
    assert (run.state, run.claims, run.back, run.previewed_by) == ("previewed", 0, 0, "second")
    assert owed() == before


def test_a_claim_that_waited_for_a_price_is_decided_by_the_worker(fund: Fund) -> None:
    with unit_of_work():
        db.session.query(ContractLine).filter_by(service="CON").update({"rate": None})
    waiting = send(claim(fund))
    assert waiting.decision.headline == "BEN-02"
    with unit_of_work():
        contract = db.session.execute(select(Contract).where(Contract.organisation_id == fund.blue)).scalar_one()
        contracts.agree_rate(contract, "CON", Decimal(9_000), reason="minutes of 12 November", by=BUYER)
    hear()
    version = records.claim_by_number(waiting.number)[1]
    assert (version.state, version.benefit, version.decided_by) == ("adjudicated", 7_200, "system")
    assert queries.runs() == []
    hear()
    assert records.claim_by_number(waiting.number)[1].version == 2


def test_a_claim_that_waited_for_contributions_is_decided_when_they_are_paid(fund: Fund) -> None:
    cover_until(LAST, state="suspended")
    waiting = send(claim(fund))
    assert (waiting.state, waiting.decision.headline) == ("pended", "MEM-03")
    cover_until(LAST, state="active")
    hear()
    assert records.claim_by_number(waiting.number)[1].state == "adjudicated"


def test_a_record_that_came_later_turns_a_denial_into_a_draft(fund: Fund) -> None:
    denied = send(claim(fund, "A-1", line("VIS", price=5_400)))
    assert denied.decision.headline == "CAR-01"
    with unit_of_work():
        starts = dt.datetime(2026, 11, 3, 9, tzinfo=dt.UTC)
        visit = {"member_id": 1, "organisation_id": fund.blue, "service": "VIS", "worker": "W1", "place_code": "Q1"}
        times = {"started_at": starts, "ended_at": starts + dt.timedelta(hours=1), "service_on": starts.date()}
        db.session.add(Visit(number="V-1", **visit, **times))
        tell(1, starts.date())
    hear()
    run = previewed()
    assert (run.more, run.back, [row.event.kind for row in run.causes]) == (4_860, 0, ["care.records_changed"])
    assert released().state == "released"
    assert paid() == [4_860]


def test_a_plan_approved_for_past_days_touches_every_claim_since(fund: Fund) -> None:
    send(claim(fund, "A-1"))
    send(claim(fund, "B-1", organisation=fund.green, member=fund.child))
    hear()
    with unit_of_work():
        text = PLAN.replace("share = 2000", "share = 1000")
        plan.approve(plan.prepare(PART, text, valid_from=dt.date(2026, 11, 1), by=_MANAGER), by=OFFICER)
    hear()
    run = previewed()
    assert (run.claims, run.more, run.back) == (2, 2_000, 0)
    assert [(row.name, row.more) for row in queries.by_provider(run.id)] == [
        ("Blue Door Home Care", 1_000),
        ("Green Yard", 1_000),
    ]


def test_a_stay_recorded_late_takes_back_what_was_paid_inside_it(fund: Fund) -> None:
    send(claim(fund, "A-1"))
    with unit_of_work():
        days = {"admitted_on": dt.date(2026, 11, 1), "discharged_on": dt.date(2026, 11, 8)}
        db.session.add(Stay(member_id=1, reference="S-1", **days))
        tell(1, dt.date(2026, 11, 1))
    hear()
    run = previewed()
    (reasons,) = queries.by_reason(run.id)
    assert (reasons.old_state, reasons.new_state, reasons.new_reason, reasons.back) == (
        "reduced", "denied", "CAR-03", 8_000,
    )  # fmt: skip


def test_what_a_reviewer_refused_stays_refused(fund: Fund) -> None:
    cover_until(LAST, state="suspended")
    number = send(claim(fund)).number
    with unit_of_work():
        reviewing.refuse([number], reason="never given", by=REVIEWER, at=AT, zone=ZONE)
    cover_until(LAST, state="active")
    hear()
    assert queries.runs() == []
    assert records.claim_by_number(number)[1].state == "denied"


def test_a_dropped_run_changes_nothing_and_says_why(fund: Fund) -> None:
    send(claim(fund))
    cover_until(dt.date(2026, 10, 31))
    hear()
    run = previewed()
    with pytest.raises(InputErrors, match="Say why"), unit_of_work():
        redecisions.drop(run.number, " ", by=OFFICER, at=LATER)
    with unit_of_work():
        redecisions.drop(run.number, "The letter was about somebody else.", by=OFFICER, at=LATER)
    assert (the_run().state, paid()) == ("dropped", [8_000])
    with pytest.raises(DomainError, match="not possible now"):
        released(SECOND)


def test_events_heard_twice_draft_a_household_once(fund: Fund) -> None:
    send(claim(fund))
    cover_until(dt.date(2026, 10, 31))
    hear()
    number = the_run().number
    with unit_of_work():
        tell(1, dt.date(2026, 10, 2))
    hear()
    hear()
    run = the_run()
    assert (run.number, list(queries.open_households(run.id, 0, 99).values()), len(run.causes)) == (
        number, [dt.date(2026, 10, 2)], 2,
    )  # fmt: skip


def test_a_large_withdrawal_waits_for_a_second_person_and_gives_its_use_to_others(fund: Fund) -> None:
    first = send(claim(fund, "A-1", line("DAY", quantity=2, price=100_000)))
    send(day_care(fund, "A-2", 9), AT + dt.timedelta(hours=1))
    assert paid() == [150_000, 0]
    with unit_of_work():
        run = redecisions.withdraw(first.number, reason="sent for the wrong child", zone=ZONE, **BY)
    assert (run.state, run.back, run.more) == ("previewed", 150_000, 100_000)
    assert paid() == [150_000, 0]
    assert released(SECOND).state == "released"
    version = records.claim_by_number(first.number)[1]
    assert (version.state, version.cause, version.reason) == ("voided", "void", "sent for the wrong child")
    assert paid() == [0, 100_000]
    assert db.session.execute(select(func.sum(ContractUse.benefit))).scalar_one() == 100_000


def test_a_member_who_moved_is_decided_with_the_household_of_now(fund: Fund) -> None:
    from members.models import Household

    send(day_care(fund, "A-1", 3), AT)
    send(day_care(fund, "A-2", 5, member=fund.child), AT + dt.timedelta(hours=1))
    assert paid() == [100_000, 50_000]
    with unit_of_work():
        db.session.add(Household(id=2, number="H-2", district="North", partition=9))
        db.session.flush()
        db.session.get(Member, 2).household_id = 2
        tell(2, FIRST)
    hear()
    run = previewed()
    assert (run.more, run.back) == (50_000, 0)


def test_the_clock_of_a_draft_is_the_workers(fund: Fund) -> None:
    send(claim(fund))
    cover_until(dt.date(2026, 10, 31))
    hear()
    assert abs(the_run().drafted_at - clock.now()) < dt.timedelta(minutes=5)
    assert the_run().drafted_by == "system"


# ---------------------------------------------------------------- screens


def test_an_officer_previews_and_finance_releases_what_is_too_much_for_one(fund: Fund, client: FlaskClient) -> None:
    send(claim(fund, "A-1", line("DAY", quantity=2, price=100_000)))
    with unit_of_work():
        text = PLAN.replace('"200.000"', '"1.000"')
        plan.approve(plan.prepare(PART, text, valid_from=FIRST, by=_MANAGER), by=OFFICER)
        listening.skip_the_past()
    cover_until(dt.date(2026, 10, 31))
    hear()
    place = f"/claims/corrections/{the_run().number}"
    sign_in(client, Role.CLAIMS_OFFICER)
    assert "Look at run" in client.get("/today").text
    assert "Cover corrected" in client.get("/claims/corrections").text
    begun = client.post(f"{place}/preview", follow_redirects=True).text
    assert "parts are done" in begun
    assert 'http-equiv="refresh"' in begun
    worked_on()
    shown = client.get(place).text
    assert "refresh" not in shown
    assert "−150.000" in shown
    assert "Blue Door Home Care" in shown
    assert "so someone else releases it" in shown
    assert client.post(f"{place}/release").status_code == 403
    assert paid() == [150_000]
    assert client.post(f"{place}/drop", data={"reason": ""}).status_code == 422
    assert "MEM-03" in client.get(f"{place}/lines.csv").text
    sign_in(client, Role.FINANCE_OFFICER)
    assert client.post(f"{place}/preview").status_code == 403
    assert "Only the differences are posted" in client.post(f"{place}/release", follow_redirects=True).text
    worked_on()
    assert "Released by" in client.get(place).text
    assert paid() == [0]


def test_an_officer_withdraws_a_claim_with_a_reason(fund: Fund, client: FlaskClient) -> None:
    number = send(claim(fund)).number
    sign_in(client, Role.CLAIMS_OFFICER)
    assert client.post(f"/claims/{number}/withdraw", data={"reason": ""}).status_code == 422
    answered = client.post(f"/claims/{number}/withdraw", data={"reason": "sent twice"}, follow_redirects=True)
    assert "was withdrawn" in answered.text
    assert records.claim_by_number(number)[1].state == "voided"
