"""Irregularities for whoever controls: over all tenders, and of one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from core.permissions import Permission
from core.web import allow, page
from procurement.models.tender import Tender
from procurement.queries import tenders as tender_queries
from procurement.queries.red_flags import facts_of, published_page
from procurement.red_flags import CODES, RedFlag, flags

blueprint = Blueprint("red_flags", __name__, url_prefix="/tenders")


@blueprint.get("/red-flags")
@allow(Permission.READ_RED_FLAGS)
def index() -> Any:
    """One page of tenders, newest first, those with flags; `code` narrows to one irregularity."""
    code, typed = request.args.get("code", ""), request.args.get("page", "1")
    number = int(typed) if typed.isdecimal() and int(typed) else 1
    tenders, last = published_page(number)
    found = [row for facts in facts_of(tenders) for row in flags(facts)]
    return _page(found, code=code if code in CODES else "", number=number, last=last)


@blueprint.get("/<number>/red-flags")
@allow(Permission.READ_RED_FLAGS)
def show(number: str) -> Any:
    tender = tender_queries.tender_by_number(number)
    return _page(flags(facts_of([tender])[0]), tender=tender)


def _page(rows: list[RedFlag], *, tender: Tender | None = None, code: str = "", number: int = 1, last: int = 1) -> Any:
    def turned(to: int) -> str:
        return url_for(".index", page=to, code=code or None) if 1 <= to <= last else ""

    return page(
        "tenders/red_flags.html", rows=[(row, _url(row)) for row in rows if code in ("", row.code)], codes=CODES,
        counts={key: sum(row.code == key for row in rows) for key in CODES}, tender=tender, code=code, number=number,
        last=last, previous_url=turned(number - 1), next_url=turned(number + 1),
    )  # fmt: skip


def _url(row: RedFlag) -> str:
    of_tender: dict[str, Any] = {} if row.endpoint == "contracts.index" else {"number": row.tender.number}
    return url_for(row.endpoint, **of_tender)
