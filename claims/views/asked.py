"""Who asked what the fund would pay: a member about the own numbers, the auditor about everybody's."""

from __future__ import annotations

from typing import Any

from flask import request

from claims.dry_runs import queries
from claims.views import blueprint
from claims.views.scope import reader
from core import clock
from core.codes import line_names
from core.config import fund
from core.permissions import Permission, may
from core.restricted import SCOPE
from core.web import actor, allow, page
from members import queries as members

PAGE = 50


@blueprint.get("/dry-runs")
@allow(Permission.READ_DRY_RUNS)
def asked() -> Any:
    """The log of dry runs; a member also finds here the eligibility number that lets a provider ask."""
    who, words = actor(), request.args.get("words", "").strip()[:40]
    at = max(request.args.get("page", 1, type=int), 1)
    rows, total = queries.asked(reader(), words, at, PAGE)
    is_own = may(Permission.ISSUE_ELIGIBILITY, who.roles)
    own = sorted(who.scopes - {SCOPE}) if is_own else []
    held = members.eligibility_numbers(own, clock.today(fund().zone)) if own else []
    pages = max(1, -(-total // PAGE))
    return page(
        "claims/asked.html",
        rows=rows,
        total=total,
        at=at,
        pages=pages,
        words=words,
        is_own=is_own,
        own=own,
        held=held,
        lines=line_names(),
    )
