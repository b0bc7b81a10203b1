"""The decision letter: result first, and every line adds up."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from claims.letters import DecidedLine, Decision, Limit, decision_letter_pdf
from core.documents import Letterhead
from core.errors import DomainError
from core.money import Currency

LINE = DecidedLine(
    service="Home care visit",
    served_on=dt.date(2026, 10, 31),
    quantity="8 visits",
    agreed_price=5_400,
    asked=48_000,
    fund_pays=31_980,
    member_pays=5_820,
    written_off=10_200,
    reasons=[("CAR-01", "7 of 8. The visit of 14 October has no check-out time.")],
)
DECISION = Decision(
    number="D-2026-00481-1",
    claim="2026-10-00481",
    member="M-3327",
    provider="Cooperative <i>Tissnit</i>",
    decided_on=dt.date(2026, 11, 3),
    plan="2026-2",
    decided_by="the rules",
    currency=Currency("TND", 3),
    lines=[LINE],
    limits=[Limit("Care ceiling, October", "0.000 left of 360.000")],
    appeal_until=dt.date(2026, 12, 3),
    appeal_address="appeals@care.example",
)


def words(decision: Decision, locale: str = "en") -> str:
    content = decision_letter_pdf(decision, Letterhead("Fund", locale))
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).replace("\u00a0", " ")


def test_the_letter_says_the_result_the_reason_and_the_last_day_to_appeal() -> None:
    found = words(DECISION)
    assert "Why the fund pays 31.980 of the 48.000 TND asked" in found
    for expected in ("CAR-01", "no check-out time", "3 December 2026", "<i>Tissnit</i>", "The member pays", "5.400"):
        assert expected in found


def test_a_member_reads_what_they_pay_themselves() -> None:
    found = words(replace(DECISION, is_to_member=True))
    assert "You pay" in found
    assert "The member pays" not in found


@pytest.mark.parametrize(("paid", "result"), [(48_000, "pays the whole"), (0, "pays nothing of")])
def test_all_or_nothing_has_its_own_title(paid: int, result: str) -> None:
    line = replace(LINE, fund_pays=paid, member_pays=0, written_off=48_000 - paid)
    assert result in words(replace(DECISION, lines=[line]))


def test_a_line_that_does_not_add_up_is_not_printed() -> None:
    with pytest.raises(DomainError):
        words(replace(DECISION, lines=[replace(LINE, member_pays=5_821)]))


def test_the_amounts_stand_in_the_arabic_letter_too() -> None:
    found = words(DECISION, "ar")
    assert all(amount in found for amount in ("31.980", "48.000 TND", "10.200", "2026-10-00481"))
