"""A contract ends early: everybody has a next provider or an arrangement, and placements end with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from care import listening, queries, services
from care.models import InterimArrangement, Placement
from care.queries.continuity import cut_placement, plan_of
from care.records import Slot
from care.services.continuity import arrange
from core import audit, clock
from core.accounts.models import Account
from core.actors import SYSTEM
from core.codes import Service
from core.db import db, unit_of_work
from core.errors import Conflict, Forbidden, InputErrors
from core.organisations import Organisation
from core.outbox import OutboxMessage
from core.roles import Role
from procurement import continuity
from procurement.models.contract import Contract, ContractLine
from procurement.models.ending import ContractEnding
from procurement.queries.contracts import contract_line_for
from procurement.services import contracts
from procurement.services.contracts import End
from tests.accounts import account_with, actor_with
from tests.care.builders import FIRST, HOME_CARE, LAST, NURSERY, a_placement, a_provider, site_of, staff_of
from tests.members.builders import a_member
from tests.procurement.builders import manager, officer

pytestmark = pytest.mark.usefixtures("app")
NOW = dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)
LAST_ON = dt.date(2026, 6, 30)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def contract_of(row: Organisation) -> Contract:
    return db.session.execute(sa.select(Contract).where(Contract.organisation_id == row.id)).scalar_one()


def prepared(row: Organisation, kind: str = "end", last_on: dt.date = LAST_ON) -> ContractEnding:
    with unit_of_work():
        return contracts.prepare_end(contract_of(row), End(kind, last_on, "The house closes."), by=officer())


def carried_out(ending: ContractEnding, **more: object) -> None:
    values: dict[str, object] = {"by": officer(), **more}
    with unit_of_work():
        contracts.carry_out(ending, "success", **values)  # type: ignore[arg-type]


def offered(
    placement: Placement,
    to: Organisation,
    first: dt.date = LAST_ON + DAY,
    last: dt.date = LAST,
    *,
    accepts: bool = True,
) -> Placement:
    with unit_of_work():
        row = services.offer_placement(
            placement.grant, organisation_id=to.id, site_id=site_of(to).id, service=NURSERY, valid_from=first,
            valid_until=last, pattern=[Slot(0, 510, 90)], by=SYSTEM,
        )  # fmt: skip
        if accepts:
            services.answer_placement(row, "accept", by=staff_of(to))
    return row


def left(ending: ContractEnding) -> tuple[int, int]:
    return tuple(continuity.after(ending.contract_id, ending.last_on))  # type: ignore[return-value]


def test_with_people_a_contract_does_not_end_at_once() -> None:
    row = a_provider()
    a_placement(a_member(), row)
    with pytest.raises(Conflict, match="prepare its end"), unit_of_work():
        contracts.end(contract_of(row), on=LAST_ON, reason="x", by=officer())
    assert contract_of(row).state == "active"


def test_it_ends_once_everybody_has_accepted_a_next_provider() -> None:
    row, near = a_provider(), a_provider()
    placement = a_placement(a_member(), row)
    ending = prepared(row)
    assert left(ending) == (1, 1)
    with pytest.raises(Conflict, match="next provider"):
        carried_out(ending)
    offer = offered(placement, near, accepts=False)
    assert left(ending) == (1, 1), "an offer is no answer"
    with unit_of_work():
        services.answer_placement(offer, "accept", by=staff_of(near))
    assert left(ending) == (1, 0)
    carried_out(ending)
    found = contract_of(row)
    assert (found.state, found.valid_until, ending.result, ending.people) == ("ended", LAST_ON, "success", 1)
    assert contract_line_for(row.id, NURSERY, LAST_ON) is not None
    assert contract_line_for(row.id, NURSERY, LAST_ON + DAY) is None
    assert not list(audit.verify())


@pytest.mark.parametrize("gap", ["begins_late", "ends_early", "same_provider"])
def test_a_next_provider_with_a_gap_is_none(gap: str) -> None:
    row, near = a_provider(5), a_provider()
    placement = a_placement(a_member(), row)
    if gap == "begins_late":
        offered(placement, near, first=LAST_ON + 2 * DAY)
    elif gap == "ends_early":
        offered(placement, near, last=LAST - DAY)
    else:
        offered(placement, row)
    assert left(prepared(row))[1] == 1


def test_an_arrangement_in_writing_covers_one_person() -> None:
    row = a_provider()
    one, other = a_placement(a_member(), row), a_placement(a_member(), row)
    ending, assessor = prepared(row), actor_with(Role.CARE_ASSESSOR)
    for who, words in ((assessor, ""), (officer(), "x")):
        with pytest.raises((InputErrors, Forbidden)), unit_of_work():
            arrange(ending, one, reason="No place.", arrangement=words, by=who)
    with unit_of_work():
        arrange(ending, one, reason="No place before August.", arrangement="The aunt, until 31 July.", by=assessor)
        arrange(ending, one, reason="No place before August.", arrangement="The aunt, until 31 August.", by=assessor)
    assert db.session.execute(sa.select(InterimArrangement.arrangement)).scalars().all() == [
        "The aunt, until 31 August."
    ]
    assert left(ending) == (2, 1)
    assert [plan.is_covered for plan in plan_of(ending.contract_id, LAST_ON, ending.id)] == [True, False]
    assert other.number != one.number


def test_only_the_chair_ends_it_before_and_in_writing() -> None:
    row = a_provider()
    a_placement(a_member(), row)
    ending, chair = prepared(row), actor_with(Role.PROCUREMENT_CHAIR)
    with pytest.raises(Conflict):
        carried_out(ending, uncovered_reason="The roof fell in.")
    with pytest.raises(InputErrors):
        carried_out(ending, by=chair)
    carried_out(ending, by=chair, uncovered_reason="The roof fell in.")
    assert (ending.uncovered, ending.uncovered_reason) == (1, "The roof fell in.")


def test_placements_end_with_the_contract_and_only_those_it_carried() -> None:
    row, near = a_provider(), a_provider()
    mine, away = a_placement(a_member(), row), a_placement(a_member(), near)
    offered(mine, near)
    carried_out(prepared(row))
    for _again in range(2):
        listening.listen()
    db.session.expire_all()
    assert (mine.state, mine.valid_until) == ("ended", LAST_ON)
    assert (away.state, away.valid_until) == ("accepted", LAST)


def test_a_second_contract_of_the_provider_carries_its_people_on() -> None:
    row = a_provider()
    a_placement(a_member(), row)
    first = contract_of(row)
    with unit_of_work():
        again = Contract(
            number="C-2026-900-X", organisation_id=row.id, title="More care", origin="open_list",
            service_line="childcare", valid_from=FIRST, valid_until=LAST, state="active", signed_by_provider="one",
            signed_by_fund="two", created_at=NOW,
        )  # fmt: skip
        again.lines = [ContractLine(service=NURSERY, rate=900, valid_from=FIRST, valid_until=LAST)]
        db.session.add(again)
    with unit_of_work():
        contracts.end(first, on=LAST_ON, reason="One is enough.", by=officer())
    listening.listen()
    assert db.session.scalar(sa.select(Placement.state)) == "accepted"


def test_nobody_is_placed_beyond_an_end_that_is_prepared() -> None:
    row = a_provider()
    assert row.id in {one.id for one in queries.contracted_organisations(NURSERY, LAST_ON, LAST_ON + DAY)}
    ending = prepared(row)
    assert row.id in {one.id for one in queries.contracted_organisations(NURSERY, LAST_ON, LAST_ON)}
    assert row.id not in {one.id for one in queries.contracted_organisations(NURSERY, LAST_ON, LAST_ON + DAY)}
    with unit_of_work():
        contracts.drop_end(ending, "They stay.", by=officer())
    assert row.id in {one.id for one in queries.contracted_organisations(NURSERY, LAST_ON, LAST_ON + DAY)}


def test_both_sides_agree_and_another_officer_carries_it_out() -> None:
    row, author = a_provider(), officer()
    with unit_of_work():
        ending = contracts.prepare_end(contract_of(row), End("agreement", LAST_ON, "Both move on."), by=author)
    with pytest.raises(Conflict, match="not agreed"):
        carried_out(ending)
    for who in (officer(), manager(a_provider().id)):
        with pytest.raises(Forbidden), unit_of_work():
            contracts.agree_to_end(ending, by=who)
    with unit_of_work():
        contracts.agree_to_end(ending, by=manager(row.id))
    with pytest.raises(Forbidden, match="You prepared"):
        carried_out(ending, by=author)
    carried_out(ending)
    assert contract_of(row).state == "terminated"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"kind": "breach"}, "breach"),
        ({"kind": "other"}, "kind"),
        ({"last_on": dt.date(2026, 4, 30)}, "ends_on"),
        ({"last_on": LAST + DAY}, "ends_on"),
        ({"reason": " "}, "reason"),
    ],
)
def test_an_end_that_cannot_be_is_refused(changes: dict[str, object], where: str) -> None:
    row = a_provider()
    end = replace(End("end", LAST_ON, "Closes."), **changes)  # type: ignore[arg-type]
    with pytest.raises(InputErrors) as error, unit_of_work():
        contracts.prepare_end(contract_of(row), end, by=officer())
    assert [problem.where for problem in error.value.problems] == [where]


def test_an_end_whose_last_day_passed_meanwhile_takes_nobody_s_care_back() -> None:
    row = a_provider()
    a_placement(a_member(), row)
    ending = prepared(row)
    with clock.frozen(NOW + 90 * DAY), pytest.raises(Conflict, match="care went on"):
        carried_out(ending)


def test_restricted_care_counts_for_the_end_and_is_shown_to_named_staff_only() -> None:
    row = a_provider()
    a_placement(a_member(), row)
    placement = a_placement(a_member(), row, at_home=True)
    with unit_of_work():
        db.session.execute(sa.update(Service).values(is_restricted=True).where(Service.code == HOME_CARE))
    ending, assessor = prepared(row), actor_with(Role.CARE_ASSESSOR)
    assert left(ending) == (2, 2)
    assert len(plan_of(ending.contract_id, LAST_ON, ending.id, assessor)) == 1
    assert cut_placement(ending, placement.number, assessor) is None
    named = replace(assessor, scopes=frozenset({"restricted"}))
    assert len(plan_of(ending.contract_id, LAST_ON, ending.id, named)) == 2


def enter(client: FlaskClient, account: Account) -> None:
    assert client.post(f"/demo/sign-in/{account.id}").status_code == 303


def test_from_the_contract_to_its_last_day_on_the_screen(client: FlaskClient) -> None:
    row, near = a_provider(), a_provider()
    placement = a_placement(a_member(), row)
    number = contract_of(row).number
    first, second = account_with(Role.PROCUREMENT_OFFICER), account_with(Role.PROCUREMENT_OFFICER)
    assessor, theirs = account_with(Role.CARE_ASSESSOR), account_with(Role.PROVIDER_MANAGER, organisation_id=row.id)
    stranger = account_with(Role.PROVIDER_MANAGER, organisation_id=near.id)
    public_id = placement.member.public_id
    enter(client, first)
    assert client.get(f"/care/continuity/{number}").status_code == 404
    page = client.get(f"/contracts/{number}").text
    assert "1 person is placed here today or later." in page
    form = {"kind": "end", "ends_on": LAST_ON.isoformat(), "reason": "The house closes."}
    assert client.post(f"/contracts/{number}/end", data=form | {"ends_on": "soon"}).status_code == 422
    assert client.post(f"/contracts/{number}/end", data=form).status_code == 303
    assert "someone else must carry it out" in client.get(f"/contracts/{number}/ending").text
    mail = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.template == "contract_ending")).one()
    assert mail.arguments["number"] == number
    enter(client, assessor)
    assert f"/care/continuity/{number}" in client.get("/today").text
    plan = client.get(f"/care/continuity/{number}").text
    assert public_id in plan
    assert "Amal" not in plan
    assert "Offer the next provider" in plan
    address = f"/care/continuity/{number}/{placement.number}"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"reason": "No place.", "arrangement": ""}).status_code == 422
    assert client.get(f"/care/continuity/{number}/PL-2026-999-X").status_code == 404
    enter(client, theirs)
    assert client.get(f"/contracts/{number}/ending").status_code == 200
    assert public_id not in client.get(f"/contracts/{number}/ending").text
    assert client.get(f"/care/continuity/{number}").status_code == 404
    assert client.post(f"/contracts/{number}/ending", data={"act": "drop", "closing_reason": "x"}).status_code == 403
    enter(client, stranger)
    assert client.get(f"/contracts/{number}/ending").status_code == 404
    assert client.post(f"/contracts/{number}/ending/agree").status_code == 404
    enter(client, second)
    assert "Waiting for the plan of care." in client.get(f"/contracts/{number}/ending").text
    done = {"act": "carry_out", "result": "success"}
    assert client.post(f"/contracts/{number}/ending", data=done).status_code == 409
    enter(client, assessor)
    words = {"reason": "No place before July.", "arrangement": "The aunt, until 31 July."}
    assert client.post(address, data=words).status_code == 303
    assert "The aunt" in client.get(f"/care/continuity/{number}").text
    enter(client, second)
    assert client.post(f"/contracts/{number}/ending", data={"act": "carry_out"}).status_code == 422
    assert client.post(f"/contracts/{number}/ending", data=done).status_code == 303
    assert "What was agreed until then was given" in client.get(f"/contracts/{number}/ending").text
