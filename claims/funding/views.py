"""Who bears what, by quarter: sums and their control, a funder's statement, the payables behind a line."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request, url_for

from claims.funding import closing, queries, statement
from claims.funding.document import FunderPaper, PaperLine, funder_pdf
from claims.funding.statement import Quarter
from core import clock, codes
from core.config import fund
from core.documents import letterhead
from core.errors import InputErrors, NotFound
from core.permissions import Permission, may
from core.tables import csv_bytes, xlsx_bytes
from core.web import actor, allow, done, page
from core.words import _, _l, ngettext
from procurement.funding import KINDS, Funder

blueprint = Blueprint("funding", __name__, url_prefix="/funding")
PAGE = 100
SHEETS = {
    "csv": (csv_bytes, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_bytes, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@blueprint.get("")
@allow(Permission.READ_FUNDING)
def index() -> Any:
    """The quarter that is asked for, else the one of last month's end."""
    return _index(_quarter(request.args.get("quarter", "")))


@blueprint.post("")
@allow(Permission.SPLIT_FUNDING)
def split() -> Any:
    typed = request.form.get("month", "").strip()
    try:
        count = closing.start(_month(typed), at=clock.now())
    except InputErrors as errors:
        return _index(_quarter(""), errors)
    said = ngettext("%(num)s provider is being split.", "%(num)s providers are being split.", count)
    return done(url_for(".index", quarter=str(statement.quarter_of(_month(typed)))), said)


@blueprint.get("/<quarter>/<funder>")
@allow(Permission.READ_FUNDING)
def funder(quarter: str, funder: str) -> Any:
    asked, who, lines = _statement(quarter, funder)
    context: dict[str, Any] = {
        "quarter": asked, "funder": who, "kinds": KINDS, "names": codes.line_names(),
        "whole": sum(line.part.amount for line in lines), "total": sum(line.amount for line in lines),
    }  # fmt: skip
    return page("claims/funder.html", lines=lines, **context)


@blueprint.get("/<quarter>/<funder>/statement.<kind>")
@allow(Permission.READ_FUNDING)
def sheet(quarter: str, funder: str, kind: str) -> Any:
    if kind not in SHEETS:
        raise NotFound(_l("A statement is a CSV, an XLSX or a PDF."))
    asked, who, lines = _statement(quarter, funder)
    currency = fund().currency.code
    head = [
        _("Line"), _("Month"), _("Contract"), _("Provider"), _("Service line"), _("Rule"), _("Legal basis"),
        _("Payables"), _("Posted, %(currency)s", currency=currency), _("Per cent"),
        _("Your part, %(currency)s", currency=currency),
    ]  # fmt: skip
    rows = [
        [
            line.part.id, f"{line.part.month:%Y-%m}", line.contract or _("Protected care"), line.provider,
            line.part.service_line, line.part.rule, line.part.basis, line.part.payables,
            _major(line.part.amount), line.share.normalize(), _major(line.amount),
        ]
        for line in lines
    ]  # fmt: skip
    write, media_type = SHEETS[kind]
    headers = {"Content-Disposition": f'attachment; filename="{asked}-{who.code}.{kind}"'}
    return Response(write(head, rows), mimetype=media_type, headers=headers)


@blueprint.get("/<quarter>/<funder>/statement.pdf")
@allow(Permission.READ_FUNDING)
def paper(quarter: str, funder: str) -> Any:
    asked, who, lines = _statement(quarter, funder)
    rows = [
        PaperLine(
            line.part.month, line.contract, line.provider, line.part.service_line, line.part.rule,
            f"{line.share.normalize():f}", line.part.payables, line.part.amount, line.amount,
        )
        for line in lines
    ]  # fmt: skip
    value = FunderPaper(
        str(asked), asked.first, asked.last, who.name, clock.today(fund().zone), fund().currency, rows,
        sum(line.amount for line in lines),
    )  # fmt: skip
    response = Response(funder_pdf(value, letterhead()), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{asked}-{who.code}.pdf"'
    return response


@blueprint.get("/lines/<int:number>")
@allow(Permission.READ_FUNDING)
def line(number: int) -> Any:
    """The payables behind one line of every funder's statement."""
    part = queries.part(number)
    if part is None or part.contract_id not in queries.known_contract_ids(actor()):
        raise NotFound(_l("There is no such line."))
    pages = max(-(-part.payables // PAGE), 1)
    at = min(max(request.args.get("page", 1, type=int), 1), pages)
    rows = queries.lines_of(part.id, PAGE, PAGE * (at - 1))
    plan = statement.plan_of(statement.quarter_of(part.month))
    context: dict[str, Any] = {"quarter": statement.quarter_of(part.month), "funders": plan.funders, "pages": pages}
    return page("claims/funding_line.html", part=part, rows=rows, number=at, **context)


def _index(quarter: Quarter, errors: InputErrors | None = None) -> Any:
    sums, plan = statement.sums(quarter), statement.plan_of(quarter)
    codes_seen = [*plan.funders, *sorted(set(sums.by_funder) - set(plan.funders))]
    context: dict[str, Any] = {
        "quarter": quarter, "funders": [_funder(plan.funders, code) for code in codes_seen], "kinds": KINDS,
        "sums": sums, "control": statement.control(quarter), "names": codes.line_names(), "rules": plan.rules,
        "funder_names": {code: one.name for code, one in plan.funders.items()},
        "may_split": may(Permission.SPLIT_FUNDING, actor().roles),
    }  # fmt: skip
    return page("claims/funding.html", errors=errors, **context)


def _statement(typed: str, funder: str) -> tuple[Quarter, Funder, list[statement.Line]]:
    quarter = statement.read_quarter(typed)
    if quarter is None:
        raise NotFound(_l("There is no such quarter."))
    lines, funders = statement.lines(quarter, funder, actor()), statement.plan_of(quarter).funders
    if funder not in funders and not lines:
        raise NotFound(_l("No funder of the plan has this code."))
    return quarter, _funder(funders, funder), lines


def _funder(funders: Any, code: str) -> Funder:
    return funders.get(code) or Funder(code, code, "donor")


def _quarter(typed: str) -> Quarter:
    last_month = clock.today(fund().zone).replace(day=1) - dt.timedelta(days=1)
    return statement.read_quarter(typed) or statement.quarter_of(last_month)


def _month(typed: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{typed}-01")
    except ValueError as error:
        raise InputErrors.at("month", _l("Write a month like 2026-06."), typed) from error


def _major(amount: int) -> Decimal:
    """A number for a sheet, below zero too."""
    return Decimal(amount).scaleb(-fund().currency.exponent)
