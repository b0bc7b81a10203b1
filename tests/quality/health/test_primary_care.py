"""Diabetes checks (H-04), antibiotics (H-05), influenza in care (L-08): worlds counted by eye."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from quality.cases import check
from quality.definitions import Kind
from quality.indicators import care_vaccination, primary_care
from tests.quality.health.worlds import ASKED, CODES, LAST, line, lines, people, seen, shown, spells

DIABETES = {"diagnoses": "I10 E11.9"}
TWO_CONTACTS = (line(1, "01-10", **DIABETES), line(1, "02-10", **DIABETES))


def checked(*rows, born="1970-01-01"):
    frame = primary_care.diabetes_checks(lines(*rows), people(m1=born), seen(m1=7), CODES, LAST, ASKED["H-04"])
    check(frame, Kind.PROPORTION)
    return frame


@pytest.mark.parametrize(
    ("more", "is_met", "finding"),
    [
        ([], False, "no_hba1c"),
        ([line(1, "03-01", "EYE")], False, "no_hba1c"),
        ([line(1, "03-01", "LAB-1")], False, "no_eye_or_kidney"),
        ([line(1, "03-01", "LAB-1"), line(1, "05-01", "EYE")], True, ""),
        ([line(1, "03-01", "LAB-1"), line(1, "05-01", "LAB-2", provider=9)], True, ""),
    ],
)
def test_an_hba1c_and_one_of_eye_and_kidney_are_asked_for_whoever_did_them(more, is_met, finding):
    rows = checked(*TWO_CONTACTS, *more)
    assert shown(rows, "organisation_id", "is_numerator", "finding") == [(7, is_met, finding)]


def test_the_last_check_is_the_evidence_else_the_last_contact():
    rows = checked(*TWO_CONTACTS, line(1, "05-01", "EYE", number="K-9", line_no=3), line(1, "03-01", "LAB-1"))
    assert shown(rows, "evidence_on", "claim_number", "line_no") == [(dt.date(2026, 5, 1), "K-9", 3)]
    assert shown(checked(*TWO_CONTACTS), "claim_number") == ["K-1-02-10-GP"]


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        ([line(1, "01-10", **DIABETES)], False),
        ([line(1, "01-10", **DIABETES), line(1, "01-10", "GP", provider=9, **DIABETES)], False),
        ([line(1, "01-10", diagnoses="E10.1"), line(1, "01-11", diagnoses="XE11")], False),
        ([line(1, "01-10", "A10BA02")], True),
        (list(TWO_CONTACTS), True),
    ],
)
def test_diabetes_is_two_days_of_contacts_or_one_medicine(rows, counts):
    assert (checked(*rows).height == 1) is counts


@pytest.mark.parametrize(
    ("born", "counts"), [("2008-12-31", True), ("2009-01-01", False), ("1951-01-01", True), ("1950-12-31", False)]
)
def test_diabetes_counts_from_18_to_75_years_on_the_last_day(born, counts):
    assert (checked(*TWO_CONTACTS, born=born).height == 1) is counts


def test_each_antibiotic_dispensed_is_a_case_and_cephalosporins_and_quinolones_are_second_line():
    rows = lines(
        line(1, "01-10", "J01CA04"), line(1, "01-11", "J01DD08", provider=9), line(1, "01-12", "J01MA02"),
        line(1, "01-13", "N02BE01"), line(2, "01-13", "J01CA04"),
    )  # fmt: skip
    found = primary_care.second_line_antibiotics(
        rows, people(m1="2021-01-12", m2="1990-01-01"), seen(m1=7), CODES, (0, 5, 65)
    )
    check(found, Kind.PROPORTION)
    assert shown(found, "organisation_id", "evidence_reference", "is_numerator", "stratum", "claim_number") == [
        (7, "J01CA04", False, "000-004", "K-1-01-10-J01CA04"),
        (7, "J01DD08", True, "000-004", "K-1-01-11-J01DD08"),
        (7, "J01MA02", True, "005-064", "K-1-01-12-J01MA02"),
    ]


def vaccinated(*rows, care, born=None, first=dt.date(2026, 10, 1), last=dt.date(2027, 3, 31)):
    who = people(m1="1950-01-01", m2="1950-01-01", m3="1950-01-01") if born is None else born
    return care_vaccination.vaccinated(lines(*rows), who, care, CODES, first, last, ASKED["L-08"])


def test_members_in_care_on_31_december_are_met_by_anybody_in_the_season():
    rows = vaccinated(
        line(1, "2026-10-01", "FLU", provider=9), line(2, "2026-09-30", "FLU"), line(3, "2027-03-31", "FLU"),
        care=spells((1, 7, "2026-12-31", "2027-01-05"), (2, 7, "2026-01-01", "2027-03-31"), (3, 7, "2027-01-01", None)),
    )  # fmt: skip
    assert shown(rows, "member_id", "is_numerator", "finding", "claim_number") == [
        (1, True, "", "K-1-2026-10-01-FLU"),
        (2, False, "not_vaccinated", ""),
    ]


def test_the_last_day_of_a_season_without_31_december_decides_and_the_dead_are_not_in_care():
    care = spells((1, 7, "2026-01-01", "2026-09-30"), (2, 7, "2026-01-01", "2026-09-29"), (3, 7, "2026-01-01", None))
    born = people(m1="1950-01-01", m2="1950-01-01", m3="1950-01-01 f 2026-09-30")
    rows = vaccinated(care=care.with_columns(pl.col("ends").fill_null(dt.date(2026, 9, 30))), born=born,
                      first=dt.date(2026, 4, 1), last=dt.date(2026, 9, 30))  # fmt: skip
    assert shown(rows, "member_id", "evidence_on") == [(1, dt.date(2026, 9, 30))]
