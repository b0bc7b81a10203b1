"""The page of a bid that asks for facts of the workforce; what the register holds already is filled in."""

from __future__ import annotations

from typing import Any

from flask import request

from core.errors import InputErrors
from core.web import actor
from core.words import _
from procurement import workforce
from procurement.bidding import Draft
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.papers import plain
from procurement.queries.participation import evidence_of
from procurement.scoring.ties import STEPS
from procurement.services import bids as verbs
from procurement.workforce import FIELDS, QUESTIONS, WORKERS, Typed


def save_workforce(tender: Tender, bid: Bid) -> str:
    """Figures and their evidence, or nothing at all."""
    typed = _typed(tender)
    if problems := workforce.problems(typed):
        raise InputErrors(problems)
    verbs.save_draft(bid, by=actor(), workforce=typed)
    return _("Saved. Nobody looks at these facts unless bids are equal.")


def tie_facts(tender: Tender, bid: Bid, draft: Draft) -> dict[str, Any]:
    """For the template: what is asked, the steps of the ladder, and what stands in the fields."""
    values: Typed = draft.workforce if draft.workforce is not None else _on_record(bid)
    return {
        "asked": [(code, QUESTIONS[code]) for code in workforce.asked(tender.tie_ladder)],
        "ladder": [STEPS[code].text for code in tender.tie_ladder],
        "facts": _typed(tender) if request.method == "POST" else values,
    }


def _typed(tender: Tender) -> dict[str, dict[str, str]]:
    return {
        code: {name: request.form.get(f"{code}.{name}", "").strip() for name in FIELDS}
        for code in workforce.asked(tender.tie_ladder)
    }


def _on_record(bid: Bid) -> dict[str, dict[str, str]]:
    """One fact is asked once: the evidence for reserved lots counts the same people; its average is still to give."""
    row = next((row for row in evidence_of(bid.organisation_id) if row.kind == "integration"), None)
    if row is None or row.people is None or row.total is None:
        return {}
    counted_on = row.counted_on.isoformat() if row.counted_on else "–"
    said = _("%(certificate)s, counted on %(day)s", certificate=row.certificate, day=counted_on)
    return {
        WORKERS: {"at_deadline": plain(row.total), "evidence": said},
        "disabled_or_excluded": {"at_deadline": plain(row.people), "evidence": said},
    }
