"""The registrar decides, with dates and reasons; the public sees who is accredited and no more."""

import datetime as dt

import pytest

from core import audit
from core.accounts.models import Account
from core.accounts.services import issue_token
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.errors import Forbidden, InputErrors
from core.events import unread
from core.roles import Role
from core.states import IllegalStep
from core.web.access import actor_of
from payments.services import set_account
from providers import queries
from providers.services import accreditation, registration, staging
from tests.accounts import account_with, actor_with, sign_in
from tests.providers.builders import accredited, catalogue, complete, draft, today


@pytest.fixture
def sent(app):
    """A registration that waits for the registrar."""
    catalogue()
    organisation_id, account = draft()
    provider = queries.provider_of(organisation_id)
    with unit_of_work():
        complete(provider, account)
        registration.submit(provider, by=actor_of(db.session.get(Account, account.id)))
    return provider


def days(count):
    return today() + dt.timedelta(days=count)


def test_an_accredited_provider_counts_on_its_days_only(sent):
    by = actor_with(Role.REGISTRAR)
    with unit_of_work():
        staging.authorise(sent, valid_from=today(), valid_until=days(300), reason="All there.", by=by)
        staging.accredit(sent, valid_from=today(), valid_until=days(10), reason="All there.", by=by)
    organisation_id = sent.organisation_id
    assert [queries.is_accredited(organisation_id, days(n)) for n in (-1, 0, 10, 11)] == [False, True, True, False]
    with unit_of_work():
        assert [event.effective_from for event in unread("t", ["provider.accredited"])] == [today()]
    assert not list(audit.verify())


def test_suspended_days_do_not_count_and_a_restored_provider_does(sent):
    by = actor_with(Role.REGISTRAR)
    with unit_of_work():
        staging.authorise(sent, valid_from=days(-30), valid_until=days(30), reason="x", by=by)
        staging.accredit(sent, valid_from=days(-30), valid_until=days(30), reason="x", by=by)
        accreditation.suspend(sent, on=days(-5), reason="Licence ran out.", by=by)
    organisation_id = sent.organisation_id
    assert [queries.is_accredited(organisation_id, days(n)) for n in (-6, -5, 0)] == [True, False, False]
    with pytest.raises(InputErrors, match="Choose a day after"):
        accreditation.restore(sent, on=days(-5), reason="x", by=by)
    with unit_of_work():
        accreditation.restore(sent, on=today(), reason="Renewed.", by=by)
    assert [queries.is_accredited(organisation_id, days(n)) for n in (-1, 0)] == [False, True]


def test_only_a_registrar_decides_and_only_about_what_was_sent(sent):
    values = {"valid_from": today(), "valid_until": days(1), "reason": "x"}
    with pytest.raises(Forbidden, match="Only a registrar"):
        staging.authorise(sent, by=actor_with(Role.AUDITOR), **values)
    own = actor_with(Role.REGISTRAR, organisation_id=sent.organisation_id)
    with pytest.raises(Forbidden, match="another registrar"):
        staging.authorise(sent, by=own, **values)
    by = actor_with(Role.REGISTRAR)
    with pytest.raises(IllegalStep):
        staging.accredit(sent, by=by, **values)
    with unit_of_work():
        staging.authorise(sent, by=by, **values)
        staging.accredit(sent, by=by, **values)
    with pytest.raises(IllegalStep):
        staging.accredit(sent, by=by, **values)


def test_sent_back_reasons_stand_first_for_the_cooperative(client, sent):
    number, organisation_id = sent.number, sent.organisation_id
    sign_in(client, Role.REGISTRAR)
    assert "Review Cooperative 1" in client.get("/today").text
    assert client.post(f"/providers/{number}/send-back", data={"reasons": " "}).status_code == 422
    form = {"reasons": "Page 3 of the statutes is missing."}
    assert client.post(f"/providers/{number}/send-back", data=form).status_code == 303
    client.post("/logout")
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=organisation_id)
    assert "Page 3 of the statutes is missing." in client.get(f"/providers/{number}/registration").text
    assert "Mend your registration" in client.get("/today").text


def test_the_registrar_accredits_on_the_screen(client, sent):
    number = sent.number
    sign_in(client, Role.REGISTRAR)
    page = client.get(f"/providers/{number}").text
    assert "No other organisation has this name, number or bank account" in page
    wrong = {"valid_from": "2026-05-01", "valid_until": "2026-04-01", "reason": ""}
    response = client.post(f"/providers/{number}/authorise", data=wrong)
    assert response.status_code == 422
    assert "before the first" in response.text
    assert "Write the reason" in response.text
    right = {"valid_from": "2026-05-01", "valid_until": "2027-04-30", "reason": "All there."}
    for step in ("authorise", "accredit"):
        assert client.post(f"/providers/{number}/{step}", data=right).status_code == 303
    for action, day, field in (("suspend", "2026-06-01", "suspended_on"), ("restore", "2026-07-01", "restored_on")):
        response = client.post(
            f"/providers/{number}/{action}",
            data={field: day, "suspension_reason": "Because.", "restoring_reason": "Because."},
        )
        assert response.status_code == 303, response.text
    assert "Accredited" in client.get(f"/providers/{number}").text
    assert client.get("/providers?state=accredited").status_code == 200


def test_a_twin_by_name_is_shown_to_the_registrar(client, sent):
    with unit_of_work():
        account = account_with(Role.PROVIDER_MANAGER)
        registration.start(
            registration.OrganisationFacts("COOPERATIVE 1", "mutual", "other", "X-77", "Hills"),
            by=actor_of(account), account=account,
        )  # fmt: skip
    number = sent.number
    sign_in(client, Role.REGISTRAR)
    page = client.get(f"/providers/{number}").text
    assert "Side by side" in page
    assert "X-77" in page


def test_a_twin_by_bank_account_is_shown_beside_the_applicant(client, sent):
    other = accredited(2)
    with unit_of_work():
        for key in (other, sent.organisation_id):
            set_account(key, kind="iban", number="DE89370400440532013000", holder="One and the same", by=SYSTEM)
    number = sent.number
    sign_in(client, Role.REGISTRAR)
    page = client.get(f"/providers/{number}").text
    assert "Cooperative 2" in page
    assert page.count("Bank …3000") >= 2


def test_a_provider_cannot_accredit(client, sent):
    number, organisation_id = sent.number, sent.organisation_id
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=organisation_id)
    assert client.post(f"/providers/{number}/accredit").status_code == 403


def test_the_public_finds_accredited_providers_by_care_and_district(client, sent):
    accredited(2, line="childcare")
    page = client.get("/public/providers?service=childcare&district=Salt+Coast").text
    assert "Cooperative 2" in page
    assert "Cooperative 1" not in client.get("/public/providers").text
    assert "Cooperative 2" not in client.get("/public/providers?service=health").text


def test_the_api_lists_accredited_providers_to_a_token(client, sent):
    other = accredited(2)
    number, waiting = queries.provider_of(other).number, sent.number
    account = account_with(Role.PROVIDER_CLERK, organisation_id=other)
    with unit_of_work():
        token = issue_token(account, other, label="t", by=SYSTEM)
    asking = {"Authorization": f"Bearer {token}"}
    assert [row["number"] for row in client.get("/api/v1/providers", headers=asking).json] == [number]
    one = client.get(f"/api/v1/providers/{number}", headers=asking).json
    (site,) = one["sites"]
    assert (site["name"], site["district"], site["places"]) == ("House", "Salt Coast", {"health": 12})
    assert site["free"] == {"health": "few"}
    assert client.get(f"/api/v1/providers/{waiting}", headers=asking).status_code == 404
    assert client.get("/api/v1/providers").status_code in (401, 403)
    assert client.get("/api/v1/providers?limit=0", headers=asking).status_code == 422
