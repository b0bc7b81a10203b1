"""Authorised, then accredited: each on the plan's checklist, with its evidence, its days and its reminders."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core import clock, plan
from core.accounts.models import Account
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.outbox import OutboxMessage
from core.roles import Role
from core.web.access import actor_of
from providers import queries
from providers.models import Provider, RequirementMet
from providers.plan import PART, parse
from providers.requirements import Evidence
from providers.services import accreditation, registration, reminding, staging
from tests.accounts import actor_with, sign_in
from tests.providers.builders import PDF, assessed, catalogue, complete, draft

NOON = dt.datetime(2026, 11, 2, 12, 0, tzinfo=dt.UTC)
TODAY = NOON.date()
TEXT = (Path(__file__).resolve().parents[2] / "plan/providers.toml").read_text()
SEEN = {"register": Evidence("Extract, 3 pages.")}


@pytest.fixture
def number(app: object) -> Iterator[str]:
    """A sent registration with its statutes, under the fund's own plan."""
    with clock.frozen(NOON):
        catalogue()
        with unit_of_work():
            version = plan.prepare(PART, TEXT, valid_from=dt.date(2020, 1, 1), by=actor_with(Role.PLAN_MANAGER))
            plan.approve(version, by=actor_with(Role.PLAN_MANAGER))
        organisation_id, account = draft()
        provider = queries.provider_of(organisation_id)
        assert provider is not None
        with unit_of_work():
            complete(provider, account)
            who = db.session.get(Account, account.id)
            assert who is not None
            registration.submit(provider, by=actor_of(who))
        yield provider.number


def of(number: str) -> Provider:
    found = queries.provider_by_number(number)
    assert found is not None
    return found


def authorised(number: str, days: int = 60) -> None:
    until = TODAY + dt.timedelta(days=days)
    with unit_of_work():
        by = actor_with(Role.REGISTRAR)
        staging.authorise(of(number), valid_from=TODAY, valid_until=until, reason="x", by=by, found=SEEN)


def test_a_stage_names_every_requirement_that_nothing_shows(number: str) -> None:
    by = actor_with(Role.REGISTRAR)
    days = {"valid_from": TODAY, "valid_until": TODAY, "reason": "x"}
    with pytest.raises(InputErrors, match=r"found-register: Entry in its register, seen: not shown yet .*art. 4\(2\)"):
        staging.authorise(of(number), by=by, **days)
    authorised(number)
    with pytest.raises(InputErrors) as refused:
        staging.accredit(of(number), by=by, **days)
    said = [f"{row.where} {row.message}" for row in refused.value.problems]
    assert [row.split(":")[0] for row in said] == [
        "valid_from Licence to give care", "valid_from Insurance",
        "valid_from Assessment as a unit of the social and solidarity economy", "found-staff Qualified staff",
    ]  # fmt: skip


def test_the_two_steps_on_the_screen_with_papers_sent_in_between(number: str, client: FlaskClient) -> None:
    organisation_id = of(number).organisation_id
    form = {"valid_from": "2026-11-02", "valid_until": "2027-11-01", "reason": "All there."}
    sign_in(client, Role.REGISTRAR)
    assert client.post(f"/providers/{number}/authorise", data=form).status_code == 422
    typed = form | {"found-register": "Seen."}
    assert client.post(f"/providers/{number}/authorise", data=typed).status_code == 303
    client.post("/logout")
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=organisation_id)
    page = client.get(f"/providers/{number}/registration").text
    assert "You are authorised." in page
    assert page.count("Lacks") == 3
    assert "Licence to give care, Insurance" in client.get("/today").text
    for kind in ("licence", "insurance"):
        paper = {"kind": kind, "valid_until": "2027-06-30", "file": (io.BytesIO(PDF), f"{kind}.pdf")}
        assert client.post(f"/providers/{number}/registration/documents", data=paper).status_code == 303
    client.post("/logout")
    with unit_of_work():
        assessed(number)
    sign_in(client, Role.REGISTRAR)
    assert "Accredit Cooperative 1" in client.get("/today").text
    staff = form | {"found-staff": "Two certificates.", "until-staff": "2027-03-31"}
    answer = client.post(f"/providers/{number}/accredit", data=staff)
    assert answer.status_code == 303, answer.text
    rows = {
        row.key: (row.stage, row.evidence, row.valid_until)
        for row in db.session.execute(select(RequirementMet)).scalars()
    }
    assert rows["staff"] == ("accredited", "Two certificates.", dt.date(2027, 3, 31))
    assert rows["licence"][1:] == ("licence.pdf", dt.date(2027, 6, 30))
    assert rows["places"][1] == "12 places in all"
    assert queries.is_accredited(organisation_id, TODAY)
    assert "Authorised since" in client.get(f"/public/providers/{number}").text


def test_who_is_authorised_may_not_give_care_and_is_nowhere_public(number: str, client: FlaskClient) -> None:
    authorised(number, days=10)
    key = of(number).organisation_id
    stands = [queries.has_stage(key, "authorised", TODAY + dt.timedelta(days=n)) for n in (-1, 0, 10, 11)]
    assert stands == [False, True, True, False]
    assert not queries.is_accredited(key, TODAY)
    assert client.get(f"/public/providers/{number}").status_code == 404
    assert [of(number).standing_on(TODAY + dt.timedelta(days=n)) for n in (-1, 0, 11)] == [
        "awaited",
        "authorised",
        "lapsed",
    ]
    assert queries.standing_counts(TODAY + dt.timedelta(days=11)) == {"lapsed": 1}


def test_a_withdrawn_unit_is_no_longer_authorised(number: str) -> None:
    authorised(number)
    with unit_of_work():
        accreditation.withdraw(of(number), on=TODAY, reason="Closed.", by=actor_with(Role.REGISTRAR))
    assert not queries.has_stage(of(number).organisation_id, "authorised", TODAY + dt.timedelta(days=1))


def test_the_end_of_an_authorisation_is_told_once(number: str) -> None:
    authorised(number, days=7)
    for _tick in range(2):
        reminding.remind()
    rows = db.session.execute(select(OutboxMessage).where(OutboxMessage.template == "accreditation_ends")).scalars()
    assert [row.arguments["subject"] for row in rows] == ["Your authorisation ends on 9 November 2026"]


def test_evidence_that_ends_before_the_first_day_shows_nothing(number: str) -> None:
    ended = {"register": Evidence("Extract.", TODAY - dt.timedelta(days=1))}
    days = {"valid_from": TODAY, "valid_until": TODAY, "reason": "x"}
    with pytest.raises(InputErrors, match="this evidence has ended"):
        staging.authorise(of(number), by=actor_with(Role.REGISTRAR), found=ended, **days)


def test_a_plan_from_before_the_stages_still_binds_its_papers() -> None:
    head, rest = TEXT.split("[[requirement]]", 1)
    old = head.replace("renewal_days = 120", 'renewal_days = 120\npapers = ["licence"]')
    read = parse(old + rest[rest.index("# What the registrar asks for is") :])
    assert [(row.stage, row.paper) for row in read.requirements] == [("accredited", "licence")]


@pytest.mark.parametrize(("old", "new", "said"), [
    ('kind = "paper"\npaper = "licence"', 'kind = "paper"', "names its paper"),
    ('key = "licence"', 'key = "insurance"', "stands twice"),
    ('name = "Licensed places"\n', "", "Give it a name"),
])  # fmt: skip
def test_a_wrong_requirement_is_named(app: object, old: str, new: str, said: str) -> None:
    with pytest.raises(InputErrors, match=said):
        parse(TEXT.replace(old, new))
