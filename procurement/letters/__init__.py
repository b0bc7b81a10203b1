"""The papers of a tender: notice, receipt of a bid, award letter. Pure: values in, PDF out."""

from __future__ import annotations

from procurement.letters.award import Award, award_letter_pdf
from procurement.letters.notice import Criterion, NoticeLot, TenderNotice, tender_notice_pdf
from procurement.letters.receipt import BidReceipt, bid_receipt_pdf

__all__ = [
    "Award",
    "BidReceipt",
    "Criterion",
    "NoticeLot",
    "TenderNotice",
    "award_letter_pdf",
    "bid_receipt_pdf",
    "tender_notice_pdf",
]
