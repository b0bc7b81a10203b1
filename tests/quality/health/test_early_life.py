"""Antenatal contacts (H-07) and immunisation at 24 months (H-06): worlds counted by eye."""

from __future__ import annotations

import datetime as dt

import pytest

from quality.cases import check
from quality.definitions import Kind
from quality.indicators import early_life
from tests.quality.health.worlds import ASKED, CODES, FIRST, LAST, cover, line, lines, people, seen, shown, spells

BIRTH = dt.date(2026, 10, 8)  # week 0: 1 January; the first 13 weeks end on 2 April
ALWAYS = cover((1, "2020-01-01", None))
FOUR = ("04-02", "05-01", "06-01", "07-01")


def delivered(contacts, insured=ALWAYS, births=("10-08",)):
    rows = [line(1, on, "ANC") for on in contacts] + [line(1, on, "DEL", provider=9) for on in births]
    frame = early_life.antenatal(lines(*rows), seen(m1=7), insured, CODES, FIRST, ASKED["H-07"])
    check(frame, Kind.PROPORTION)
    return frame


@pytest.mark.parametrize(
    ("contacts", "finding"),
    [
        (FOUR, ""),
        (FOUR[:3], "few_contacts"),
        ((*FOUR[:3], "06-01"), "few_contacts"),
        (("04-03", *FOUR[1:]), "late_contact"),
        (("2025-12-31", *FOUR[:3]), "few_contacts"),
        ((*FOUR[:3], "10-08"), "few_contacts"),
        ((), "few_contacts"),
    ],
)
def test_four_days_of_contact_the_first_within_13_weeks(contacts, finding):
    rows = delivered(contacts)
    assert shown(rows, "organisation_id", "is_numerator", "finding", "evidence_on") == [
        (7, not finding, finding, BIRTH)
    ]


@pytest.mark.parametrize(("since", "is_in"), [("03-08", True), ("03-09", False)])
def test_who_was_covered_for_less_than_7_months_is_left_out(since, is_in):
    exclusion = "" if is_in else "covered_less_than_7_months"
    assert shown(delivered(FOUR, cover((1, since, None))), "exclusion") == [exclusion]
    assert shown(delivered(FOUR, cover((1, "2020-01-01", "10-07"))), "exclusion") == ["covered_less_than_7_months"]


def test_spells_of_cover_that_touch_are_one():
    insured = cover((1, "2025-01-01", "05-31"), (1, "06-01", None))
    assert shown(delivered(FOUR, insured), "exclusion") == [""]


def test_a_second_line_of_the_same_delivery_is_no_second_delivery():
    assert delivered(FOUR, births=("10-08", "10-09")).height == 1
    assert shown(delivered((), births=("2025-12-30", "01-02")), "evidence_on") == []
    assert delivered((), births=("2025-12-30", "10-08")).height == 1


DOSES = (line(1, "2024-06-01", "V-M"), line(1, "2025-06-01", "V-M"), line(1, "2024-07-01", "V-P", number="K-P"))


def immunised(*rows, born="2024-03-15", insured=ALWAYS, lists=None):
    listed = spells((1, 7, "01-01", "12-31")) if lists is None else lists
    frame = early_life.immunised(lines(*rows), people(m1=born), listed, insured, CODES, FIRST, LAST, ASKED["H-06"])
    check(frame, Kind.PROPORTION)
    return frame


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        (DOSES, 0),
        (DOSES[1:], 1),
        ((), 3),
        ((*DOSES[:2], line(1, "2026-03-15", "V-P")), 0),
        ((*DOSES[:2], line(1, "2026-03-16", "V-P")), 1),
        ((DOSES[0], line(1, "2024-06-01", "V-M", number="twice"), DOSES[2]), 1),
        ((*DOSES[:2], line(1, "2025-07-01", "V-M")), 1),
    ],
)
def test_every_dose_of_every_vaccine_is_there_by_the_day_the_child_turns_24_months(rows, missing):
    found = immunised(*rows)
    shown_row = (not missing, f"{missing} missing" if missing else "", dt.date(2026, 3, 15), "child")
    assert shown(found, "is_numerator", "evidence_reference", "evidence_on", "subject_kind") == [shown_row]


def test_the_last_dose_is_the_line_that_shows_it():
    assert shown(immunised(*DOSES), "claim_number") == ["K-1-2025-06-01-V-M"]
    assert shown(immunised(), "claim_number", "line_no") == [("", None)]


@pytest.mark.parametrize(
    ("born", "counts"), [("2023-12-31", False), ("2024-01-01", True), ("2024-12-31", True), ("2025-01-01", False)]
)
def test_children_turn_24_months_within_the_window(born, counts):
    assert (immunised(born=born).height == 1) is counts


def test_the_list_of_that_day_decides_and_the_dead_do_not_turn():
    moved = spells((1, 7, "01-01", "03-14"), (1, 8, "03-15", "12-31"))
    assert shown(immunised(lists=moved), "organisation_id") == [8]
    assert immunised(lists=spells((1, 7, "03-16", "12-31"))).is_empty()
    assert immunised(born="2024-03-15 m 2026-03-01").is_empty()


@pytest.mark.parametrize(("since", "is_in"), [("2025-03-15", True), ("2025-03-16", False)])
def test_who_was_covered_for_less_than_12_months_is_left_out(since, is_in):
    exclusion = "" if is_in else "covered_less_than_12_months"
    assert shown(immunised(insured=cover((1, since, None))), "exclusion") == [exclusion]
