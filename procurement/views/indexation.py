"""Indexation on the officer's desk: contracts due on a day, their new rates, all amendments in one act; the clause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import request, url_for

from core import clock, codes
from core.config import fund
from core.errors import InputErrors, NotFound, Problem
from core.permissions import Permission
from core.tables.values import parse_date, parse_integer, parse_quantity
from core.web import actor, allow, done, page
from core.words import _l, ngettext
from procurement.contract_document import rate_text
from procurement.indexation import Clause
from procurement.queries.contracts import running_with_dates
from procurement.services import indexations
from procurement.services.amending_many import Drafted, approve_all, waiting_for_approval
from procurement.views.contracts import blueprint

BEHIND, AHEAD = dt.timedelta(days=180), dt.timedelta(days=365)
NOTHING_DUE = _l("No running contract has a clause of indexation that is due within a year.")
Read = Callable[[list[Problem], str, Any], Any]


@blueprint.get("/indexation")
@allow(Permission.AMEND_CONTRACT)
def indexation() -> Any:
    return _page()


@blueprint.post("/indexation")
@allow(Permission.AMEND_CONTRACT)
def draft_indexations() -> Any:
    """One amendment for each contract whose rates move; what needs a hand is named with the reason."""
    on = _day(_days())
    try:
        drafted = indexations.draft_indexations(on, reason=request.form.get("reason", ""), by=actor())
    except InputErrors as errors:
        return _page(errors)
    if drafted.refused:
        return _page(acted=drafted)
    words = ngettext(
        "%(num)s amendment is drafted. Another officer approves it.",
        "%(num)s amendments are drafted. Another officer approves them.",
        len(drafted.written),
    )
    return done(url_for(".indexation", on=on.isoformat()), words)


@blueprint.post("/indexation/approve")
@allow(Permission.AMEND_CONTRACT)
def approve_indexations() -> Any:
    """The second officer, for all amendments of the day."""
    on = _day(_days())
    approved = approve_all(indexations.cause(on), by=actor())
    if approved.refused:
        return _page(acted=approved)
    words = ngettext(
        "%(num)s amendment is approved. Its provider answers next.",
        "%(num)s amendments are approved. Their providers answer next.",
        len(approved.written),
    )
    return done(url_for(".indexation", on=on.isoformat()), words)


def _page(errors: InputErrors | None = None, acted: Drafted | None = None) -> Any:
    days, exponent = _days(), fund().currency.exponent
    if not days:
        return page("procurement/indexation_none.html", words=NOTHING_DUE)
    on = _day(days)
    due = indexations.due(on, by=actor())
    context: dict[str, Any] = {
        "on": on, "days": days, "moves": due.moves, "still": due.still, "names": codes.service_names(),
        "rates": {row.line.id: rate_text(row.line.rate, exponent) for row in due.moves},
        "count": len({row.contract.id for row in due.moves}), "refused": acted.refused if acted else (),
        "waiting": len(waiting_for_approval(indexations.cause(on), actor())),
    }  # fmt: skip
    return page("procurement/indexation.html", errors=errors, **context)


def _days() -> list[dt.date]:
    """Days on which some running contract is due, from half a year back to a year ahead."""
    today = clock.today(fund().zone)
    return indexations.due_days(running_with_dates(actor()), today - BEHIND, today + AHEAD)


def _day(known: list[dt.date]) -> dt.date:
    """The day asked for, else the next one, else the latest that is over."""
    if not known:
        raise NotFound(NOTHING_DUE)
    typed, today = request.values.get("on", ""), clock.today(fund().zone)
    coming = next((day for day in known if day >= today), known[-1])
    return next((day for day in known if day.isoformat() == typed), coming)


def typed_clause(problems: list[Problem], read: Read) -> Clause | None:
    """What the form of an amendment says of indexation; None where its fields are empty."""
    if not any(request.form.get(f"index{name}", "").strip() for name in ("", "_share", "_first_on", "_month")):
        return None
    count = len(problems)
    found = {name: read(problems, f"index_{name}", parse) for name, parse in _FIELDS.items()}
    for name in ("share", "first_on", "month"):
        if found[name] is None and len(problems) == count:
            problems.append(Problem(f"index_{name}", _l("A clause of indexation needs this.")))
    if len(problems) > count:
        return None
    threshold = found["threshold"] if found["threshold"] is not None else Decimal(0)
    index = request.form.get("index", "").strip()
    return Clause(index, found["share"], found["first_on"], found["month"], threshold, found["cap"])


_FIELDS: dict[str, Any] = {
    "share": parse_quantity, "first_on": parse_date, "month": parse_integer, "threshold": parse_quantity,
    "cap": parse_quantity,
}  # fmt: skip
