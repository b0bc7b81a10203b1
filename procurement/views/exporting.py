"""The officer's list of tenders as a file, exactly as it is shown."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, abort

from core.config import fund
from core.db import database_now
from core.errors import NotFound
from core.money import major_units
from core.permissions import Permission
from core.restricted import sees_restricted
from core.tables import csv_bytes, xlsx_bytes
from core.web import actor, allow
from core.words import _, _l
from procurement.models.tender import Tender
from procurement.queries import questions
from procurement.queries import tenders as queries
from procurement.queries.discreet import discreet_ids
from procurement.views.progress import NAMES
from procurement.views.tenders import is_staff

blueprint = Blueprint("tender_files", __name__, url_prefix="/tenders")
KINDS = {
    "csv": (csv_bytes, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_bytes, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@blueprint.get("/export.<kind>")
@allow(Permission.READ_TENDERS)
def export(kind: str) -> Any:
    """All tenders with their deadlines, for the fund's staff."""
    if not is_staff(actor()):
        raise NotFound(_l("This list is the fund's."))
    if kind not in KINDS:
        abort(404)
    write, media_type = KINDS[kind]
    at, bids, waiting = database_now(), queries.bid_counts(), questions.open_questions()
    hidden = set() if sees_restricted(actor()) else discreet_ids()
    known = [row for row in queries.all_tenders() if row.id not in hidden]
    rows = [_row(row, at, bids.get(row.id, 0), waiting.get(row.id, 0)) for row in known]
    headers = {"Content-Disposition": f'attachment; filename="tenders.{kind}"'}
    return Response(write(_head(), rows), mimetype=media_type, headers=headers)


def _head() -> list[Any]:
    return [
        _("Number"), _("Title"), _("Service line"), _("State"), _("Published"), _("Questions until"), _("Bids close"),
        _("Time zone"), _("Ceiling, %(currency)s", currency=fund().currency.code), _("Lots"), _("Bids"),
        _("Open questions"), _("Version of the notice"),
    ]  # fmt: skip


def _row(tender: Tender, at: dt.datetime, bids: int, waiting: int) -> list[Any]:
    return [
        tender.number, tender.title, tender.service_line, str(NAMES[tender.phase(at)]), _local(tender.published_at),
        _local(tender.questions_until), _local(tender.closes_at), str(fund().zone),
        major_units(tender.value, fund().currency.exponent), len(tender.lots), bids, waiting, tender.notice_version,
    ]  # fmt: skip


def _local(instant: dt.datetime | None) -> str:
    return instant.astimezone(fund().zone).strftime("%Y-%m-%d %H:%M") if instant else ""
