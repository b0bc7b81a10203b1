"""Readmissions (H-01), avoidable admissions (H-02), hospital use in care (L-06): worlds counted by eye."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from quality.cases import check
from quality.definitions import Kind
from quality.indicators import person_time, readmission
from quality.indicators.stays import judged
from tests.quality.health.worlds import ASKED, CODES, FIRST, LAST, people, seen, shown, spells, stay, stays

H01 = ("transfer", "planned_readmission", "maternity", "died_during_stay")
H02 = ("transfer_in", "pregnancy_or_childbirth", "died_in_hospital", "day_case")
ADULT = "1980-05-01"


def readmitted(*rows, born=None, exclusions=H01, last=LAST):
    found = stays(*rows)
    who = people(**{f"m{member}": ADULT for member in {row[0] for row in rows}}) if born is None else born
    ready = judged(found, who, CODES).with_columns(need=pl.lit(0))
    providers = seen(**{f"m{member}": 7 for member in {row[0] for row in rows}})
    frame = readmission.cases(
        ready, who, providers, CODES, (FIRST, last), exclusions, ASKED["H-01"]["readmitted_within_days"]
    )
    check(frame, Kind.RATIO_OE)
    return frame


@pytest.mark.parametrize(
    ("back", "is_readmission"), [("03-10", False), ("03-11", True), ("04-09", True), ("04-10", False)]
)
def test_a_return_counts_from_day_1_to_day_30(back, is_readmission):
    rows = readmitted(stay(1, "03-01", "03-10"), stay(1, back, "04-20"))
    assert shown(rows, "is_numerator")[0] is is_readmission
    assert shown(rows, "finding")[0] == ("readmitted" if is_readmission else "")


def test_whoever_admits_again_the_return_counts_once_for_the_provider_seen_most():
    rows = readmitted(stay(1, "03-01", "03-10"), stay(1, "03-20", "03-22"), stay(1, "03-25", "03-28"))
    assert shown(rows, "organisation_id", "is_numerator", "evidence_reference") == [
        (7, True, "S1-03-20"),
        (7, True, "S1-03-25"),
        (7, False, "S1-03-25"),
    ]


@pytest.mark.parametrize(
    ("index", "back", "exclusion"),
    [
        ({"discharged_to": "died"}, {}, "died_during_stay"),
        ({"discharged_to": "transfer"}, {}, "transfer"),
        ({"diagnosis": "O80.0"}, {}, "maternity"),
        ({}, {"admission": "planned"}, "planned_readmission"),
        ({}, {"diagnosis": "Z51.1"}, "planned_readmission"),
        ({}, {"diagnosis": "O80"}, "planned_readmission"),
        ({}, {"diagnosis": "Z51.1", "admission": "unplanned"}, ""),
    ],
)
def test_who_is_left_out_of_the_denominator(index, back, exclusion):
    rows = readmitted(stay(1, "03-01", "03-10", **index), stay(1, "03-20", "03-22", **back))
    assert shown(rows, "exclusion")[0] == exclusion


def test_an_exclusion_that_the_definition_does_not_name_leaves_nobody_out():
    rows = readmitted(stay(1, "03-01", "03-10", diagnosis="O80"), exclusions=())
    assert shown(rows, "exclusion", "quantity") == [("", 0.0)]


def test_who_lies_elsewhere_after_the_discharge_moved_on_and_who_went_home_did_not():
    rows = readmitted(stay(1, "03-01", "03-10"), stay(1, "03-05", "03-12"), stay(2, "03-01", "03-10"))
    assert shown(rows, "member_id", "exclusion") == [(1, "transfer"), (1, ""), (2, "")]
    together = readmitted(stay(1, "03-01", "03-10", reference="A"), stay(1, "03-05", "03-10", reference="B"))
    assert shown(together, "exclusion") == ["", ""]
    said = readmitted(stay(1, "03-01", "03-10", discharged_to="home"), stay(1, "03-05", "03-12"))
    assert shown(said, "exclusion")[0] == ""


def test_who_died_by_the_register_did_not_leave_alive():
    born = people(m1="1980-05-01 f 2026-03-10", m2="1980-05-01 f 2026-03-11")
    rows = readmitted(stay(1, "03-01", "03-10"), stay(2, "03-01", "03-10"), born=born)
    assert shown(rows, "exclusion") == ["died_during_stay", ""]


def test_discharges_outside_the_days_and_members_nobody_saw_are_no_cases():
    rows = readmitted(stay(1, "2025-12-20", "2025-12-31"), stay(2, "2025-12-20", "01-01"), stay(3, "12-20", None))
    assert shown(rows, "member_id") == [2]
    ready = judged(stays(stay(1, "03-01", "03-10")), people(m1=ADULT), CODES).with_columns(need=pl.lit(0))
    assert readmission.cases(ready, people(m1=ADULT), seen(m2=7), CODES, (FIRST, LAST), H01, 30).is_empty()


def test_expected_readmissions_are_those_of_age_sex_need_and_class_over_all_providers():
    """20 adults in class heart, 10 of them back; 20 old people elsewhere, none back: too few, so they merge."""
    rows, born = [], {}
    for member in range(1, 41):
        is_adult = member <= 20
        born[f"m{member}"] = ADULT if is_adult else "1930-01-01"
        rows.append(stay(member, "03-01", "03-10", discharge_group="282" if is_adult else "900"))
        if is_adult and member % 2:
            rows.append(stay(member, "03-15", "03-16", diagnosis="Z51.1", admission="unplanned"))
    frame = readmitted(*rows, born=people(**born), last=dt.date(2026, 3, 10))
    assert set(frame["stratum"]) == {"018-064 f 0 heart", "065+ f 0 other"}
    assert frame["is_numerator"].sum() == 10
    assert set(frame["quantity"]) == {0.25}


def avoidable(*rows, panel, born, exclusions=H02):
    ready = judged(stays(*rows), born, CODES)
    return person_time.avoidable_admissions(
        ready, born, panel, CODES, LAST, exclusions, ASKED["H-02"]["from_age_years"]
    )


def test_person_years_are_days_on_the_list_from_the_age_of_15_to_death():
    born = people(m1=ADULT, m2="2011-07-01", m3="1980-05-01 f 2026-03-31", m4="2015-01-01")
    lists = spells(*((member, 7, "01-01", "12-31") for member in (1, 2, 3, 4)))
    rows = avoidable(panel=lists, born=born)
    assert shown(rows, "member_id", "evidence_reference") == [(1, "365 days"), (2, "184 days"), (3, "90 days")]
    assert set(rows["stratum"]) == {"045-049 f", "015-019 f"}


def test_avoidable_admissions_count_where_the_member_was_on_the_list_that_day():
    born = people(m1=ADULT, m2=ADULT)
    lists = spells((1, 7, "01-01", "06-30"), (1, 8, "07-01", "12-31"), (2, 7, "01-01", "12-31"))
    rows = avoidable(
        stay(1, "06-30", "07-03", diagnosis="J45.9"),
        stay(1, "07-05", "07-09", diagnosis="I50"),
        stay(2, "03-01", "03-04", diagnosis="S72"),
        stay(2, "04-01", "04-04", diagnosis="J45", admission="planned"),
        panel=lists,
        born=born,
    )
    events = rows.filter("is_numerator")
    assert shown(events, "organisation_id", "evidence_reference", "finding") == [
        (7, "S1-06-30", "avoidable"),
        (8, "S1-07-05", "avoidable"),
    ]
    # two events over two person-years, all in one stratum: a provider expects its share of the days
    expected = dict(rows.group_by("organisation_id").agg(pl.col("quantity").sum()).rows())
    assert expected[7] == pytest.approx(2 * (181 + 365) / 730)
    assert expected[8] == pytest.approx(2 * 184 / 730)


@pytest.mark.parametrize(
    ("told", "until", "exclusion"),
    [
        ({"admission": "transfer"}, "03-04", "transfer_in"),
        ({"discharged_to": "died"}, "03-04", "died_in_hospital"),
        ({}, "03-01", "day_case"),
        ({}, "03-04", ""),
    ],
)
def test_admissions_left_out(told, until, exclusion):
    rows = avoidable(
        stay(1, "03-01", until, diagnosis="J45", **told), panel=spells((1, 7, "01-01", "12-31")), born=people(m1=ADULT)
    )
    assert shown(rows.filter("is_numerator"), "exclusion") == [exclusion]


def test_a_birth_is_no_avoidable_admission_and_who_lay_elsewhere_was_moved_in():
    rows = avoidable(
        stay(1, "03-01", "03-10", diagnosis="S72", reference="A"),
        stay(1, "03-10", "03-12", diagnosis="J45", reference="B"),
        panel=spells((1, 7, "01-01", "12-31")),
        born=people(m1=ADULT),
    )
    assert shown(rows.filter("is_numerator"), "evidence_reference", "exclusion") == [("B", "transfer_in")]


def used(*rows, emergencies=(), care, born):
    urgent = pl.DataFrame(
        [(member, dt.date.fromisoformat(f"2026-{on}"), f"K{member}", 1) for member, on in emergencies],
        schema={"member_id": pl.Int64, "day": pl.Date, "claim_number": pl.String, "line_no": pl.Int32},
        orient="row",
    )
    ready = judged(stays(*rows), born, CODES)
    return person_time.hospital_use(ready, urgent, born, care.with_columns(need=pl.lit(3)), CODES)


def test_admissions_and_emergencies_of_members_in_care_are_events_one_a_day():
    rows = used(
        stay(1, "03-01", "03-09"),
        stay(1, "05-01", "05-02", admission="planned"),
        stay(2, "01-31", "02-02"),
        emergencies=[(1, "03-01"), (1, "04-01"), (3, "04-01")],
        care=spells((1, 7, "01-01", "12-31"), (2, 7, "02-01", "12-31")),
        born=people(m1="1950-01-01", m2="1940-01-01", m3="1940-01-01"),
    )
    events = rows.filter("is_numerator")
    assert shown(events, "member_id", "finding", "evidence_reference", "claim_number") == [
        (1, "admitted", "S1-03-01", ""),
        (1, "emergency", "", "K1"),
    ]
    assert shown(rows.filter(~pl.col("is_numerator")), "evidence_reference") == ["365 days", "334 days"]
    assert set(rows["stratum"]) == {"065+ f 3"}
    assert rows["quantity"].sum() == pytest.approx(2)


def test_days_in_care_end_with_death():
    rows = used(care=spells((1, 7, "01-01", "12-31")), born=people(m1="1950-01-01 f 2026-01-10"))
    assert shown(rows, "evidence_reference") == ["10 days"]
