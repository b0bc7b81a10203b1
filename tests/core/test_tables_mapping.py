"""Mapping files: checked themselves, and what they do to a row."""

import datetime as dt
from pathlib import Path

import pytest

from core.money import Currency
from core.tables import FileRefused, MappingError, load_mapping, parse_mapping, read

PROJECT = Path(__file__).parents[2]
SHIPPED = sorted(PROJECT.glob("*/mappings/*.toml")) + sorted(PROJECT.glob("*/*/mappings/*.toml"))
CLAIM_COLUMNS = [
    "claim_no",
    "line_no",
    "member_id",
    "provider_id",
    "facility_id",
    "practitioner_id",
    "service_type",
    "service_start",
    "service_end",
    "code_system",
    "code",
    "quantity",
    "unit",
    "unit_price",
    "amount",
    "currency",
    "diagnosis_1",
    "diagnosis_2",
    "diagnosis_3",
    "authorisation_no",
    "referral_no",
    "visit_id",
    "places_hours_contracted",
    "prior_claim_no",
    "note",
]


def keep(row):
    return row


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_mapping_is_sound(path):
    assert load_mapping(path).name == path.stem


def test_our_claims_file_has_the_columns_of_the_interface_note_in_order():
    mapping = load_mapping(PROJECT / "claims/intake/mappings/touiza-claims.toml")
    assert list(mapping.columns) == [*CLAIM_COLUMNS, "visit_type", "claim_total", "eligibility_no"]  # ours come last


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("fields = [", "mapping"),
        ("title = 'no fields'", "fields"),
        ("colour = 'red'\n[fields.a]\ncolumn = 'A'", "colour"),
        ("[fields.a]\nkind = 'text'", "fields.a"),
        ("[fields.a]\ncolumn = 'A'\nkind = 'number'", "fields.a.kind"),
        ("[fields.a]\ncompute = 'eval'\nfrom = ['A']", "fields.a.compute"),
        ("[fields.a]\ncompute = 'months_after'\nfrom = ['A']", "fields.a.from"),
        ("[fields.a]\ncolumn = 'A'\nfilled = 'yes'", "fields.a.filled"),
        ("[fields.a]\ncolumn = 'A'\ntranslate = 'x'", "fields.a.translate"),
        ("[constants]\na = 'x'\n[fields.a]\ncolumn = 'A'", "fields.a"),
        ("[constants]\nb = 1\n[fields.a]\ncolumn = 'A'", "constants.b"),
        ("date_formats = ['month_first']\n[fields.a]\ncolumn = 'A'", "date_formats"),
        ("encoding = 'ebcdic'\n[fields.a]\ncolumn = 'A'", "encoding"),
        ("[[filter]]\ncolumn = 'A'\n[fields.a]\ncolumn = 'A'", "filter.0"),
    ],
)
def test_a_wrong_mapping_names_the_place(text, where):
    with pytest.raises(MappingError) as caught:
        parse_mapping(text)
    assert where in [problem.where for problem in caught.value.problems]


FOREIGN = """
date_formats = ["day_first"]
[constants]
code_system = "HCPCS"
[[filter]]
column = "SEGMENT"
equals = ["1", "1.0"]
[fields.sex]
column = "Sex"
translate = { "1" = "male", "2" = "female" }
[fields.cover_from]
compute = "first_of_first_months"
from = ["Year", "Months"]
[fields.cover_until]
compute = "last_of_first_months"
from = ["Year", "Months"]
[fields.doctor]
compute = "strip_leading_zeros"
from = ["Doctor"]
[fields.nurse]
column = "Nurse"
required = false
"""


def foreign(rows):
    text = "SEGMENT,Sex,Year,Months,Doctor,Extra\n" + rows
    return read(text.encode(), filename="f.csv", mapping=parse_mapping(FOREIGN), schema=keep)


def test_a_mapping_translates_computes_filters_and_adds_constants():
    report = foreign("1.0,2,2008.0,3.0,0042,x\n2.0,1,2008,12,7,x\n1,1,2008,0,0,x\n")
    assert report.left_out == 1
    assert report.values[0] == {
        "sex": "female",
        "cover_from": dt.date(2008, 1, 1),
        "cover_until": dt.date(2008, 3, 31),
        "doctor": "42",
        "nurse": None,
        "code_system": "HCPCS",
    }
    assert [row.number for row in report.ready] == [2, 4]


def test_no_month_of_cover_opens_no_cover():
    value = foreign("1,1,2008,0,7,x\n").values[0]
    assert (value["cover_from"], value["cover_until"]) == (None, None)


def test_an_untranslatable_value_and_an_impossible_month_are_told_per_cell():
    (row,) = foreign("1,9,2008,13,7,x\n").wrong
    assert [(p.column, p.value) for p in row.problems][:2] == [("Sex", "9"), ("Year, Months", "2008, 13")]


def test_an_unknown_column_is_a_warning():
    assert [str(w) for w in foreign("1,1,2008,1,7,x\n").warnings] == ["These columns are not read: Extra."]


def test_a_missing_required_column_refuses_the_file_naming_it_and_those_found():
    with pytest.raises(FileRefused) as caught:
        read(b"SEGMENT,Sex\n1,1\n", filename="f.csv", mapping=parse_mapping(FOREIGN), schema=keep)
    assert caught.value.code == "missing_columns"
    assert str(caught.value) == "These columns are missing: Year, Months, Doctor. Found: SEGMENT, Sex."


def test_an_amount_needs_a_currency():
    mapping = parse_mapping("[fields.amount]\ncolumn = 'Amount'\nkind = 'amount'")
    with pytest.raises(ValueError, match="currency"):
        read(b"Amount\n1\n", filename="f.csv", mapping=mapping, schema=keep)
    report = read(b"amount \n1.5\n", filename="f.csv", mapping=mapping, schema=keep, currency=Currency("EUR", 2))
    assert report.values == [{"amount": 150}]
