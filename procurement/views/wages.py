"""A wage decree on the officer's desk: tariffs under their floor, what it costs, all amendments in one act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for

from core import clock, codes
from core.config import fund
from core.errors import InputErrors, NotFound
from core.money import major_units, round_half_up
from core.permissions import Permission
from core.tables import xlsx_bytes
from core.web import actor, allow, done, page
from core.words import _, _l, ngettext
from procurement.amended import major
from procurement.contract_document import rate_text
from procurement.models.open_list import OpenList
from procurement.queries.amendments import records as amendment_records
from procurement.services import contracts as services
from procurement.services import rules, wage_decrees
from procurement.services.amending_many import Drafted, approve_all, waiting_for_approval
from procurement.services.contracts import Shortfall
from procurement.views.contracts import blueprint

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/wages")
@allow(Permission.AMEND_CONTRACT)
def wage_check() -> Any:
    return _page()


@blueprint.post("/wages")
@allow(Permission.AMEND_CONTRACT)
def draft_for_wages() -> Any:
    """All amendments and changes of lists at once; what needs a hand is named with the reason."""
    try:
        drafted = wage_decrees.draft_for_decree(_day(), reason=request.form.get("reason", ""), by=actor())
    except InputErrors as errors:
        return _page(errors)
    if drafted.refused or drafted.changes:
        return _page(drafted=drafted)
    words = ngettext(
        "%(num)s amendment is drafted. Another officer approves it.",
        "%(num)s amendments are drafted. Another officer approves them.",
        len(drafted.written),
    )
    return done(url_for(".wage_check", on=_day().isoformat()), words)


@blueprint.post("/wages/approve")
@allow(Permission.AMEND_CONTRACT)
def approve_for_wages() -> Any:
    """The second officer, for all amendments of the decree; what cannot be is named and waits."""
    approved = approve_all(wage_decrees.cause(_day()), by=actor())
    if approved.refused:
        return _page(approved=approved)
    words = ngettext(
        "%(num)s amendment is approved. Its provider answers next.",
        "%(num)s amendments are approved. Their providers answer next.",
        len(approved.written),
    )
    return done(url_for(".wage_check", on=_day().isoformat()), words)


@blueprint.get("/wages.xlsx")
@allow(Permission.AMEND_CONTRACT)
def wage_sheet() -> Any:
    names, currency = codes.service_names(), fund().currency.code
    head = [
        _("Contract"), _("Provider"), _("Service"), _("Name"), _("From"), _("Rate, %(currency)s", currency=currency),
        _("Floor per hour, %(currency)s", currency=currency), _("Gap per hour, %(currency)s", currency=currency),
        _("New rate, %(currency)s", currency=currency), _("Cost in a year, %(currency)s", currency=currency),
    ]  # fmt: skip
    rows = [_sheet_row(row, names) for row in services.shortfalls(_day(), by=actor())]
    headers = {"Content-Disposition": f'attachment; filename="wages-{_day().isoformat()}.xlsx"'}
    return Response(xlsx_bytes(head, rows), mimetype=SHEET, headers=headers)


def _sheet_row(row: Shortfall, names: dict[str, str]) -> list[Any]:
    exponent = fund().currency.exponent
    cost = None if row.cost is None else major_units(row.cost, exponent)
    rate = None if row.line.rate is None else major_units(row.line.rate, exponent)
    return [
        row.contract.number, row.contract.organisation.name, row.line.service, names.get(row.line.service, ""),
        row.from_on, rate, major_units(_floor(row), exponent), major_units(row.gap, exponent),
        major_units(row.new_rate, exponent), cost,
    ]  # fmt: skip


def _floor(row: Shortfall) -> int:
    return round_half_up(row.floor.cost.per_unit())


def _days() -> list[dt.date]:
    """Days of change that are known today: the one that counts now, and those to come."""
    today = clock.today(fund().zone)
    found = rules.labour_costs(today).first_days()
    return [day for day in found if day <= today][-1:] + [day for day in found if day > today]


def _day() -> dt.date:
    """The day asked for, else the next change; without any floor there is nothing to check."""
    known, typed = _days(), request.values.get("on", "")
    if not known:
        raise NotFound(_l("No labour-cost floor is in force: the plan part “wages” names none."))
    return next((day for day in known if day.isoformat() == typed), known[-1] if not typed else known[0])


def _named(found: Drafted | None) -> list[dict[str, Any]]:
    """Contracts and lists that need a hand: number, address, sentence."""
    return [
        {
            "number": row.number,
            "url": url_for("open_lists.show" if isinstance(row, OpenList) else ".show", number=row.number),
            "words": words,
        }
        for row, words in (found.refused if found else ())
    ]


def _without_amendment(rows: Sequence[Shortfall]) -> int:
    """Contracts under the floor for which nothing is on its way yet."""
    ids = {row.contract.id for row in rows}
    records = amendment_records(ids)
    return sum(not records[key].is_open for key in ids)


def _page(errors: InputErrors | None = None, drafted: Drafted | None = None, approved: Drafted | None = None) -> Any:
    rows, exponent = services.shortfalls(_day(), by=actor()), fund().currency.exponent
    context: dict[str, Any] = {
        "on": _day(), "days": _days(), "drafted": drafted, "approved": approved, "names": codes.service_names(),
        "refused": _named(drafted or approved),
        "waiting": len(waiting_for_approval(wage_decrees.cause(_day()), actor())),
        "count": len({row.contract.id for row in rows}),
        "to_draft": _without_amendment(rows), "total": sum(row.cost or 0 for row in rows),
        "is_partial": any(row.cost is None for row in rows),
        "rates": {row.line.id: rate_text(row.line.rate, exponent) for row in rows},
        "floors": {row.line.id: major(_floor(row), exponent) for row in rows},
    }  # fmt: skip
    return page("procurement/wages.html", errors=errors, rows=rows, **context)
