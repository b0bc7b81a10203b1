"""Open lists: drafted by one officer, published by another, joined by whoever meets the terms."""

from __future__ import annotations

from procurement.services.open_lists.appealing import APPEALABLE, appeal, appeal_until, decide_appeal
from procurement.services.open_lists.applying import apply, complete, confirm, leave, withdraw
from procurement.services.open_lists.changing import drop_change, first_day, propose_change, publish_change
from procurement.services.open_lists.conditions import CONDITIONS, Condition, conditions_for
from procurement.services.open_lists.deciding import REFUSALS, ask, decide, propose, send_back
from procurement.services.open_lists.drafting import close, draft, fail_what_is_due, has_failed, publish, stands
from procurement.services.open_lists.standing import STANDING, remove, restore, suspend
from procurement.services.open_lists.terms import OpenTerms

__all__ = [
    "APPEALABLE",
    "CONDITIONS",
    "REFUSALS",
    "STANDING",
    "Condition",
    "OpenTerms",
    "appeal",
    "appeal_until",
    "apply",
    "ask",
    "close",
    "complete",
    "conditions_for",
    "confirm",
    "decide",
    "decide_appeal",
    "draft",
    "drop_change",
    "fail_what_is_due",
    "first_day",
    "has_failed",
    "leave",
    "propose",
    "propose_change",
    "publish",
    "publish_change",
    "remove",
    "restore",
    "send_back",
    "stands",
    "suspend",
    "withdraw",
]
