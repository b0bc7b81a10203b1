"""Why a visit due does not take place. The reason says who cancelled, so that the two never contradict each other."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from care.plan import plan_by_day
from core.words import _l

MEMBER, FAMILY, PROVIDER, FUND = "member", "family", "provider", "fund"


class Reason(NamedTuple):
    who: str
    words: Any


REASONS = {
    "away": Reason(MEMBER, _l("The member is away")),
    "unwell": Reason(MEMBER, _l("The member is in hospital or unwell")),
    "not_wanted": Reason(MEMBER, _l("The member does not want this visit")),
    "family_cares": Reason(FAMILY, _l("The family cares that day")),
    "worker_ill": Reason(PROVIDER, _l("The care worker is ill")),
    "no_worker": Reason(PROVIDER, _l("No care worker is free")),
    "no_way": Reason(PROVIDER, _l("The road or the weather does not allow it")),
    "fund_decision": Reason(FUND, _l("The fund has decided so")),
}
WHO = {
    MEMBER: _l("by the member"),
    FAMILY: _l("by the family"),
    PROVIDER: _l("by the provider"),
    FUND: _l("by the fund"),
}


def is_closed(day: dt.date, today: dt.date) -> bool:
    """Whether the month of `day` has closed: then only the fund changes it, and says why."""
    plan = plan_by_day()(day)
    following = (day.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
    return plan is not None and (today - following).days >= plan.closing_days
