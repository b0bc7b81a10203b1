"""Each task of a bid, saved from its form: what was typed goes into the encrypted draft."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from flask import request
from werkzeug.datastructures import FileStorage

from core.config import fund
from core.errors import InputErrors, Problem
from core.tables.values import BadValue, parse_money
from core.web import actor
from core.words import _, _l
from procurement import bidding, promising
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.services import bids as verbs
from procurement.services.eligibility import bidder_of
from procurement.views.tie_facts import save_workforce


def _eligibility(tender: Tender, bid: Bid) -> str:
    bidder = bidder_of(tender, bid.organisation_id)
    missing = [Problem("eligibility", row.text) for row in bidding.checks(bidder) if not row.is_met]
    if missing:
        raise InputErrors(missing)
    verbs.save_draft(bid, by=actor(), is_confirmed=True)
    return _("Checked: you may bid.")


def _lots(_tender: Tender, bid: Bid) -> str:
    chosen = tuple(sorted({int(text) for text in request.form.getlist("lots") if text.isdigit()}))
    if not chosen:
        raise InputErrors.at("lots", _l("Choose at least one lot."))
    verbs.save_draft(bid, by=actor(), lots=chosen)
    return _("Your lots are saved.")


def _answers(tender: Tender, bid: Bid) -> str:
    answers = {row.code: request.form.get(row.code, "").strip() for row in tender.criteria_of("quality")}
    verbs.save_draft(bid, by=actor(), answers={code: text for code, text in answers.items() if text})
    return _("Your answers are saved.")


def _promises(tender: Tender, bid: Bid) -> str:
    rows = tender.criteria_of("social")
    codes = [code for row in rows for code in (row.code, promising.staff_code(row))]
    promises = {code: request.form.get(code, "").strip() for code in codes}
    if problems := promising.promise_problems(rows, promises):
        raise InputErrors(problems)
    verbs.save_draft(bid, by=actor(), promises={code: text for code, text in promises.items() if text})
    return _("Your promises are saved. If you win, they stand in the contract.")


def _documents(_tender: Tender, bid: Bid) -> str:
    if removed := request.form.get("remove"):
        kept = tuple(row for row in verbs.read_draft(bid, by=actor()).documents if str(row.file_id) != removed)
        verbs.save_draft(bid, by=actor(), documents=kept)
        return _("The file is taken out of your bid.")
    uploads: list[FileStorage] = [file for file in request.files.getlist("document") if file.filename]
    for file in uploads:
        verbs.add_document(bid, file.read(), file.filename or "", by=actor())
    if not uploads:
        verbs.save_draft(bid, by=actor(), has_documents=True)
    return _("Your documents are saved.")


def _rates(tender: Tender, bid: Bid) -> str:
    """Typed rates in major units, said back on the check page before they count."""
    draft = verbs.read_draft(bid, by=actor())
    rates: dict[int, dict[str, Decimal]] = {}
    problems = []
    for number in draft.lots:
        lot = tender.lot(number)
        for row in lot.services if lot else ():
            name = f"rate-{number}-{row.service}"
            if text := request.form.get(name, "").strip():
                try:
                    rates.setdefault(number, {})[row.service] = Decimal(parse_money(text, fund().currency.exponent))
                except BadValue as error:
                    problems.append(Problem(name, error.reason, text))
    if problems:
        raise InputErrors(problems)
    verbs.save_draft(bid, by=actor(), rates=rates)
    return _("Your prices are saved.")


def _send(_tender: Tender, bid: Bid) -> str:
    receipt = verbs.submit_bid(bid, by=actor())
    return _("Sealed and sent. Your receipt is %(number)s; keep it.", number=receipt.number)


SAVES: dict[str, Callable[[Tender, Bid], str]] = {
    "eligibility": _eligibility,
    "lots": _lots,
    "answers": _answers,
    "promises": _promises,
    "documents": _documents,
    "workforce": save_workforce,
    "prices": _rates,
    "send": _send,
}
