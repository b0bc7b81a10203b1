"""What a notice meets and how it weighs, ready for the page."""

from __future__ import annotations

from typing import Any

from core import clock
from procurement.models.tender import Tender
from procurement.services import advice


def checked(tender: Tender) -> list[dict[str, Any]]:
    """Every condition of publication: met, or with what is missing; then what the fund warns of."""
    warned = [{"state": "check", "text": row.message} for row in advice.warnings(tender)]
    return warned + [
        {"state": "done" if topic.is_met else "refused", "text": text}
        for topic in advice.conditions(tender, clock.now())
        for text in ([topic.text] if topic.is_met else [problem.message for problem in topic.problems])
    ]


def weights_of(tender: Tender) -> list[dict[str, Any]]:
    return [
        {"label": row.name, "points": float(row.weight) if row.weight % 1 else int(row.weight)}
        for row in tender.criteria
    ]
