"""What a tender's promises carry: as the plan and the catalogue said on the day it was published. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from procurement.catalogue import Catalogue
from procurement.kpi.terms import FollowUp, FollowUpRules
from procurement.models.tender import Tender


def follow_ups(tender: Tender, catalogue: Catalogue, rules: FollowUpRules | None) -> dict[str, FollowUp]:
    """Code → how it is followed up: scored promises, and what the contract measures without points."""
    found = {
        row["code"]: follow_up(row["code"], _anchored(row["code"], catalogue), catalogue, rules)
        for row in tender.performance
    }
    for row in tender.criteria_of("social"):
        found[row.code] = follow_up(row.catalogue, _span(row.measure, row.zero_at, row.full_at), catalogue, rules)
    return found


def follow_up(code: str, span: Decimal | None, catalogue: Catalogue, rules: FollowUpRules | None) -> FollowUp:
    """How a criterion of the catalogue is followed up; without a rule, no money hangs on it."""
    if rules is None:
        return FollowUp(span=span)
    said: Mapping[str, str] = catalogue[code].follow if code in catalogue else {}
    return replace(rules.default, **said, span=span)  # type: ignore[arg-type]


def _anchored(code: str, catalogue: Catalogue) -> Decimal | None:
    listed = catalogue.get(code)
    return _span(listed.kind, listed.zero_at, listed.full_at) if listed else None


def _span(measure: str, zero_at: Decimal | None, full_at: Decimal | None) -> Decimal | None:
    """Between the anchors; a yes or no is one step."""
    if zero_at is not None and full_at is not None:
        return abs(full_at - zero_at)
    return Decimal(1) if measure == "bool" else None
