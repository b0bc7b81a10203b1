"""What the checks say of the records behind a period's indicators."""

from __future__ import annotations

from typing import Any

from flask import request

from core import clock
from core.config import fund
from core.permissions import Permission
from core.texts import said
from core.web import allow, page
from quality import presenters
from quality.periods import last_full_quarter
from quality.queries import runs
from quality.record_checks.queries import checks_of
from quality.views.blueprint import blueprint


@blueprint.get("/records")
@allow(Permission.AUDIT)
def records() -> Any:
    """Every check of the period, those that fail first; without a period that of the newest run."""
    known = runs.periods()
    period = request.args.get("period") or (known[0] if known else last_full_quarter(clock.today(fund().zone)).name)
    found = sorted(checks_of(period), key=lambda row: (not row.is_failed, row.code))
    return page(
        "quality/records.html", period=period, periods=known, checks=found, show=presenters,
        names={row.code: said(row.name) for row in found},
    )  # fmt: skip
