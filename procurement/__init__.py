"""What is agreed: tenders and their sealed bids, open lists, and the contracts that come of both."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hand this room's pages, plan part and work lists to the house."""
    from core import plan
    from procurement import calendar
    from procurement.models import bid, contract, evaluation, open_list, tender  # noqa: F401 - tables

    plan.declare(calendar.PART, calendar.parse)
