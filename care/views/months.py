"""The month of a provider: what will be refused or asked before the claim is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import request

from care import queries
from care.checks import CHECKS, Effect
from care.views import blueprint
from care.views.granting import PAGE, _scope
from core import clock
from core.config import fund
from core.permissions import Permission
from core.web import actor, allow, page
from core.words import _, _l

EFFECTS = {
    Effect.UNCOUNTED: ("refused", _l("Not paid")),
    Effect.REFUSED: ("refused", _l("Refused")),
    Effect.ASKS: ("check", _l("Goes to review")),
    Effect.FLAG: ("half", _l("An auditor looks")),
    Effect.WARNS: ("open", _l("Only said")),
}
ELEMENTS = {
    "worker": _l("care worker"),
    "place": _l("place"),
    "started_at": _l("start"),
    "ended_at": _l("end"),
}


@blueprint.get("/month")
@allow(Permission.READ_CARE)
def month() -> Any:
    """Sums, findings by check, findings one by one, and the days of the sites."""
    organisations = [] if _scope() is not None else queries.months.care_providers(actor())
    chosen = _scope() or _chosen(organisations)
    first = _month(request.args.get("month", ""))
    at, check = max(request.args.get("page", 1, int), 1), request.args.get("check", "")
    counts = queries.months.finding_counts(actor(), chosen, first)
    rows = queries.months.findings(actor(), chosen, first, check, PAGE, (at - 1) * PAGE)
    total = counts.get(check, 0) if check else sum(counts.values())
    return page(
        "care/month.html",
        organisations=organisations,
        chosen=chosen,
        month=first,
        before=(first - dt.timedelta(days=1)).replace(day=1),
        after=(first + dt.timedelta(days=31)).replace(day=1),
        attended=queries.months.attendance_sums(actor(), chosen, first),
        visits=queries.months.visit_sums(actor(), chosen, first),
        groups=[_group(name, counts[name]) for name in CHECKS if counts.get(name)],
        by_effect={effect: sum(counts.get(n, 0) for n in CHECKS if CHECKS[n].effect == effect) for effect in Effect},
        findings=[_finding(row) for row in rows],
        total=total,
        at=at,
        pages=-(-total // PAGE),
        check=check if check in CHECKS else "",
        days=queries.months.site_days(actor(), chosen, first),
        ratio=ratio,
    )


def _chosen(organisations: Sequence[Any]) -> int:
    """The provider asked for, if it is one of those listed; else the first."""
    ids = [row.id for row in organisations]
    asked = request.args.get("provider", 0, int)
    return asked if asked in ids else next(iter(ids), 0)


def _group(name: str, count: int) -> dict[str, Any]:
    check = CHECKS[name]
    state, word = EFFECTS[check.effect]
    return {"name": name, "title": check.title, "count": count, "state": state, "word": word, "reason": check.reason}


def _finding(found: dict[str, Any]) -> dict[str, Any]:
    """One finding in words; a check that is no longer in the table keeps its name. A provider is not told where else
    its member is."""
    row, check = found["row"], CHECKS.get(found["row"].check)
    if check is None:
        return {**found, "title": row.check, "sentence": "", "state": "open", "word": ""}
    state, word = EFFECTS[check.effect]
    is_elsewhere = row.check in ("two_centres", "two_places")
    figures = {**row.figures, "other": _("another provider") if is_elsewhere and _scope() is not None else row.other}
    if "missing" in figures:
        figures["missing"] = ", ".join(str(ELEMENTS.get(name, name)) for name in figures["missing"])
    return {**found, "title": check.title, "sentence": str(check.sentence) % figures, "state": state, "word": word}


def _month(text: str) -> dt.date:
    """The month asked for, like 2026-06, or that of yesterday: the latest with records."""
    try:
        return dt.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no instant
    except ValueError:
        return (clock.today(fund().zone) - dt.timedelta(days=1)).replace(day=1)


def ratio(billed: int, attended: int) -> str:
    """“1.02”, half up on two decimals; a dash without attended hours."""
    if not attended:
        return _("no source")
    hundredths = (200 * billed + attended) // (2 * attended)
    return f"{hundredths // 100}.{hundredths % 100:02d}"
