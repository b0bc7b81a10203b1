"""The SSE assessment: every criterion with its evidence, two people, versions, and reserved lots that read it."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient

from core.db import db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from procurement import reserving
from procurement.reserving import Facts
from providers import queries
from providers.states import CRITERIA
from tests.accounts import sign_in
from tests.providers.builders import accredited, catalogue, today


@pytest.fixture
def page(app: object) -> str:
    catalogue()
    provider = queries.provider_of(accredited())
    assert provider is not None
    return f"/providers/{provider.number}/assessment"


def answers(**changes: str) -> dict[str, str]:
    form = {f"met-{key}": "yes" for key in CRITERIA} | {f"evidence-{key}": "Statutes, art. 4" for key in CRITERIA}
    return (
        form | {"valid_from": today().isoformat()} | {name.replace("__", "-"): text for name, text in changes.items()}
    )


def result() -> bool | None:
    answer = queries.sse(1, today())
    return answer.is_sse if answer.is_assessed else None


def test_each_criterion_needs_an_answer_and_its_evidence_and_typed_work_stays(client: FlaskClient, page: str) -> None:
    sign_in(client, Role.REGISTRAR)
    form = answers(evidence__surplus=" ", evidence__purpose="Statutes, art. 2: care")
    del form["met-autonomy"]
    answer = client.post(page, data=form)
    assert answer.status_code == 422
    for words in ('href="#evidence-surplus"', 'href="#met-autonomy"', "Statutes, art. 2: care"):
        assert words in answer.text, words


def test_who_reviewed_does_not_approve_and_reserved_lots_read_what_is_approved(client: FlaskClient, page: str) -> None:
    first = sign_in(client, Role.REGISTRAR)
    assert client.post(page, data=answers(met__democratic="no")).status_code == 303
    assert client.post(f"{page}/approve").status_code == 403
    assert client.post(page, data=answers()).status_code == 409
    assert "Approve the assessment" not in client.get("/today").text
    assert result() is None
    client.post("/logout")
    sign_in(client, Role.REGISTRAR)
    assert "Approve the assessment of Cooperative 1" in client.get("/today").text
    assert client.post(f"{page}/approve").status_code == 303
    assert result() is False
    conditions = reserving.bidder_conditions(
        "res-sse", Facts("cooperative", sse=queries.sse(1, today())), today(), None
    )
    assert [row.is_met for row in conditions] == [True, False]
    client.post("/logout")
    client.post(f"/demo/sign-in/{first.id}")
    tomorrow = (today() + dt.timedelta(days=1)).isoformat()
    assert client.post(page, data=answers(valid_from=tomorrow)).status_code == 303
    client.post("/logout")
    sign_in(client, Role.REGISTRAR)
    assert client.post(f"{page}/send-back", data={"note": ""}).status_code == 422
    assert client.post(f"{page}/approve").status_code == 303
    said = [queries.sse(1, today() + dt.timedelta(days=n)) for n in (-1, 0, 1)]
    assert said == [(True, False), (False, True), (True, True)]  # by legal form, then as assessed


def test_a_company_is_no_unit_of_the_social_economy_whatever_is_ticked(client: FlaskClient, page: str) -> None:
    with unit_of_work():
        organisation = db.session.get(Organisation, 1)
        assert organisation is not None
        organisation.legal_form = "company"
    sign_in(client, Role.REGISTRAR)
    assert client.post(page, data=answers()).status_code == 303
    client.post("/logout")
    sign_in(client, Role.REGISTRAR)
    assert client.post(f"{page}/approve").status_code == 303
    assert result() is False
