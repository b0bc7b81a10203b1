"""From a stratified sample of a case to the posted recovery and its appeal, each sum the one before it."""

from __future__ import annotations

import datetime as dt

import pytest

from core import clock
from core.db import database_clock, db, unit_of_work
from core.roles import Role
from payments.models import Payable
from quality.audit_cases import queries, services
from quality.audit_cases.services import Conclusion, Decision, Question
from quality.viewers import provider_seen
from tests.accounts import actor_with
from tests.quality import builders
from tests.quality.samples import builders as samples

DAY = dt.timedelta(days=1)


@pytest.fixture
def organisation(app):
    with unit_of_work():
        builders._plan()
    return samples.provider()


@pytest.fixture
def days():
    now = [samples.DRAW_AT + 31 * DAY]
    with clock.frozen(now[0]), database_clock(lambda: now[0]):
        yield now


def _open() -> str:
    provider = provider_seen(builders.number(samples.PLACE), builders.AUDITOR)
    asked = Question("Were these visits made?", "screen")
    with clock.frozen(builders.AT), unit_of_work():
        return services.open_case(provider, asked, by=builders.AUDITOR).number


def test_the_estimate_of_a_sample_becomes_the_recovery_and_its_appeal_lowers_it(organisation, days):
    number = _open()
    found = samples.judged("stratified", every=3, case=number)
    supported = samples.row(found).recoverable
    assert supported
    manager = actor_with(Role.PROVIDER_MANAGER, organisation_id=organisation)
    with unit_of_work():
        case = queries.audit_case(number)
        said = services.by_sample(case, "recover", "A third of the lines has no visit.", found)
        assert said.amount == supported
        assert found in said.rule
        services.conclude(case, said, by=builders.AUDITOR)
        services.reply(case, "Some were made.", by=manager)
        decided = Decision("recover", "As found.", supported, 2, dt.date(2027, 2, 1))
        services.decide(case, decided, by=samples.SECOND)
        services.appeal(case, "The books of August were not read.", by=manager)
    assert services.post_what_is_due() == 0
    third = actor_with(Role.COMPLAINTS_OFFICER)
    with unit_of_work():
        services.rule(queries.audit_case(number), supported - 1_001, "August was read again.", by=third)
    with clock.frozen(days[0] + 120 * DAY):
        assert services.post_what_is_due() == 2
    taken = [row.amount for row in db.session.query(Payable).filter_by(kind="recovery")]
    assert sum(taken) == -(supported - 1_001)
    assert queries.audit_case(number).amount_before == supported


def test_a_sample_that_was_not_judged_or_is_of_another_case_supports_nothing(organisation, days):
    number = _open()
    found = samples.drawn("stratified", case=number)
    for wanted in (found, "AS-2026-999-A"):
        with pytest.raises(Exception, match="no estimate yet"), unit_of_work():
            services.by_sample(queries.audit_case(number), "recover", "x", wanted)
    with pytest.raises(Exception, match="Say how the sum was found"), unit_of_work():
        services.conclude(queries.audit_case(number), Conclusion("recover", "x", 5_000), by=builders.AUDITOR)
