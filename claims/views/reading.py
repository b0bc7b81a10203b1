"""The list, a claim, and why each line is paid as it is."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from flask import Response, redirect, request, url_for

from claims import counting, documents, facts, presenters, services
from claims.handbook.paper import valid_words
from claims.handbook.plan_rows import granted
from claims.opening import presenters as brought_in
from claims.queries import lists, records
from claims.queries.lists import Filters
from claims.readers import Reader
from claims.states import CLAIM
from claims.states import LIVE as CLAIM_LIVE
from claims.views import blueprint
from claims.views.scope import found, reader
from core import clock, issued
from core.codes import service_names
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission, may
from core.roles import Role
from core.tables import csv_bytes, xlsx_bytes
from core.web import actor, allow, page
from core.words import _, _l
from payments.queries import payment_of_subject

STATES = ("received", "returned", "pended", "in_part", "adjudicated", "denied", "voided")
EXPORT_LIMIT = 50_000
EXPORTS = {
    "csv": (csv_bytes, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_bytes, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@blueprint.get("")
@allow(Permission.READ_CLAIMS)
def index() -> Any:
    who, filters = reader(), _filters()
    number = max(request.args.get("page", 1, type=int), 1)
    rows = lists.page_of_claims(who, filters, number)
    total = lists.count_claims(who, filters)
    return page(
        "claims/list.html",
        claims=_shown(rows),
        total=total,
        number=number,
        pages=max(-(-total // lists.PAGE), 1),
        filters=filters,
        figures=_figures(who),
        states=_state_choices(),
        months=_month_choices(),
        sender=records.organisation_name(who.organisation_id) if who.organisation_id else "",
        providers=lists.organisation_names({row[0].organisation_id for row in rows}) if not who.is_provider else {},
        may_send=bool(actor().roles & {Role.PROVIDER_CLERK, Role.PROVIDER_MANAGER}),
        may_see_cash=may(Permission.READ_CASH, actor().roles),
        may_see_asked=may(Permission.READ_DRY_RUNS, actor().roles),
        may_correct=may(Permission.READ_CORRECTIONS, actor().roles),
        may_read_rules=may(Permission.READ_PLAN, actor().roles),
        link=_link,
    )


def _filters() -> Filters:
    month = request.args.get("month", "")
    try:
        first = dt.date.fromisoformat(f"{month}-01") if month else None
    except ValueError:
        first = None
    state = request.args.get("state", "")
    return Filters(request.args.get("words", "")[:40], state if state in STATES else "", first)


def _shown(rows: Any) -> list[presenters.ShownClaim]:
    claims = [row[0] for row in rows]
    payments = payment_of_subject([claim.number for claim in claims])
    return presenters.shown(rows, lists.lines_of_claims(claims), payments, clock.today(fund().zone))


def _figures(who: Reader) -> dict[str, Any]:
    """The month so far, and what waits for the reader."""
    first = clock.today(fund().zone).replace(day=1)
    since = dt.datetime.combine(first, dt.time(), fund().zone)
    return {"month": first, "sums": lists.sums_since(who, since), "sent_back": lists.sent_back_sums(who)}


def _state_choices() -> list[tuple[str, Any]]:
    words = {**CLAIM.states, "in_part": _l("Decided in part")}
    return [(state, words[state]) for state in STATES]


def _month_choices() -> list[tuple[str, str]]:
    """The last twelve service months."""
    month, choices = clock.today(fund().zone).replace(day=1), []
    for _n in range(12):
        choices.append((f"{month:%Y-%m}", presenters.day_words(month, "MMMM y")))
        month = (month - dt.timedelta(days=1)).replace(day=1)
    return choices


def _link(endpoint: str = "claims.index", **changes: Any) -> str:
    values = {name: request.args[name] for name in ("words", "state", "month") if request.args.get(name)}
    return url_for(endpoint, **{**values, **changes})


@blueprint.get("/download.<kind>")
@allow(Permission.READ_CLAIMS)
def download(kind: str) -> Any:
    """The list as it is filtered, as a file; amounts are numbers in major units."""
    if kind not in EXPORTS:
        raise NotFound(_l("We export CSV and XLSX."))
    write, media_type = EXPORTS[kind]
    rows = _shown(lists.page_of_claims(reader(), _filters(), 1, EXPORT_LIMIT))
    content = write(_export_head(), (_export_row(row) for row in rows))
    return Response(
        content, mimetype=media_type, headers={"Content-Disposition": f"attachment; filename=claims.{kind}"}
    )


def _export_head() -> list[Any]:
    code = fund().currency.code
    return [
        _("Claim"),
        _("Your number"),
        _("Member"),
        _("Service"),
        _("First day"),
        _("Last day"),
        _("Asked, %(currency)s", currency=code),
        _("Fund pays, %(currency)s", currency=code),
        _("Status"),
        _("Next"),
    ]


def _export_row(row: presenters.ShownClaim) -> list[Any]:
    claim = row.claim
    texts = [claim.number, claim.provider_claim_no, claim.member_number, row.service]
    days = [claim.service_from, claim.service_until]
    return [*texts, *days, presenters.major(claim.amount), presenters.major(row.pays), row.word, row.next]


@blueprint.get("/<number>")
@allow(Permission.READ_CLAIMS)
def show(number: str) -> Any:
    return claim_page(number)


def claim_page(number: str, errors: InputErrors | None = None) -> Any:
    """One claim; `errors` of what was typed beside it."""
    claim, version = found(number)
    lines = {line.line_no: line for line in records.lines_of(claim)}
    paid = payment_of_subject([claim.number]).get(claim.number)
    is_own = reader().is_provider
    return page(
        "claims/claim.html",
        errors=errors,
        claim=claim,
        version=version,
        lines=lines,
        decided=records.decided_lines(claim, version.version),
        history=records.history_of(claim),
        names=service_names({line.service for line in lines.values()}),
        provider=records.organisation_name(claim.organisation_id),
        status=presenters.status(version, paid, clock.today(fund().zone)),
        title=presenters.result_title(version, is_own),
        strands=presenters.strands(version, reader().relation),
        next=presenters.next_step(version, paid, clock.today(fund().zone)),
        may_review=Role.CLAIMS_REVIEWER in actor().roles and version.state == "pended",
        may_approve=Role.CLAIMS_REVIEWER in actor().roles and version.state in ("pended", "adjudicated"),
        may_withdraw=Role.CLAIMS_OFFICER in actor().roles and not is_own and version.state in CLAIM_LIVE,
        is_own=is_own,
        documents=documents.missing(*records.filed([claim.id])) if is_own and version.state == "pended" else [],
        relation=reader().relation,
        may_correct=is_own and version.state in ("returned", "adjudicated", "denied"),
        show=presenters,
        words=CLAIM.states,
    )


@blueprint.get("/<number>/lines/<int:line_no>")
@allow(Permission.READ_CLAIMS)
def why(number: str, line_no: int) -> Any:
    """Why the fund pays what it pays on one line."""
    claim, version = found(number)
    decided = {row.line_no: row for row in records.decided_lines(claim, version.version)}
    line = next((row for row in records.lines_of(claim) if row.line_no == line_no), None)
    if line is None or line_no not in decided:
        raise NotFound(_l("Claim %(number)s has no line %(line)s.", number=claim.number, line=line_no))
    row, who = decided[line_no], reader()
    paid = payment_of_subject([claim.number]).get(claim.number)
    day, today = line.service_until or line.service_from or claim.service_from, clock.today(fund().zone)
    plan = facts.plans()(day)
    granting = plan.row(line.code_system, line.service, day) if plan.version == row.plan else None
    return page(
        "claims/why.html",
        claim=claim,
        version=version,
        line=line,
        row=row,
        count=len(decided),
        name=presenters.name_of(line.service, service_names({line.service})),
        quantity=counting.counted(line.quantity_milli, counting.units({line.service}).get(line.service, "")),
        explained=presenters.why(line, row, version, plan, who.relation, today),
        granted=granted(granting, plan, presenters.FIGURES) if granting else None,
        valid_words=partial(valid_words, figures=presenters.FIGURES),
        brought_in=brought_in.notes(claim, line, plan, presenters.FIGURES),
        status=presenters.decided_status(version, paid, today),
        pays=presenters.payment_words(paid),
        title=presenters.result_title(row, who.is_provider),
        strands=presenters.strands(row, who.relation),
        is_own=who.is_provider,
        relation=who.relation,
        show=presenters,
    )


@blueprint.post("/<number>/letter")
@allow(Permission.SUBMIT_CLAIMS)
def issue_letter(number: str) -> Any:
    """The provider takes its letter: from now on anyone can check its code."""
    claim, version = found(number)
    if version.state not in ("adjudicated", "denied"):
        raise NotFound(_l("Claim %(number)s is not decided yet.", number=claim.number))
    amount = issued.printed(version.benefit)
    issued.issue(services.LETTER, claim.number, partial(presenters.letter, claim, version), by=actor(), amount=amount)
    return redirect(url_for(".letter", number=claim.number), 303)


@blueprint.get("/<number>/letter.pdf")
@allow(Permission.READ_CLAIMS)
def letter(number: str) -> Any:
    """The decision on paper."""
    claim, version = found(number)
    content = presenters.letter(claim, version, issued.code_of(services.LETTER, claim.number))
    headers = {"Content-Disposition": f'inline; filename="{claim.number}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)
