"""Papers of a tender: notice, receipt, award."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pytest
from pypdf import PdfReader

from core.documents import Letterhead
from core.money import Currency
from procurement.letters import (
    Award,
    BidReceipt,
    Criterion,
    NoticeLot,
    TenderNotice,
    award_letter_pdf,
    bid_receipt_pdf,
    tender_notice_pdf,
)

TND = Currency("TND", 3)
RECEIPT = BidReceipt(
    number="B-2026-0311-Q",
    tender_number="T-2026-014-K",
    tender_title="Home care",
    bidder="<img src=x onerror=1>",
    sent_by="N. Zerbay",
    received_at="17 November 2026, 11:42:07.204518",
    closes_at="17 November 2026, 12:00",
    opens_at="17 November 2026, 14:00",
    issued_on=dt.date(2026, 11, 17),
    lots=["1 Home care visits"],
    file_count=4,
    byte_count=2_481_993,
    envelope_sha256="9f86d081" * 8,
    check_code="7QK4-M2XA",
)
AWARD = Award(
    number="A-2026-009-R",
    tender_number="T-2026-014-K",
    tender_title="Home care",
    lot="lot 1",
    winner="Cooperative Tissnit",
    amount=471_960_000,
    currency=TND,
    decided_on=dt.date(2026, 11, 24),
    standstill_until=dt.date(2026, 12, 7),
    starts_on=dt.date(2027, 1, 1),
    ends_on=dt.date(2029, 12, 31),
    ranking=[("Cooperative Tissnit", "86.40", 471_960_000), ("Mutual Amal", "81.15", 462_000_000)],
    reasons=["The best care plan."],
    signed_by="Salma Idir",
    signer_role="Chair",
    complaint_address="complaints@care.example",
)
NOTICE = TenderNotice(
    number="T-2026-014-K",
    title="Home care for older people",
    summary="Three years of visits.",
    published_on=dt.date(2026, 10, 1),
    questions_until="20 October 2026, 12:00",
    closes_at="17 November 2026, 12:00",
    opens_at="17 November 2026, 14:00",
    starts_on=dt.date(2027, 1, 1),
    ends_on=dt.date(2029, 12, 31),
    currency=TND,
    lots=[NoticeLot("1", "Visits", "Tamda", "18,000 a year", 480_000_000), NoticeLot("2", "Nights", "Azrou", "2,400")],
    criteria=[Criterion("Quality", 70), Criterion("Price", 30)],
)


def words(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).replace("\u00a0", " ")


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_a_receipt_proves_time_and_fingerprint_and_prints_names_as_text(locale: str) -> None:
    found = words(bid_receipt_pdf(RECEIPT, Letterhead("Fund", locale, "https://care.example")))
    for expected in ("11:42:07.204518", "9f86d081 9f86d081", "<img src=x onerror=1>", "2,481,993", "7QK4-M2XA"):
        assert expected in found


def test_an_award_letter_names_winner_ranking_and_the_last_day_for_complaints() -> None:
    found = words(award_letter_pdf(AWARD, Letterhead("Fund", "en")))
    for expected in ("Cooperative Tissnit wins lot 1", "471,960.000 TND", "81.15", "462,000.000", "7 December 2026"):
        assert expected in found


def test_a_notice_shows_lots_weights_and_an_unpublished_estimate() -> None:
    found = words(tender_notice_pdf(NOTICE, Letterhead("Fund", "en")))
    for expected in ("2 lots", "480,000.000", "not published", "70", "100", "17 November 2026, 12:00"):
        assert expected in found
