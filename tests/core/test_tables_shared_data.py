"""The Medicare sample through the shipped mappings: real data that nobody here wrote."""

import os
from pathlib import Path

import pytest

from core.money import Currency
from core.tables import load_mapping, read

PROJECT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("TOUIZA_SHARED_DATA", PROJECT.parent / "shared" / "data")) / "medicare-synpuf"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the Medicare sample is not beside the project"),
]


def load(filename, mapping):
    with (SHARED / filename).open("rb") as stream:
        return read(
            stream,
            filename=filename,
            mapping=load_mapping(PROJECT / mapping),
            schema=lambda row: row,
            currency=Currency("USD", 2),
        )


def test_490_member_years_are_read():
    report = load("bene.csv", "members/mappings/medicare-synpuf-bene.toml")
    assert (len(report.ready), report.wrong) == (490, [])
    assert sum(value["cover_from"] is None for value in report.values) == 49
    assert all((value["cover_months"] == 0) == (value["cover_until"] is None) for value in report.values)


def test_126_stays_are_read():
    report = load("inpatient.csv", "care/mappings/medicare-synpuf-inpatient.toml")
    assert (len(report.ready), report.wrong, report.left_out) == (126, [], 0)
    assert all(value["admitted_on"] <= value["discharged_on"] for value in report.values)


def test_14744_claim_lines_are_read_802_of_them_without_a_code():
    report = load("carrier_lines.csv", "claims/intake/mappings/medicare-synpuf-carrier.toml")
    assert (len(report.ready), report.wrong) == (14_744, [])
    assert sum(value["code"] is None for value in report.values) == 802
    assert len({(value["claim_no"], value["line_no"]) for value in report.values}) == 14_744
    assert sum(value["amount"] for value in report.values) == 89_164_000
