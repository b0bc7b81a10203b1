"""The plan part of codes: what is read, what is refused, and from when a list holds."""

from __future__ import annotations

import datetime as dt
import re

import polars as pl
import pytest

from core.errors import InputErrors
from quality.code_lists import parse
from quality.indicators.coded import has_one, is_one
from tests.conftest import ROOT
from tests.quality.health.worlds import TEXT

LIST = '[[list]]\nname = "diabetes"\ncodes = ["{code}"]\nsource = "test"\nvalid_from = 2020-01-01\n'
HEAD = 'age_from = [0]\ngestation_days = 280\nbasis = "test"\n'


@pytest.mark.parametrize("name", ["quality_codes", "medicare_codes"])
def test_the_lists_of_the_project_read(name):
    assert (
        parse((ROOT / "plan" / f"{name}.toml").read_text("utf-8")).on(dt.date(2026, 1, 1)).has("contact", "avoidable")
    )


@pytest.mark.parametrize(
    ("code", "matched", "not_matched"),
    [
        ("E11*", ["E11", "E119", "E11.9"], ["E1", "XE11", "E12"]),
        ("E11.9", ["E11.9", "E119"], ["E11", "E11.91"]),
        ("765..767", ["765", "766", "767"], ["764", "768", "76", "7650"]),
        ("009..011", ["009", "010", "011"], ["9", "11"]),
        ("HC-100", ["HC-100"], ["HC-1000", "HC100"]),
    ],
)
def test_a_code_stands_for_itself_its_beginnings_or_a_range(code, matched, not_matched):
    pattern = parse(HEAD + LIST.format(code=code)).on(dt.date(2026, 1, 1)).pattern("diabetes")
    frame = pl.DataFrame({"code": [*matched, *not_matched]})
    assert frame.filter(is_one("code", pattern))["code"].to_list() == matched
    several = frame.with_columns(code=pl.format("Z00 {} Z01", "code"))
    assert several.filter(has_one("code", pattern)).height == len(matched)
    assert [bool(re.fullmatch(pattern, one.replace(".", ""))) for one in matched] == [True] * len(matched)


def test_a_list_that_is_not_there_matches_nothing():
    codes = parse(HEAD + LIST.format(code="E11*")).on(dt.date(2026, 1, 1))
    assert not codes.has("diabetes", "hba1c")
    assert pl.DataFrame({"code": ["", "E11"]}).filter(is_one("code", codes.pattern("hba1c"))).is_empty()


def test_a_list_holds_on_its_days():
    text = HEAD + LIST.format(code="E11*").replace("valid_from", "valid_until = 2025-12-31\nvalid_from")
    plan = parse(text + LIST.format(code="E12*").replace("2020-01-01", "2026-01-01"))
    assert [plan.on(day).pattern("diabetes") for day in (dt.date(2025, 12, 31), dt.date(2026, 1, 1))] == [
        r"E11\S*",
        r"E12\S*",
    ]
    assert not plan.on(dt.date(2019, 12, 31)).has("diabetes")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + LIST.format(code="e11"), "Write a code"),
        (HEAD + LIST.format(code="E11**"), "Write a code"),
        (HEAD + LIST.format(code="E11").replace("diabetes", "flowers"), "No indicator asks"),
        (HEAD + LIST.format(code="E11").replace('source = "test"', 'source = "test"\ndoses = 2'), "number of doses"),
        (HEAD + LIST.format(code="E11").replace("2020-01-01", '"soon"'), "Write a date"),
        (HEAD + LIST.format(code="E11") * 2, "Another list of this name"),
        (HEAD, "list"),
        ("age_from = [", ""),
        (TEXT.replace("age_from = [0, 18, 65]\n", ""), ""),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(text, message):
    with pytest.raises(InputErrors) as refusal:
        parse(text)
    said = " ".join(f"{problem.where} {problem.message}" for problem in refusal.value.problems)
    assert message in said
