"""The fund's words in the reader's language: one statement at most, the fund's own words where nobody translated."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask, g
from flask.testing import FlaskClient
from flask_babel import force_locale

from core import clock, plan, texts
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.roles import Role
from tests.accounts import actor_with, sign_in

AT = dt.datetime(2026, 11, 14, 9, 0, tzinfo=dt.UTC)
BEGINNING, NEXT_YEAR = dt.date(2026, 1, 1), dt.date(2027, 1, 1)
TEXT = """
[quality]
"On-time visits" = { fr = "Visites à l’heure", es = "Visitas puntuales", ar = "زيارات في وقتها" }
"Missed visits" = { fr = "Visites manquées" }
"""


@dataclass(frozen=True)
class Named:
    name: str
    unit: str


@pytest.fixture(autouse=True)
def november(app: Flask):
    with clock.frozen(AT):
        yield


def put(text: str, day: dt.date = BEGINNING) -> plan.PlanVersion:
    with unit_of_work():
        row = plan.prepare(texts.PART, text, valid_from=day, by=actor_with(Role.PLAN_MANAGER))
        plan.approve(row, by=actor_with(Role.PLAN_MANAGER))
    return row


def said_in(language: str, words: str) -> str:
    g.pop("texts", None)  # as a new request would
    with force_locale(language):
        return texts.said(words)


def faults(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(InputErrors) as caught:
        texts.parse(text)
    return [(one.where, str(one.message), one.found) for one in caught.value.problems]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "On-time visits"), ("fr", "Visites à l’heure"), ("es", "Visitas puntuales"), ("ar", "زيارات في وقتها")],
)
def test_each_reader_gets_the_text_of_their_language(app: Flask, language: str, expected: str) -> None:
    put(TEXT)
    assert said_in(language, "On-time visits") == expected


def test_what_nobody_translated_stays_as_the_fund_wrote_it(app: Flask) -> None:
    assert said_in("es", "On-time visits") == "On-time visits"  # no such part in force yet
    put(TEXT)
    assert said_in("es", "Missed visits") == "Missed visits"  # this language is left out
    assert said_in("es", "On-time visits, new name") == "On-time visits, new name"  # the plan's words changed


def test_a_newer_version_speaks_from_its_first_day_on(app: Flask) -> None:
    put(TEXT)
    put(TEXT.replace("Visitas puntuales", "Visitas a la hora"), NEXT_YEAR)
    assert said_in("es", "On-time visits") == "Visitas puntuales"
    with clock.frozen(AT + dt.timedelta(days=60)):
        assert said_in("es", "On-time visits") == "Visitas a la hora"


def test_only_the_named_fields_of_a_row_are_spoken(app: Flask) -> None:
    put('[quality]\n"visits" = { es = "visitas" }')
    with force_locale("es"):
        assert texts.spoken(Named("visits", "visits"), "name") == Named("visitas", "visits")


@pytest.mark.parametrize(("language", "most"), [("en", 0), ("es", 1)])
def test_a_request_reads_the_texts_once_and_the_fund_s_own_language_never(app: Flask, language: str, most: int) -> None:
    put(TEXT)
    said_in("fr", "On-time visits")  # parsed and kept by its hash
    seen: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *rest: seen.append(rest[2]))
    g.pop("texts", None)
    with force_locale(language):
        for words in ("On-time visits", "Missed visits", "visits") * 20:
            texts.said(words)
    assert len(seen) == most, seen


def test_a_wrong_row_is_named_with_what_is_wrong(app: Flask) -> None:
    text = """
    [kwality]
    "On-time visits" = { es = "Visitas puntuales" }
    [quality]
    "Missed visits" = { es = " ", de = "Verpasste Besuche", fr = "Visites manquées" }
    "Training" = "Formation"
    "Diabetes checks" = {}
    [screens]
    "Missed visits" = { fr = "Visites manquées" }
    """
    found = faults(text)
    assert [(where, value) for where, _message, value in found] == [
        ("kwality", "kwality"),
        ("quality.Missed visits.es", " "),
        ("quality.Missed visits", "de"),
        ("quality.Training", "Formation"),
        ("quality.Diabetes checks", "{}"),
        ("screens.Missed visits", "Missed visits"),
    ]
    assert "Name a part of the plan: audit, benefits," in found[0][1]
    assert "Known are: en, fr, es, ar" in found[2][1]


def test_a_text_that_is_no_table_is_refused_with_its_line(app: Flask) -> None:
    ((where, message, _found),) = faults('[quality]\n"On-time visits" = Visitas\n')
    assert where == "texts"
    assert "line 2" in message


def test_managers_bring_texts_into_force_and_compare_them_word_by_word(client: FlaskClient) -> None:
    put(TEXT)
    sign_in(client, Role.PLAN_MANAGER)
    assert "Texts in other languages" in client.get("/plan").text
    text = TEXT.replace("Visitas puntuales", "Visitas a la hora")
    answer = client.post("/plan/texts/new", data={"text": text, "valid_from": "2027-01-01"}, follow_redirects=True)
    for words in ("On-time visits", "es: Visitas puntuales → <strong>es: Visitas a la hora</strong>", "someone else"):
        assert words in answer.text, words
    assert "Visites à l’heure" not in answer.text  # only what differs
    wrong = client.post("/plan/texts/new", data={"text": '[quality]\n"a" = { xx = "b" }', "valid_from": "2027-01-01"})
    assert wrong.status_code == 422
    assert "quality.a" in wrong.text
