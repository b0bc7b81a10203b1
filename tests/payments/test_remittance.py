"""The remittance advice: sums that agree, or no paper."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from core.documents import Letterhead
from core.money import Currency
from payments.remittance import Adjustment, Remittance, RemittanceLine, SumsDiffer, remittance_pdf

LINE = RemittanceLine("2026-10-00481", "<b>Home care</b>", dt.date(2026, 10, 31), 48_000, 31_980, 5_820, 10_200)
ADVICE = Remittance(
    number="RA-2026-46-2",
    run="R-2026-46",
    provider="تعاونية Tissnit",
    provider_number="P-0031",
    account="TN59 •••• 8831",
    end_to_end_id="R202646-P0031",
    value_on=dt.date(2026, 11, 20),
    issued_on=dt.date(2026, 11, 20),
    currency=Currency("TND", 3),
    lines=[LINE, replace(LINE, claim="2026-10-00482")],
    adjustments=[Adjustment("K-2026-031", "Quality retention, 5 %", -3_198)],
    total=60_762,
    check_code="3VD8-PQ21",
)


def words(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return re.sub("[\u202a-\u202e\u200e\u200f]", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("locale", ["en", "fr", "es", "ar"])
def test_lines_adjustments_and_totals_are_on_the_paper(locale: str) -> None:
    found = words(remittance_pdf(ADVICE, Letterhead("Fund", locale, "https://care.example")))
    mark = "," if locale in {"fr", "es"} else "."
    for expected in ("R-2026-46", "2026-10-00482", "<b>Home care</b>", "R202646-P0031", "3VD8-PQ21"):
        assert expected in found
    for amount in ("60.762", "63.960", "96.000", "11.640", "20.400", "−3.198"):
        assert amount.replace(".", mark) in found


def test_a_sum_that_the_lines_do_not_give_is_not_printed() -> None:
    head = Letterhead("Fund", "en")
    for wrong in (replace(ADVICE, total=60_763), replace(ADVICE, lines=[replace(LINE, written_off=10_201)])):
        with pytest.raises(SumsDiffer):
            remittance_pdf(wrong, head)


def test_a_net_of_zero_says_that_nothing_is_transferred() -> None:
    nothing = replace(ADVICE, adjustments=[Adjustment("AU-7", "Recovery", -63_960)], total=0)
    assert "Nothing to transfer this time" in words(remittance_pdf(nothing, Letterhead("Fund", "en")))
