"""Names of the plan in the reader's language: pages, pictures, papers; what is kept has the plan's own words."""

from __future__ import annotations

import pytest
from flask_babel import force_locale

from core import clock, plan
from core.db import unit_of_work
from core.roles import Role
from quality import wording
from quality.desk import presenters
from quality.desk.models import ScreenRun
from quality.inspections import plan as inspections
from quality.queries import runs
from tests.accounts import actor_with, sign_in
from tests.conftest import ROOT
from tests.quality import builders
from tests.quality.builders import LATE, PERIOD, number

NAMES = {
    "en": ("On-time visits", "visits due in the period"),
    "fr": ("Visites à l’heure", "visites dues"),
    "es": ("Visitas puntuales", "visitas previstas"),
    "ar": ("زيارات في وقتها", "زيارات مستحقة"),
}


@pytest.fixture
def measured(app, client):
    found = builders.scored_world()
    sign_in(client, Role.AUDITOR)
    with clock.frozen(builders.AT):
        yield found


@pytest.mark.parametrize("language", NAMES)
def test_pages_and_pictures_of_an_indicator_speak_the_reader_s_language(measured, client, language):
    name, size = NAMES[language]
    client.set_cookie("lang", language)
    for address in (
        "/quality",
        f"/quality/indicators/L-01/{PERIOD.name}",
        f"/quality/comparison/{PERIOD.name}",
        f"/quality/providers/{number(LATE)}?indicator=L-01",
        f"/quality/providers/{number(LATE)}/over-time",
        f"/quality/series/L-01/{PERIOD.name}/{number(LATE)}",
        f"/quality/cases/L-01/{PERIOD.name}/{number(LATE)}",
        f"/quality/scores/{PERIOD.name}/{number(LATE)}",
    ):
        assert name in client.get(address).text, address
    run = runs.current_run("L-01", PERIOD.name)
    drawn = client.get(f"/quality/charts/{run.id}.svg").text
    assert (NAMES["en"][1] in drawn) == (language == "en")
    assert size in drawn or language == "ar"  # Arabic is drawn in shaped letters
    assert run.definition["name"] == "On-time visits"


def test_a_picture_is_drawn_again_when_its_words_changed(measured, client):
    """The file of a picture is named by all that it shows."""
    run = runs.current_run("L-01", PERIOD.name)
    client.set_cookie("lang", "es")
    assert "visitas previstas" in client.get(f"/quality/charts/{run.id}.svg").text
    text = builders.PARTS["texts"].replace("visitas previstas", "visitas debidas")
    with unit_of_work():
        row = plan.prepare("texts", text, valid_from=builders.FIRST, by=actor_with(Role.PLAN_MANAGER))
        plan.approve(row, by=actor_with(Role.PLAN_MANAGER))
    assert "visitas debidas" in client.get(f"/quality/charts/{run.id}.svg").text


def test_screens_and_checklists_are_named_in_the_reader_s_language(measured):
    text = (ROOT / "plan" / "inspections.toml").read_text("utf-8")
    (nursery, _home) = inspections.parse(text).checklists
    run = ScreenRun(screen="D12", terms={"name": "Sudden growth", "unit": "times the three months before"})
    with force_locale("es"):
        assert presenters.screen_name(run) == "Crecimiento repentino"
        assert presenters.screen_unit(run) == "veces los tres meses anteriores"
        shown = wording.worded_checklist(nursery)
    assert shown.title == "Guardería, observada una mañana"
    assert shown.sections[0].title == "Seguridad"
    assert shown.items["S2"].text == "Los medicamentos y productos de limpieza están bajo llave"
    assert shown.items["S2"].basis == nursery.items["S2"].basis
