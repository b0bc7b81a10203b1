"""Before somebody confirms an act that changes the past: which claims would be looked at again, and their sums."""

from __future__ import annotations

from typing import Any

from claims.redecisions import finding, queries
from core import events
from core.actors import Actor
from core.config import fund
from core.restricted import sees_restricted
from core.web.filters import amount
from core.words import _


def foresee(after: int, who: Actor) -> list[dict[str, Any]]:
    """The answer for the page on which an act is said back; `after`: the last event before the act was tried.

    Claims for restricted services are not counted for who may not know of them.
    """
    heard = queries.events_between(after, events.last_id(), finding.KINDS)
    if not heard:
        return []
    count, paid, undecided = queries.touched_sums(heard, has_restricted=sees_restricted(who))
    said = _("none so far")
    if count:
        said = _(
            "%(count)s: the fund pays %(paid)s %(currency)s of them so far, %(waiting)s %(currency)s wait",
            count=count,
            paid=amount(paid),
            waiting=amount(undecided),
            currency=fund().currency.code,
        )
    return [{"label": _("Claims that are looked at again"), "value": said}]
