"""Names of services, limits and packages in the reader's language; what is kept has the fund's own words."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select

from claims import services
from claims.figures import Sentences
from claims.models import Claim
from core import clock, codes, plan
from core.db import db, unit_of_work
from core.roles import Role
from tests.accounts import actor_with, sign_in
from tests.claims.builders import AT, CLERK, FIRST, ZONE, Fund, claim, line
from tests.conftest import ROOT

VISIT = {
    "en": "Home care visit",
    "fr": "Visite d’aide à domicile",
    "es": "Visita de atención a domicilio",
    "ar": "زيارة رعاية منزلية",
}


@pytest.fixture
def number(fund: Fund):
    """A decided claim for one visit, and the shipped texts in force."""
    with clock.frozen(AT):
        with unit_of_work():
            text = (ROOT / "plan" / "texts.toml").read_text("utf-8")
            row = plan.prepare("texts", text, valid_from=FIRST, by=actor_with(Role.PLAN_MANAGER))
            plan.approve(row, by=actor_with(Role.PLAN_MANAGER))
            sent = claim(fund, "A-1", line("VIS", quantity=8, price=5_400))
            services.submit(sent, by=CLERK, at=AT, zone=ZONE)
        yield db.session.execute(select(Claim.number)).scalar_one()


@pytest.mark.parametrize(("language", "name"), VISIT.items())
def test_the_pages_of_a_claim_name_its_service_in_the_reader_s_language(
    fund: Fund, client: FlaskClient, number: str, language: str, name: str
) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    client.set_cookie("lang", language)
    for address in ("/claims", f"/claims/{number}", f"/claims/{number}/lines/1", "/claims/new"):
        text = client.get(address).text
        assert name in text, address
        assert language == "en" or VISIT["en"] not in text, address


def test_the_decision_letter_is_the_same_for_every_reader(fund: Fund, client: FlaskClient, number: str) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    letters = set()
    for language in VISIT:
        client.set_cookie("lang", language)
        letters.add(client.get(f"/claims/{number}/letter.pdf").data)
    assert len(letters) == 1


def test_names_that_are_kept_are_the_fund_s_own(number: str) -> None:
    with force_locale("es"):
        assert codes.service_names({"VIS"}) == {"VIS": VISIT["es"]}
        assert codes.recorded_names({"VIS"}) == {"VIS": VISIT["en"]}


def test_a_sentence_of_a_rule_names_limits_and_packages_in_the_reader_s_language(number: str) -> None:
    with force_locale("es"):
        filled = Sentences().filled("{name:text} ({package:text})", {"name": "Dental care", "package": "Basic package"})
    assert filled == "Atención dental (Paquete básico)"
