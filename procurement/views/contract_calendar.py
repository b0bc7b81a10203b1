"""The calendar of contracts, on the screen and as a sheet: the fund's, or the provider's own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, request

from core import clock
from core.config import fund
from core.permissions import Permission
from core.tables import xlsx_bytes
from core.web import actor, allow, page
from core.words import _
from procurement.contract_calendar import KINDS, Entry, entries
from procurement.queries import kpi
from procurement.queries.contracts import running_with_dates
from procurement.services import rules
from procurement.views.contracts import blueprint, own_organisation
from procurement.views.exporting import KINDS as SHEETS

SPANS = (90, 180, 365)


@blueprint.get("/calendar")
@allow(Permission.READ_CONTRACTS)
def calendar() -> Any:
    rows, today = _entries(), clock.today(fund().zone)
    late = sum(row.on < today for row in rows)
    context: dict[str, Any] = {"kinds": KINDS, "wanted": _kind(), "span": _span(), "spans": SPANS, "late": late}
    return page("procurement/contract_calendar.html", rows=rows, today=today, **context)


@blueprint.get("/calendar.xlsx")
@allow(Permission.READ_CONTRACTS)
def calendar_sheet() -> Any:
    head = [_("Day"), _("What"), _("About"), _("Contract"), _("Title"), _("Provider"), _("Last day")]
    rows = [
        [
            row.on, str(KINDS[row.kind]), row.about, row.contract.number, row.contract.title,
            row.contract.organisation.name, row.contract.valid_until,
        ]
        for row in _entries()
    ]  # fmt: skip
    headers = {"Content-Disposition": 'attachment; filename="contracts-calendar.xlsx"'}
    return Response(xlsx_bytes(head, rows), mimetype=SHEETS["xlsx"][1], headers=headers)


def _entries() -> list[Entry]:
    today, mine = clock.today(fund().zone), own_organisation()
    contracts, last = running_with_dates(actor(), mine), today + dt.timedelta(days=_span())
    follow_up = rules.promises(today)
    reports = kpi.evidence_due(actor(), last, mine)
    rows = entries(contracts, today, last, reports, follow_up.report_days if follow_up else None)
    return [row for row in rows if _kind() in ("", row.kind)]


def _span() -> int:
    typed = request.args.get("days", SPANS[1], type=int)
    return typed if typed in SPANS else SPANS[1]


def _kind() -> str:
    typed = request.args.get("kind", "")
    return typed if typed in KINDS else ""
