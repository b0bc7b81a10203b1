"""Open lists: two officers publish, whoever meets the terms is admitted by two more, prices move for all at once."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from core import audit, clock, plan
from core.db import db, unit_of_work
from core.errors import Conflict, DomainError, Forbidden, InputErrors
from core.events import Event
from core.outbox import OutboxMessage
from core.roles import Role
from core.states import IllegalStep
from procurement.listing import ListTerms
from procurement.models.open_list import OpenListVersion
from procurement.queries import open_lists as queries
from procurement.queries.contracts import contract_line_for
from procurement.services import open_lists
from procurement.services.open_lists import OpenTerms
from tests.accounts import actor_with
from tests.procurement.builders import admitted, applied, manager, officer, published_list
from tests.providers.builders import accredited, catalogue, draft, today

TARIFFS = """
currency_exponent = 3
valid_from = 2020-01-01
[lists]
least_applicants = 3
gather_days = 15
completion_days = 10
decision_days = 20
notice_days = 30
appeal_days = 10
[[rates]]
service = "HC-100"
rate = "6.000"
basis = "Tariff regulation, 1"
[[rates]]
service = "HC-110"
rate = "11.000"
basis = "Tariff regulation, 2"
"""
CHEAPER = {"HC-100": Decimal(5500), "HC-110": Decimal(11000)}


def in_days(count: int) -> dt.date:
    return today() + dt.timedelta(days=count)


def later(days: int):
    return clock.frozen(clock.now() + dt.timedelta(days=days))


def terms(rates=CHEAPER) -> ListTerms:
    return ListTerms(rates, "Open five days a week.")


@pytest.fixture
def provider(app) -> int:
    catalogue()
    return accredited()


@pytest.fixture
def rules(provider) -> None:
    """The plan's rules and prices in force."""
    with unit_of_work():
        author, approver = actor_with(Role.PLAN_MANAGER), actor_with(Role.PLAN_MANAGER)
        plan.approve(plan.prepare("tariffs", TARIFFS, valid_from=dt.date(2020, 1, 1), by=author), by=approver)


def test_an_admitted_provider_has_a_contract_in_force_at_the_lists_prices(provider):
    row = published_list()
    sent = admitted(row, provider)
    contract = sent.contract
    assert (contract.origin, contract.origin_reference, contract.state) == ("open_list", row.number, "active")
    assert contract.valid_from == today() == sent.admitted_on
    assert contract.signed_by_provider == sent.signed_by
    assert contract_line_for(provider, "HC-110", today()).rate == 11000
    assert [member.number for member in queries.admitted(row, today())] == [sent.number]


def test_the_officer_who_drafted_a_list_cannot_publish_it(provider):
    by = officer()
    with unit_of_work():
        row = open_lists.draft(OpenTerms("List", "health", today(), today(), {"HC-100": Decimal(1)}), by=by)
    with pytest.raises(Forbidden, match="another officer"), unit_of_work():
        open_lists.publish(row, by=by)


def test_who_checked_an_application_cannot_decide_it_by_service_or_database(provider):
    sent, by = applied(published_list(), provider), officer()
    with unit_of_work():
        open_lists.propose(sent, is_admitted=True, code="", reason="", by=by)
    with pytest.raises(Forbidden, match="another officer"), unit_of_work():
        open_lists.decide(sent, by=by)
    with pytest.raises(IntegrityError, match="four_eyes"), unit_of_work():
        sent.decided_by = by.person
    assert queries.application(sent.number, None, officer()).state == "checked"


def test_who_is_not_accredited_cannot_apply_and_reads_why(provider):
    organisation_id, _account = draft(7)
    with pytest.raises(InputErrors, match="Accredited by the fund today"), unit_of_work():
        open_lists.apply(published_list(), by=manager(organisation_id), has_agreed=True)


def test_a_list_with_a_minimum_says_how_many_places_there_are(provider):
    with pytest.raises(InputErrors, match=r"20 licensed places \(you have 12\)"), unit_of_work():
        open_lists.apply(published_list(minimum_places=20), by=manager(provider), has_agreed=True)


def test_the_box_must_be_ticked_and_nobody_applies_twice(provider):
    row, by = published_list(), manager(provider)
    with pytest.raises(InputErrors, match="Tick"), unit_of_work():
        open_lists.apply(row, by=by, has_agreed=False)
    applied(row, provider)
    with pytest.raises(Conflict, match="already"), unit_of_work():
        open_lists.apply(row, by=by, has_agreed=True)


def test_a_closed_list_takes_nobody_and_cannot_open_again(provider):
    row = published_list()
    with unit_of_work():
        open_lists.close(row, by=officer())
    with pytest.raises(Conflict, match="not open"), unit_of_work():
        open_lists.apply(row, by=manager(provider), has_agreed=True)
    with pytest.raises(IllegalStep), unit_of_work():
        open_lists.publish(row, by=officer())


def test_a_price_for_a_service_of_another_kind_of_care_is_refused(provider):
    with pytest.raises(InputErrors, match="CC-100 is not a service"), unit_of_work():
        open_lists.draft(OpenTerms("List", "health", today(), today(), {"CC-100": Decimal(1)}), by=officer())


def test_a_price_beside_the_plans_own_is_refused_with_the_plans_price(rules):
    with pytest.raises(InputErrors, match=r"The plan fixes 6\.000"), unit_of_work():
        open_lists.draft(OpenTerms("List", "health", today(), today(), {"HC-100": Decimal(6001)}), by=officer())


def test_missing_evidence_is_asked_for_and_too_late_after_its_day(rules, provider):
    row = published_list(evidence=("licence",))
    sent = applied(row, provider)
    assert ["evidence-licence", False] in sent.checks
    with unit_of_work():
        open_lists.ask(sent, "The licence for the house.", by=officer())
    assert sent.complete_by == in_days(10)
    with pytest.raises(Conflict, match="may complete this until"), unit_of_work():
        open_lists.propose(sent, is_admitted=False, code="incomplete", reason="Nothing came.", by=officer())
    with later(11), pytest.raises(DomainError, match="The time to complete this is over"), unit_of_work():
        open_lists.complete(sent, "Here it is.", by=manager(provider))
    with later(10), unit_of_work():
        open_lists.complete(sent, "Here it is.", by=manager(provider))
    assert sent.state == "submitted"
    with pytest.raises(InputErrors, match="Say why"), unit_of_work():
        open_lists.propose(sent, is_admitted=True, code="", reason="", by=officer())


def refused(row, organisation_id):
    sent = applied(row, organisation_id)
    with unit_of_work():
        open_lists.propose(sent, is_admitted=False, code="exclusion", reason="Taxes unpaid.", by=officer())
        open_lists.decide(sent, by=officer())
    return sent


def test_a_refusal_has_its_ground_and_an_upheld_appeal_makes_it_decided_anew(rules, provider):
    sent, review = refused(published_list(), provider), actor_with(Role.COMPLAINTS_OFFICER)
    assert (sent.state, sent.reason_code, sent.contract) == ("refused", "exclusion", None)
    with unit_of_work():
        appeal = open_lists.appeal(sent, "The taxes are paid since May.", by=manager(provider))
    with pytest.raises(Conflict, match="already"), unit_of_work():
        open_lists.appeal(sent, "Once more.", by=manager(provider))
    with unit_of_work():
        open_lists.decide_appeal(appeal, is_upheld=True, answer="The receipt is of May.", by=review)
    assert (sent.state, sent.proposal) == ("submitted", None)


def test_an_appeal_comes_in_time_and_is_not_decided_by_who_acted(rules, provider):
    sent = refused(published_list(), provider)
    with later(11), pytest.raises(DomainError, match="The time to appeal ended"), unit_of_work():
        open_lists.appeal(sent, "Late.", by=manager(provider))
    both = actor_with(Role.COMPLAINTS_OFFICER, Role.PROCUREMENT_OFFICER)
    with unit_of_work():
        appeal = open_lists.appeal(sent, "In time.", by=manager(provider))
        sent.decided_by = both.person
    with pytest.raises(Forbidden, match="You acted in this"), unit_of_work():
        open_lists.decide_appeal(appeal, is_upheld=False, answer="No.", by=both)


def test_the_list_stands_only_when_enough_applied_in_its_days(rules, provider):
    row = published_list()
    sent = applied(row, provider)
    with unit_of_work():
        open_lists.propose(sent, is_admitted=True, code="", reason="", by=officer())
    with pytest.raises(Conflict, match="before 3 have applied"), unit_of_work():
        open_lists.decide(sent, by=officer())
    others = [applied(row, accredited(number)) for number in (2, 3)]
    with unit_of_work():
        open_lists.withdraw(others[0], by=manager(others[0].organisation_id))
        open_lists.decide(sent, by=officer())
    assert sent.state == "admitted"


def test_a_list_that_two_wanted_in_fifteen_days_has_failed_before_and_after_the_worker_notices(rules, provider):
    row = published_list()
    sent = [applied(row, key) for key in (provider, accredited(2))]
    with later(15):
        assert not open_lists.has_failed(row, today())
    with later(16):
        with pytest.raises(Conflict, match="not open"), unit_of_work():
            open_lists.apply(row, by=manager(accredited(3)), has_agreed=True)
        open_lists.fail_what_is_due()
        open_lists.fail_what_is_due()
    assert queries.open_list_by_number(row.number).state == "failed"
    assert {queries.application(each.number, None, officer()).state for each in sent} == {"lapsed"}


def test_a_changed_price_moves_the_list_and_every_contract_from_its_day_in_one_act(rules, provider):
    row = published_list()
    members = [admitted_in(row, key) for key in ids(provider)]
    with unit_of_work():
        plan_for(CHEAPER)
        change = open_lists.propose_change(row, terms(), effective_from=in_days(30), reason="Rents fell.", by=officer())
    assert [row["where"] for row in change.changes] == ["rates.HC-100"]
    assert contract_line_for(provider, "HC-100", in_days(40)).rate == 6000  # nothing counts yet
    with unit_of_work():
        open_lists.publish_change(change, by=officer())
    for member in members:
        assert contract_line_for(member.organisation_id, "HC-100", in_days(29)).rate == 6000
        assert contract_line_for(member.organisation_id, "HC-100", in_days(30)).rate == 5500
        assert contract_line_for(member.organisation_id, "HC-110", in_days(30)).rate == 11000
    told = [event.subject for event in db.session.query(Event) if event.kind == "contract.rate_agreed"]
    assert sorted(told) == sorted(member.contract.number for member in members)
    assert {mail.template for mail in db.session.query(OutboxMessage)} >= {"list_changed"}
    assert list(audit.verify()) == []


def test_who_joins_before_the_day_of_a_change_takes_both_prices_along(rules, provider):
    row = published_list()
    first = ids(provider)
    members = [admitted_in(row, key) for key in first]
    assert members
    with unit_of_work():
        plan_for(CHEAPER)
        change = open_lists.propose_change(row, terms(), effective_from=in_days(30), reason="Rents fell.", by=officer())
        open_lists.publish_change(change, by=officer())
    late = admitted(row, accredited(9))
    assert contract_line_for(late.organisation_id, "HC-100", in_days(29)).rate == 6000
    assert contract_line_for(late.organisation_id, "HC-100", in_days(31)).rate == 5500
    assert (late.confirmed_version, members[0].confirmed_version) == (2, 1)
    with unit_of_work():
        open_lists.confirm(members[0], by=manager(provider))
    assert members[0] not in queries.to_confirm(row)


def test_a_change_has_its_notice_and_its_second_person_by_service_and_database(rules, provider):
    row, by = published_list(), officer()
    with pytest.raises(InputErrors, match="first day lies between"), unit_of_work():
        open_lists.propose_change(row, terms(), effective_from=in_days(29), reason="Rents fell.", by=by)
    same = terms({"HC-100": Decimal(6000), "HC-110": Decimal(11000)})
    with pytest.raises(InputErrors, match="Nothing differs"), unit_of_work():
        open_lists.propose_change(row, same, effective_from=in_days(30), reason="None.", by=by)
    with unit_of_work():
        plan_for(CHEAPER)
        change = open_lists.propose_change(row, terms(), effective_from=in_days(30), reason="Rents fell.", by=by)
    with pytest.raises(Forbidden, match="another officer"), unit_of_work():
        open_lists.publish_change(change, by=by)
    found = db.session.get(OpenListVersion, change.id)
    with pytest.raises(IntegrityError, match="four_eyes"), unit_of_work():
        found.state, found.version, found.decided_by = "published", 2, by.person


def test_a_suspended_provider_has_no_price_until_it_is_restored(provider):
    row = published_list()
    sent = admitted(row, provider)
    with unit_of_work():
        open_lists.suspend(sent, code="terms", reason="Closed on Mondays.", on=in_days(5), by=officer())
    assert contract_line_for(provider, "HC-100", in_days(4)).rate == 6000
    assert contract_line_for(provider, "HC-100", in_days(5)) is None
    assert queries.admitted(row, in_days(5)) == []
    with unit_of_work():
        open_lists.restore(sent, reason="Open again.", on=in_days(9), by=officer())
    assert contract_line_for(provider, "HC-100", in_days(8)) is None
    assert contract_line_for(provider, "HC-100", in_days(9)).rate == 6000


def test_an_upheld_appeal_against_a_suspension_leaves_no_day_without_a_price(rules, provider):
    row = published_list()
    sent, *_others = (admitted_in(row, key) for key in ids(provider))
    with unit_of_work():
        open_lists.suspend(sent, code="terms", reason="Closed on Mondays.", on=today(), by=officer())
        appeal = open_lists.appeal(sent, "We are open on Mondays.", by=manager(provider))
    with later(6), unit_of_work():
        open_lists.decide_appeal(appeal, is_upheld=True, answer="True.", by=actor_with(Role.COMPLAINTS_OFFICER))
    assert sent.state == "admitted"
    assert contract_line_for(provider, "HC-100", today()).rate == 6000
    assert contract_line_for(provider, "HC-100", in_days(3)).rate == 6000


def test_a_removal_needs_a_suspension_and_another_officer_and_ends_the_contract(provider):
    sent, by = admitted(published_list(), provider), officer()
    with pytest.raises(IllegalStep), unit_of_work():
        open_lists.remove(sent, reason="For good.", by=by)
    with unit_of_work():
        open_lists.suspend(sent, code="evidence", reason="Licence ran out.", on=in_days(3), by=by)
    with pytest.raises(Forbidden, match="another officer"), unit_of_work():
        open_lists.remove(sent, reason="For good.", by=by)
    with unit_of_work():
        open_lists.remove(sent, reason="For good.", by=officer())
    assert (sent.contract.state, sent.contract.valid_until) == ("ended", in_days(2))


def test_leaving_keeps_the_notice_and_the_last_day_counts(rules, provider):
    row = published_list()
    sent, *_others = (admitted_in(row, key) for key in ids(provider))
    with pytest.raises(InputErrors, match="last day lies between"), unit_of_work():
        open_lists.leave(sent, on=in_days(29), by=manager(provider))
    with unit_of_work():
        open_lists.leave(sent, on=in_days(30), by=manager(provider))
    assert sent in queries.admitted(row, in_days(30))
    assert sent not in queries.admitted(row, in_days(31))
    assert contract_line_for(provider, "HC-100", in_days(30)).rate == 6000
    assert contract_line_for(provider, "HC-100", in_days(31)) is None


def test_nobody_acts_on_another_providers_application(provider):
    sent = applied(published_list(), provider)
    stranger = manager(accredited(2))
    for act in (open_lists.withdraw, open_lists.confirm):
        with pytest.raises(Forbidden, match="another provider"), unit_of_work():
            act(sent, by=stranger)
    assert queries.application(sent.number, stranger.organisation_id, stranger) is None


def ids(first: int) -> list[int]:
    """Three providers: as many as a list needs."""
    return [first, accredited(2), accredited(3)]


def admitted_in(row, organisation_id):
    """Admitted once three have applied."""
    sent = applied(row, organisation_id)
    with unit_of_work():
        row.least_applicants = 1
    with unit_of_work():
        open_lists.propose(sent, is_admitted=True, code="", reason="", by=officer())
        open_lists.decide(sent, by=officer())
    return sent


def plan_for(rates) -> None:
    """A later version of the plan with these prices, from the day of the change."""
    text = TARIFFS.replace('"6.000"', f'"{rates["HC-100"] / 1000:.3f}"')
    author, approver = actor_with(Role.PLAN_MANAGER), actor_with(Role.PLAN_MANAGER)
    plan.approve(plan.prepare("tariffs", text, valid_from=in_days(30), by=author), by=approver)
