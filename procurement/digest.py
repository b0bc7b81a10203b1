"""One mail each working morning to whoever works on tenders: what waits and until when; numbers, no content."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from flask import current_app
from flask_babel import force_locale

from core import clock, outbox
from core.accounts.models import Account
from core.config import fund
from core.db import unit_of_work
from core.roles import Role
from core.web.access import actor_of
from core.web.home import WorkItem, work_of
from core.words import _, ngettext
from procurement.queries import tenders as queries
from procurement.services import rules

ROLES = (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR, Role.EVALUATOR)
PURPOSE = "digest"


def send_what_is_due() -> int:
    """The worker’s tick: after the hour of the plan, on working days, once for each person; how many were written."""
    now = clock.now().astimezone(fund().zone)
    with unit_of_work():
        hour = rules.periods(now.date()).digest_hour
        if not hour or now.hour < hour or not rules.periods(now.date()).is_working(now.date()):
            return 0
        told = queries.told_on(PURPOSE, now.date())
        return sum(_send(account, now.date()) for account in queries.accounts_with(*ROLES) if account.id not in told)


def _send(account: Account, on: dt.date) -> int:
    """Nothing waits: no mail."""
    with current_app.test_request_context(base_url=fund().address), force_locale(account.locale or "en"):
        items = [item for item in work_of(actor_of(account)) if item.bucket in ("today", "week")]
        if not items:
            return 0
        subject = ngettext("%(num)s thing waits for you", "%(num)s things wait for you", len(items))
        outbox.enqueue(
            "digest",
            purpose=PURPOSE,
            arguments={"on": on.isoformat(), "subject": subject, "body": _body(account, items)},
            account_id=account.id,
            address=account.email,
            locale=account.locale or "en",
        )
    return 1


def _body(account: Account, items: Sequence[WorkItem]) -> str:
    """One line for each: what, until when (with the fund's zone), where."""
    zone = clock.now().astimezone(fund().zone).strftime("UTC%z")
    lines = [_("Good morning, %(name)s.", name=account.name), ""]
    for item in items:
        due = re.sub(r"<[^>]*>", "", str(item.due or ""))
        until = _("until %(due)s (%(zone)s)", due=due, zone=zone) if due else ""
        lines.append(" · ".join(part for part in (str(item.title), until, fund().address + item.url) if part))
    return "\n".join(lines)
