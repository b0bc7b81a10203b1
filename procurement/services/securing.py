"""Guarantee and insurance of a bid, as the plan in force asks for them on the day bids close."""

from __future__ import annotations

from core import clock
from core.config import fund
from core.errors import Problem
from procurement import securities
from procurement.bidding import Draft
from procurement.models.bid import Bid
from procurement.services import rules
from providers.queries import sse


def sums_due(bid: Bid, draft: Draft) -> dict[str, int]:
    """Kind → minor units for the lots chosen so far; empty where all is waived."""
    closes_on = clock.local_day(bid.tender.closes_at, fund().zone)
    ceilings = sum(lot.ceiling for lot in bid.tender.lots if lot.number in draft.lots)
    demands = rules.periods(closes_on).securities
    return securities.sums_due(demands, ceilings, is_sse=sse(bid.organisation_id, closes_on).is_sse)


def security_problems(bid: Bid, draft: Draft) -> list[Problem]:
    """What keeps the bid from being sent."""
    closes_on = clock.local_day(bid.tender.closes_at, fund().zone)
    demands = rules.periods(closes_on).securities
    return list(securities.problems(demands, sums_due(bid, draft), draft.securities, closes_on))
