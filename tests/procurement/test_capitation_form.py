"""Capitation agreed on the form of an amendment: typed, said back, refused with the band, and in force."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient

from core.db import db
from core.roles import Role
from procurement.capitation import Band
from procurement.models.contract import Contract
from tests.accounts import sign_in
from tests.procurement.test_contract_amendments import contract, provider  # noqa: F401 - fixtures
from tests.providers.builders import today

FIRST = dt.timedelta(days=10)
BANDS = "0-17 any 3.500\n18–64 f 4.000\n18-64 m 4.100\n65+ any 9"


def form(**changes: str) -> dict[str, str]:
    first = (today() + FIRST).isoformat()
    return {
        "code": "mod-rev", "effective_from": first, "reason": "Clause 9.", "capitation": BANDS, "basket": "HC-100",
    } | changes  # fmt: skip


def test_bands_typed_on_a_form_count_once_the_provider_accepts(client: FlaskClient, contract: Contract) -> None:  # noqa: F811
    sign_in(client, Role.PROCUREMENT_OFFICER)
    sent = client.post(f"/contracts/{contract.number}/amendments/new", data=form())
    assert sent.status_code == 303
    shown = client.get(sent.headers["Location"]).text
    assert "0–17: 3.500; 18–64 f: 4.000; 18–64 m: 4.100; 65 and older: 9.000" in shown
    assert "included in capitation" in shown
    sign_in(client, Role.PROCUREMENT_CHAIR)
    assert client.post(f"{sent.headers['Location']}/officer", data={"answer": "approve"}).status_code == 303
    assert not contract.capitation
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=contract.organisation_id)
    assert client.post(f"{sent.headers['Location']}/provider", data={"answer": "accept"}).status_code == 303
    db.session.expire_all()
    day = today() + FIRST
    assert contract.bands_on(day) == [
        Band(0, 17, "", 3_500), Band(18, 64, "f", 4_000), Band(18, 64, "m", 4_100), Band(65, 120, "", 9_000)
    ]  # fmt: skip
    assert contract.bands_on(day - dt.timedelta(days=1)) == []
    spans = {(line.valid_from, line.is_capitated) for line in contract.lines if line.service == "HC-100"}
    assert spans == {(contract.valid_from, False), (day, True)}
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert "18-64 x" not in client.get(f"/contracts/{contract.number}").text
    ended = client.post(f"/contracts/{contract.number}/amendments/new", data=form(capitation="-", basket="-"))
    assert ended.status_code == 303


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"capitation": "0-17 any 3.500\n10-20 f 4.000"}, "Band 2: Another band has a rate for the same people"),
        ({"capitation": "0-17 3.500"}, "Band 1: write ages, sex"),
        ({"capitation": "17-3 any 3.500"}, "Ages run from 0 to 120"),
        ({"capitation": "0-17 any 3.50055"}, "Band 1"),
        ({"basket": "HC-999"}, "HC-999 is no service of this contract"),
        ({"basket": ""}, "has both"),
        ({"code": "mod-minv"}, "What it costs cannot be told"),
    ],
    ids=["overlap", "unread", "reversed", "too fine", "stranger", "no service", "limited kind"],
)
def test_what_cannot_be_is_refused_and_what_was_typed_is_kept(
    client: FlaskClient,
    contract: Contract,  # noqa: F811
    wrong: dict[str, str],
    said: str,
) -> None:
    sign_in(client, Role.PROCUREMENT_OFFICER)
    answer = client.post(f"/contracts/{contract.number}/amendments/new", data=form(**wrong))
    assert answer.status_code == 422
    assert said in answer.text
    assert form(**wrong)["capitation"].splitlines()[0] in answer.text
