"""What was thought before the draft: the budget, the need, and the talks with the market. Organisations, no persons."""

from __future__ import annotations

from typing import Any

from core.config import fund
from procurement.models.planning import Consultation, PurchasePlan
from procurement.models.tender import Tender
from procurement.ocds.values import amount, first_instant


def planning_section(plan: PurchasePlan | None, tender: Tender) -> dict[str, Any]:
    """Published with the notice that came of it; before that a plan is nobody's business."""
    if plan is None:
        return {}
    return {
        "rationale": plan.need,
        "budget": {"id": plan.number, "description": plan.title, "amount": amount(plan.budget)},
        "documents": [_strategy(plan, tender), *(_talk(row, tender) for row in plan.consultations)],
    }


def _strategy(plan: PurchasePlan, tender: Tender) -> dict[str, Any]:
    return _document("plan", "procurementPlan", "Why it is divided so", plan.lot_strategy, tender)


def _talk(row: Consultation, tender: Tender) -> dict[str, Any]:
    """Whom the fund talked with, what it asked and heard: the same for every bidder."""
    text = f"{row.participants}. Asked: {row.asked} Said: {row.said}"
    document = _document(f"talk-{row.id}", "marketStudies", "Talk with the market", text, tender)
    return document | {"datePublished": first_instant(row.held_on)}


def _document(name: str, kind: str, title: str, text: str, tender: Tender) -> dict[str, Any]:
    return {
        "id": name,
        "documentType": kind,
        "title": title,
        "description": text,
        "url": f"{fund().address}/public/tenders/{tender.number}",
        "format": "text/html",
        "language": tender.lang,
    }
