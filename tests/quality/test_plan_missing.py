"""A fund that has not approved a part of the plan: every page says what is missing and who brings it."""

from __future__ import annotations

import datetime as dt

import pytest

from core import clock, plan
from core.roles import Role
from tests.accounts import actor_with, sign_in
from tests.quality import builders

PREPARED = "A plan manager"
AUDITORS = [
    ("/quality", "Quality indicators"),
    ("/quality/records", "Quality indicators"),
    ("/quality/scores", "Quality indicators"),
    ("/quality/desk", "Screens and the auditors’ year"),
    ("/quality/desk/screens", "Screens and the auditors’ year"),
    ("/quality/desk/years", "Screens and the auditors’ year"),
    ("/quality/returns", "Returns of providers"),
    ("/quality/inspections", "Checklists of inspections"),
    ("/quality/samples", "Samples of claim lines"),
    ("/quality/audit", "Audit cases and complaints of members"),
    ("/quality/double-reviews", "Audit cases and complaints of members"),
]


@pytest.mark.parametrize(("address", "part"), AUDITORS, ids=[address for address, _part in AUDITORS])
def test_an_auditor_reads_what_is_missing_and_who_brings_it(app, client, address, part):
    sign_in(client, Role.AUDITOR)
    answer = client.get(address)
    assert answer.status_code in (200, 409)
    assert PREPARED in answer.text
    assert f"“{part}”" in answer.text


def test_whoever_writes_something_down_reads_it_before_typing(app, client):
    sign_in(client, Role.INSPECTOR)
    assert PREPARED in client.get("/quality/inspections/new").text
    sign_in(client, Role.COMPLAINTS_OFFICER)
    assert PREPARED in client.get("/grievances/new").text


def test_a_part_that_begins_later_says_when(app, client):
    manager = actor_with(Role.PLAN_MANAGER)
    draft = plan.prepare("screens", builders.PARTS["screens"], valid_from=dt.date(2027, 1, 1), by=manager)
    plan.approve(draft, by=actor_with(Role.PLAN_MANAGER))
    sign_in(client, Role.AUDITOR)
    with clock.frozen(builders.AT):
        answer = client.get("/quality/desk")
    assert answer.status_code == 409
    assert "2027-01-01" in answer.text


def test_nothing_is_said_where_the_part_is_in_force(app, client):
    builders.world()
    sign_in(client, Role.AUDITOR)
    with clock.frozen(builders.AT):
        for address in ("/quality/desk", "/quality/audit", "/quality/records"):
            assert PREPARED not in client.get(address).text
