"""The page of a bid that asks for facts of the workforce; what the register holds already is filled in."""

from __future__ import annotations

from typing import Any

from flask import request

from core import clock
from core.config import fund
from core.errors import InputErrors
from core.web import actor
from core.words import _
from procurement import workforce
from procurement.bidding import Draft
from procurement.criterion_words import plain
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.scoring.ties import STEPS
from procurement.services import bids as verbs
from procurement.workforce import FIELDS, QUESTIONS, Typed
from providers.facts import catalogue_on
from providers.queries import facts_on, latest


def save_workforce(tender: Tender, bid: Bid) -> str:
    """Figures and their evidence, or nothing at all."""
    typed = _typed(tender)
    if problems := workforce.problems(typed):
        raise InputErrors(problems)
    verbs.save_draft(bid, by=actor(), workforce=typed)
    return _("Saved. They are sealed with your bid.")


def tie_facts(tender: Tender, bid: Bid, draft: Draft) -> dict[str, Any]:
    """For the template: what is asked, the steps of the ladder, and what stands in the fields."""
    values: Typed = draft.workforce if draft.workforce is not None else _on_record(tender, bid)
    return {
        "asked": [(code, QUESTIONS[code]) for code in workforce.asked(tender.tie_ladder)],
        "ladder": [STEPS[code].text for code in tender.tie_ladder],
        "facts": _typed(tender) if request.method == "POST" else values,
    }


def staff_share(bid: Bid) -> str:
    """Per cent of women among all workers, which parity compares with, as it is on record; else empty."""
    held = facts_on([bid.organisation_id], ["women_share"], clock.today(fund().zone)).get(bid.organisation_id, {})
    return plain(held["women_share"].figure) if "women_share" in held else ""


def _typed(tender: Tender) -> dict[str, dict[str, str]]:
    return {
        code: {name: request.form.get(f"{code}.{name}", "").strip() for name in FIELDS}
        for code in workforce.asked(tender.tie_ladder)
    }


def _on_record(tender: Tender, bid: Bid) -> dict[str, dict[str, str]]:
    """One fact is asked once: what is on record and recent is filled in, to confirm or to change."""
    today = clock.today(fund().zone)
    facts = catalogue_on(today).facts
    found: dict[str, dict[str, str]] = {}
    rows = latest([bid.organisation_id], workforce.asked(tender.tie_ladder), today)
    for row in (row for row in rows if row.code in facts and facts[row.code].is_good_on(row.valid_until, today)):
        fields = found.setdefault(row.code, {"evidence": row.evidence})
        fields["at_deadline" if row.period == "day" else "twelve_months"] = plain(row.figure)
    return found
