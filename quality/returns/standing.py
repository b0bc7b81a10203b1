"""What is asked in a return, and where it stands."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from core import clock, plan
from core.config import fund
from core.errors import NotFound
from core.texts import said
from core.words import _, _l
from quality.names import PART
from quality.periods import Period
from quality.returns.asked import Ask, ReturnsPlan
from quality.returns.models import QualityReturn
from quality.returns.plan import returns_on
from quality.returns.states import RETURN

WHY_NOT: Final[dict[str, Any]] = {
    "late": _l("It came after its last day, or not at all: there is no figure."),
    "waiting": _l("Somebody of the fund verifies it; until then there is no figure."),
    "awaited": _l("It is not sent yet, and there is time."),
    "returned": _l("It was sent back for correction; until then there is no figure."),
    "rejected": _l("It was rejected: there is no figure."),
}


def asked_in(row: QualityReturn) -> tuple[Ask, ReturnsPlan]:
    """Under the plan of the day the version was made."""
    rules = returns_on(clock.local_day(row.created_at, fund().zone))
    ask = rules.of(row.indicator) if rules else None
    if ask is None or rules is None:
        raise NotFound(_l("This indicator is not asked for any more."))
    return ask, rules


def why_not(row: QualityReturn, now: dt.datetime) -> str:
    """A key of WHY_NOT where a return gives no figure; empty: it counts, or a newer version does."""
    if row.counts or row.state == "replaced":
        return ""
    if row.state in ("rejected", "returned"):
        return row.state
    if row.state == "draft":
        return "late" if now > row.due_at else "awaited"
    return "late" if row.is_late else "waiting"


def tag_of(row: QualityReturn, now: dt.datetime) -> tuple[str, str]:
    """Shape and word: a draft past its day is late, and a late one says so after it was sent too."""
    word = str(RETURN.states[row.state])
    if row.state == "draft":
        return ("needs_you", _("Late")) if now > row.due_at else ("draft", word)
    shape = {"sent": "in_progress", "verified": "done", "replaced": "ended"}.get(row.state, row.state)
    return shape, _("%(state)s, came late", state=word) if row.is_late and not row.excused else word


def period_of(row: QualityReturn) -> str:
    """“Q3 2026” or “2026”."""
    year, quarter = row.valid_from.year, (row.valid_from.month + 2) // 3
    is_year = (row.valid_until - row.valid_from).days > 300
    return Period(row.valid_from, row.valid_until, f"{year}" if is_year else f"{year}Q{quarter}").label


def names_on(day: dt.date) -> dict[str, str]:
    """Indicator → its name, in one statement; empty before the fund measures anything."""
    try:
        found: dict[str, str] = {one.id: said(one.name) for one in plan.in_force(PART, day).on(day)}
    except NotFound:
        return {}
    return found
