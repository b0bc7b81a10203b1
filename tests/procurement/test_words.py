"""Names of criteria, services and figures on pages of tenders and registers, in the reader's language."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from core import plan
from core.db import unit_of_work
from core.roles import Role
from procurement import catalogue, papers
from procurement.services import tenders
from providers.facts import catalogue_on
from tests.accounts import actor_with, sign_in
from tests.conftest import ROOT
from tests.procurement.tendering import START, at, criteria, house, terms

TRAINING = {"en": "Training", "fr": "Formation", "es": "Formación", "ar": "التكوين"}
HOURS = {"en": "0 hours", "fr": "0 heures", "es": "0 horas", "ar": "0 ساعات"}
WORKERS = {
    "en": "All workers",
    "fr": "Tous les travailleurs",
    "es": "Todos los trabajadores",
    "ar": "كل العمال",
}


def approve(part: str) -> None:
    text = (ROOT / "plan" / f"{part}.toml").read_text("utf-8")
    with unit_of_work():
        row = plan.prepare(part, text, valid_from=dt.date(2020, 1, 1), by=actor_with(Role.PLAN_MANAGER))
        plan.approve(row, by=actor_with(Role.PLAN_MANAGER))


@pytest.mark.parametrize("language", TRAINING)
def test_a_tender_names_its_criteria_and_their_units(app: Flask, client: FlaskClient, language: str) -> None:
    people = house()
    approve("texts")
    listed = catalogue.parse((ROOT / "plan" / "criteria.toml").read_text("utf-8"))["C11"].terms(Decimal(5))
    with at(START), unit_of_work():
        asked = [*criteria("35"), dataclasses.replace(listed, code="X")]
        tender = tenders.draft_tender(terms(people, criteria=asked), by=people.officer)
        number = tender.number
    sign_in(client, Role.PROCUREMENT_OFFICER)
    client.set_cookie("lang", language)
    page = client.get(f"/tenders/{number}").text
    assert TRAINING[language] in page
    assert HOURS[language] in page
    assert tender.criteria[-1].name == TRAINING["en"]  # what is kept
    with force_locale("es"):
        assert papers.notice(tender) == papers.notice(tender, "en")


@pytest.mark.parametrize("language", WORKERS)
def test_figures_of_an_organisation_are_asked_in_the_reader_s_language(app: Flask, language: str) -> None:
    for part in ("facts", "texts"):
        approve(part)
    with force_locale(language):
        assert catalogue_on(dt.date(2026, 11, 14)).facts["workers"].name == WORKERS[language]
