"""Returns as they are read: the list, one page, its papers and rows."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, request, send_file, url_for

from core import clock, files
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission, may
from core.roles import PROVIDER_STAFF
from core.tables import csv_bytes
from core.texts import spoken
from core.web import actor, allow, page
from core.words import _l
from providers.facts import catalogue_on
from quality.returns import queries, reading
from quality.returns.asked import Table
from quality.returns.models import QualityReturn
from quality.returns.services.asking import definition_of
from quality.returns.services.filling import figures_of
from quality.returns.sheet import Sheet, sheet_of
from quality.returns.standing import WHY_NOT, asked_in, names_on, period_of, tag_of, why_not
from quality.returns.states import CORRECTABLE, RETURN
from quality.returns.tables import KINDS
from quality.returns.words import COLUMNS
from quality.wording import worded

blueprint = Blueprint("returns", __name__, url_prefix="/quality/returns")
PAGE, SHOWN = 50, 100
QUEUES = {
    "draft": (_l("To send"), ("draft",)),
    "sent": (_l("To verify"), ("sent",)),
    "returned": (_l("Sent back"), ("returned",)),
    "verified": (_l("Verified"), ("verified",)),
    "rejected": (_l("Rejected"), ("rejected",)),
}


@blueprint.get("")
@allow(Permission.READ_RETURNS)
def index() -> Any:
    """All of the fund's, or the provider's own."""
    mine, first = scope(), "sent" if scope() is None else "draft"
    wanted = request.args.get("state", first)
    wanted = wanted if wanted in QUEUES else first
    count, number = queries.counts(mine), max(request.args.get("page", 1, type=int), 1)
    rows = queries.listed(QUEUES[wanted][1], mine, limit=PAGE, offset=PAGE * (number - 1))
    tabs = [(name, words, count.get(name, 0)) for name, (words, _states) in QUEUES.items()]
    pages = max(-(-count.get(wanted, 0) // PAGE), 1)
    names = names_on(clock.today(fund().zone))
    context: dict[str, Any] = {"tabs_of": tabs, "wanted": wanted, "number": number, "pages": pages, "names": names}
    context |= {"standing": lambda row: tag_of(row, clock.now()), "days": period_of, "is_own": mine is not None}
    context["may_bring_in"] = may(Permission.BRING_IN_SURVEY, actor().roles)
    return page("quality/returns.html", rows=rows, providers=queries.providers_of(rows), **context)


@blueprint.get("/<number>")
@allow(Permission.READ_RETURNS)
def show(number: str) -> Any:
    return shown_page(found(number, request.args.get("version", type=int)))


@blueprint.get("/<number>/papers/<int:file>")
@allow(Permission.READ_RETURNS)
def paper(number: str, file: int) -> Any:
    row = found(number, request.args.get("version", type=int))
    kept = next((one.file for one in row.papers if one.file_id == file), None) if _sees_rows(row) else None
    if kept is None:
        raise NotFound(_l("There is no such file."))
    return send_file(
        BytesIO(files.read(kept)), mimetype=kept.media_type, as_attachment=True, download_name=kept.filename
    )


@blueprint.get("/<number>/rows.csv")
@allow(Permission.READ_RETURNS)
def rows_file(number: str) -> Response:
    """The rows by the columns of the layout, so that the file can be sent again."""
    row = found(number, request.args.get("version", type=int))
    ask, _rules = asked_in(row)
    if ask.table is Table.FACTS or not _sees_rows(row):
        raise NotFound(_l("There is no such file."))
    names = reading.columns_of(ask).columns
    return csv_answer(f"{row.number}.csv", csv_bytes(names, [reading.cells_of(one.said, ask) for one in row.rows]))


def shown_page(row: QualityReturn, errors: InputErrors | None = None, **more: Any) -> Any:
    (ask, rules), definition = asked_in(row), definition_of(row.indicator, row.valid_until)
    who, now = actor(), clock.now()
    is_own = who.organisation_id == row.organisation_id
    newest = queries.newest(row.number) is row
    actions = {step.action for step in RETURN.actions(row.state, who.roles)} if newest else set()
    sheet: Sheet = sheet_of(row, ask, rules, may_read_claims=may(Permission.READ_CLAIMS, who.roles) and not is_own)
    context: dict[str, Any] = {
        "ask": spoken(ask, "evidence"), "rules": spoken(rules, "statement"), "sheet": sheet,
        "standing": tag_of(row, now), "days": period_of(row),
        "definition": worded(definition) if definition else None, "columns": COLUMNS.get(ask.table, ()),
        "versions": queries.versions(row.number), "is_own": is_own, "sees_rows": _sees_rows(row),
        "provider": queries.providers_of([row]).get(row.organisation_id),
        "why_not": WHY_NOT.get(why_not(row, now), ""),
        "can_fill": "send" in actions and is_own, "can_judge": "verify" in actions,
        "can_correct": newest and is_own and row.state in CORRECTABLE,
        "figures": figures_of(row, ask) if row.state == "draft" and is_own else [], "machine": RETURN,
        "kinds": [(kind, KINDS.get(kind, kind)) for kind in rules.incident.kinds], "kind_words": KINDS,
        "names": {code: fact.name for code, fact in catalogue_on(row.valid_until).facts.items()},
    }  # fmt: skip
    context |= _shown(row, has_judge="verify" in actions)
    return page("quality/return.html", errors=errors, row=row, **context, **more)


def _shown(row: QualityReturn, *, has_judge: bool) -> dict[str, Any]:
    """A judge first sees the rows that were drawn; the file holds all."""
    rows = sorted(row.rows, key=lambda one: not one.is_sampled) if has_judge else row.rows
    return {"shown_rows": rows[:SHOWN], "hidden_rows": len(rows) > SHOWN}


def found(number: str, version: int | None = None) -> QualityReturn:
    """A stranger's return does not exist."""
    row = queries.newest(number, scope(), version)
    if row is None:
        raise NotFound(_l("There is no return with this number."))
    return row


def _sees_rows(row: QualityReturn) -> bool:
    """A draft is its provider's alone."""
    return row.state != "draft" or actor().organisation_id == row.organisation_id


def scope() -> int | None:
    """A provider's people see their own organisation's alone (0: no organisation, no rows)."""
    return (actor().organisation_id or 0) if actor().roles <= PROVIDER_STAFF else None


def home(row: QualityReturn) -> str:
    return url_for(".show", number=row.number)


def csv_answer(filename: str, content: bytes) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(content, mimetype="text/csv; charset=utf-8", headers=headers)
