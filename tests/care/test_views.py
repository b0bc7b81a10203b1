from __future__ import annotations

import datetime as dt
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from care.models import CareGrant, Placement
from core.db import db
from core.roles import Role
from tests.accounts import sign_in
from tests.care.builders import HOME_CARE, a_catalogue, a_grant, a_placement, a_provider, site_of
from tests.members.builders import a_member


def clerk(client: FlaskClient, organisation) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=organisation.id)


def test_the_assessor_decides_a_grant(client: FlaskClient) -> None:
    a_catalogue()
    member = a_member()
    sign_in(client, Role.CARE_ASSESSOR)
    form = {"member": member.public_id, "service_line": "long_term_care", "care_level": "3", "quantity": "120",
            "workers": "2", "valid_from": "2026-01-01", "valid_until": "31/12/2026",
            "reason": "assessed at home"}  # fmt: skip
    answer = client.post("/care/grants/new", data=form)
    assert answer.status_code == 303
    grant = db.session.execute(select(CareGrant)).scalar_one()
    assert (grant.care_level, grant.quantity, grant.workers) == (3, 120, 2)
    assert grant.valid_until == dt.date(2026, 12, 31)
    assert client.get(answer.location).status_code == 200
    bad = client.post("/care/grants/new", data={**form, "member": "NOBODY", "care_level": "3"})
    assert bad.status_code == 422
    assert 'href="#member"' in bad.text
    odd = client.post("/care/grants/new", data={**form, "service_line": "housing"})
    assert odd.status_code == 422
    worse = client.post(
        "/care/grants/new", data={**form, "care_level": "9", "workers": "7", "valid_from": "soon", "reason": ""}
    )
    assert worse.status_code == 422
    assert all(f'href="#{field}"' in worse.text for field in ("care_level", "workers", "valid_from", "reason"))
    assert "soon" in worse.text


def test_a_placement_is_offered_accepted_and_seen(client: FlaskClient) -> None:
    organisation, grant = a_provider(), a_grant(a_member(), "long_term_care")
    sign_in(client, Role.CARE_ASSESSOR)
    url = f"/care/grants/{grant.number}/placements/new"
    assert organisation.name in client.get(url).text
    form = {"service": HOME_CARE, "organisation": organisation.id, "weekdays": ["0", "3"], "starts": "8:30",
            "ends": "10:00", "valid_from": "2026-01-01", "valid_until": "2026-12-31"}  # fmt: skip
    assert client.post(url, data={**form, "ends": "08:00"}).status_code == 422
    answer = client.post(url, data=form)
    assert answer.status_code == 303, answer.text
    clerk(client, organisation)
    placement = db.session.execute(select(Placement)).scalar_one()
    assert placement.number in client.get("/today").text
    assert client.post(f"{answer.location}/answer", data={"action": "decline"}).status_code == 422
    assert client.post(f"{answer.location}/answer", data={"action": "accept"}).status_code == 303
    assert "Accepted" in client.get(answer.location).text


def test_another_providers_placement_does_not_exist(client: FlaskClient) -> None:
    placement = a_placement(a_member(), a_provider(), is_accepted=False)
    clerk(client, a_provider())
    url = f"/care/placements/{placement.number}"
    assert client.get(url).status_code == 404
    assert client.post(f"{url}/answer", data={"action": "accept"}).status_code == 404
    assert client.get(f"/care/grants/{placement.grant.number}").status_code == 404
    assert placement.number not in client.get("/care/placements").text
    db.session.refresh(placement)
    assert placement.state == "offered"


def test_a_file_is_read_first_and_kept_on_request_by_its_owner(client: FlaskClient) -> None:
    organisation = a_provider()
    child = a_member(born_on=dt.date(2024, 1, 1)).public_id
    text = "member_id,provider_id,facility_id,attended_on,arrived,left\n"
    for member in (child, "NOBODY"):
        text += f"{member},{organisation.number},1,2026-03-02,08:00,16:00\n"
    clerk(client, organisation)
    sent = {"file": (io.BytesIO(text.encode()), "march.csv"), "mapping": "touiza-attendance"}
    answer = client.post("/care/imports", data=sent)
    assert answer.status_code == 303, answer.text
    assert "1 ready, 1 need work" in client.get(answer.location).text
    assert "NOBODY" in client.get(f"{answer.location}/wrong.csv").text
    assert client.post(answer.location).status_code == 303
    week = client.get(f"/care/week?site={site_of(organisation).id}&on=2026-03-04").text
    assert "Within places" in week
    clerk(client, a_provider())
    assert client.get(answer.location).status_code == 404
    assert client.post(answer.location).status_code == 404


@pytest.mark.parametrize(("content", "name"), [(b"", "a.csv"), (b"PK\x03\x04zip", "a.csv"), (b"x,y\n1,2\n", "a.csv")])
def test_a_file_that_cannot_be_read_is_refused_in_words(client: FlaskClient, content: bytes, name: str) -> None:
    clerk(client, a_provider())
    sent = {"file": (io.BytesIO(content), name), "mapping": "touiza-attendance"}
    answer = client.post("/care/imports", data=sent)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_a_provider_does_not_import_hospital_stays(client: FlaskClient) -> None:
    clerk(client, a_provider())
    sent = {"file": (io.BytesIO(b"a\n1\n"), "a.csv"), "mapping": "medicare-synpuf-inpatient"}
    assert client.post("/care/imports", data=sent).status_code == 403
    assert "medicare-synpuf-inpatient" not in client.get("/care/imports").text


@pytest.mark.parametrize("role", [Role.CARE_ASSESSOR, Role.AUDITOR, Role.PROVIDER_MANAGER, Role.CARE_WORKER])
def test_the_lists_answer(client: FlaskClient, role: Role) -> None:
    organisation = a_provider()
    a_placement(a_member(), organisation)
    is_fund = role in (Role.CARE_ASSESSOR, Role.AUDITOR)
    sign_in(client, role, organisation_id=None if is_fund else organisation.id)
    assert client.get("/care").status_code == 302
    for path in ("/care/placements", "/care/visits", "/care/visits?show=incomplete", "/care/week", "/today"):
        assert client.get(path).status_code == 200, path
    assert client.get("/care/grants").status_code == (200 if is_fund else 404)
    assert client.get("/care/imports").status_code == (403 if role is Role.AUDITOR else 200)


def test_only_assessors_place_members(client: FlaskClient) -> None:
    grant = a_grant(a_member())
    sign_in(client, Role.CLAIMS_OFFICER)
    assert client.get("/care/grants/new").status_code == 403
    assert client.post(f"/care/grants/{grant.number}/placements/new").status_code == 403


def test_the_month_of_a_provider_says_what_will_be_refused_before_the_claim_is_sent(client: FlaskClient) -> None:
    from tests.care.seeded import nursery_month
    from tests.claims.care_fund import a_cooperative, care_fund

    care_fund()
    (nursery, site), (other, other_site) = a_cooperative("childcare", 60), a_cooperative("childcare", 12)
    nursery_month(nursery, site, other, other_site)
    clerk(client, nursery)
    shown = client.get("/care/month?month=2026-06")
    assert shown.status_code == 200
    assert "Signed in at 08:05, never signed out." in shown.text
    assert "68 children at once, 66 places allowed." in shown.text
    assert "On 6 days all children" not in shown.text, "that is the other centre's"
    only = client.get("/care/month?month=2026-06&check=two_centres")
    assert "At the same time signed in at another provider." in only.text
    assert "never signed out" not in only.text
    assert client.get("/care/month?month=soon&page=x").status_code == 200
    sign_in(client, Role.CARE_ASSESSOR)
    assert "On 6 days all children" in client.get(f"/care/month?month=2026-06&provider={other.id}").text
    only = client.get(f"/care/month?month=2026-06&provider={nursery.id}&check=two_centres")
    assert f"At the same time signed in at {other_site.name}." in only.text
