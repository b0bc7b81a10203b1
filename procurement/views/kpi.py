"""Promises in their periods on the screen: the queue, and one page that traces every number and holds the next act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from flask import Response, request, url_for

from core import clock, files
from core.config import fund
from core.errors import InputErrors, NotFound, Problem
from core.files import StoredFile
from core.permissions import Permission, may
from core.tables.values import BadValue, parse_quantity
from core.web import actor, allow, done, page
from core.words import _, _l
from payments.queries import journals_by_key
from procurement.kpi.words import reckoned
from procurement.models.kpi import KpiPeriod
from procurement.queries import kpi as queries
from procurement.services import kpi as services
from procurement.services import rules
from procurement.services.kpi import Attached
from procurement.states.kpi import KPI_PERIOD
from procurement.views.contracts import blueprint, own_organisation, visible

PAGE = 50
QUEUES = {
    "due": (_l("To report"), ("due",)),
    "waiting": (_l("To verify"), ("reported", "measured", "missing")),
    "verified": (_l("Verified"), ("verified",)),
    "objected": (_l("Objections"), ("objected",)),
    "settled": (_l("Settled"), ("settled", "upheld", "rejected")),
}


@blueprint.get("/promises")
@allow(Permission.READ_CONTRACTS)
def promises() -> Any:
    """All of the fund's, or the provider's own."""
    mine, today = own_organisation(), clock.today(fund().zone)
    first = "waiting" if mine is None else "due"
    wanted = request.args.get("state", first)
    wanted = wanted if wanted in QUEUES else first
    count = dict(queries.counts(actor(), today, mine))
    count["due"] = count.get("due", 0) + count.get("late", 0)
    sums = {name: sum(count.get(state, 0) for state in states) for name, (_word, states) in QUEUES.items()}
    number = max(request.args.get("page", 1, type=int), 1)
    rows = queries.waiting(actor(), QUEUES[wanted][1], mine, limit=PAGE, offset=PAGE * (number - 1))
    pages = max(-(-sums[wanted] // PAGE), 1)
    context: dict[str, Any] = {"queues": QUEUES, "sums": sums, "wanted": wanted, "number": number, "pages": pages}
    return page("procurement/promises.html", rows=rows, machine=KPI_PERIOD, today=today, **context)


@blueprint.get("/<number>/promises/<int:key>")
@allow(Permission.READ_CONTRACTS)
def promise(number: str, key: int) -> Any:
    return _page(_found(number, key))


@blueprint.post("/<number>/promises/<int:key>/report")
@allow(Permission.REPORT_PROMISE)
def report_promise(number: str, key: int) -> Any:
    row = _found(number, key)

    def act() -> None:
        note, evidence = request.form.get("note", ""), _attached("evidence")
        if codes := [each.fact.code for each in services.asked_of(row)]:
            figures = {code: _typed(code) for code in codes}
            _sent(
                [problem for _value, problems in figures.values() for problem in problems],
                lambda: services.report_figures(
                    row, {code: value for code, (value, _problems) in figures.items()}, note, evidence, by=actor()
                ),
            )
            return
        value, problems = _typed("value")
        _sent(problems, lambda: services.report(row, value, note, evidence, by=actor()))

    return _acted(row, act, _("Your report is sent. An officer verifies it next."))


@blueprint.post("/<number>/promises/<int:key>/verify")
@allow(Permission.VERIFY_PROMISE)
def verify_promise(number: str, key: int) -> Any:
    row, reason = _found(number, key), request.form.get("verified_reason", "")
    words = _("Verified. It is settled when the claims of the period are in.")
    return _acted(row, lambda: services.verify(row, _number("verified_value"), reason, by=actor()), words)


@blueprint.post("/<number>/promises/<int:key>/object")
@allow(Permission.OBJECT_TO_PROMISE)
def object_to_promise(number: str, key: int) -> Any:
    row, text = _found(number, key), request.form.get("objection", "")
    words = _("Your objection is sent. An officer who did not verify answers it.")
    return _acted(row, lambda: services.object_to(row, text, _attached("objection_file"), by=actor()), words)


@blueprint.post("/<number>/promises/<int:key>/answer")
@allow(Permission.VERIFY_PROMISE)
def answer_objection(number: str, key: int) -> Any:
    row, reason = _found(number, key), request.form.get("answer", "")
    if request.form.get("decision") == "uphold":
        words = _("The objection is upheld.")
        return _acted(row, lambda: services.uphold(row, _number("corrected_value"), reason, by=actor()), words)
    return _acted(row, lambda: services.reject(row, reason, by=actor()), _("The objection is rejected."))


@blueprint.get("/<number>/promises/<int:key>/evidence")
@allow(Permission.READ_EVIDENCE)
def promise_evidence(number: str, key: int) -> Any:
    """What the provider sent; payrolls are read by those who need them."""
    return _download(_found(number, key).evidence)


@blueprint.get("/<number>/promises/<int:key>/objection")
@allow(Permission.READ_EVIDENCE)
def objection_evidence(number: str, key: int) -> Any:
    return _download(_found(number, key).objection_file)


def _download(file: StoredFile | None) -> Response:
    if file is None:
        raise NotFound(_l("There is no such file."))
    response = Response(files.read(file), mimetype=file.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=file.filename)
    return response


def _found(number: str, key: int) -> KpiPeriod:
    """Of a contract that this reader may know; another's does not exist."""
    row = queries.period_of(visible(number), key)
    if row is None:
        raise NotFound(_l("This contract has no such promise."))
    return row


def _acted(row: KpiPeriod, act: Callable[[], None], words: str) -> Any:
    try:
        act()
    except InputErrors as errors:
        return _page(row, errors)
    return done(url_for(".promise", number=row.number, key=row.id), words)


def _page(row: KpiPeriod, errors: InputErrors | None = None) -> Any:
    today, who = clock.today(fund().zone), actor()
    actions = {step.action for step in KPI_PERIOD.actions(row.state, who.roles)}
    keys = [services.due_key(row), services.objection_key(row)]
    journals = journals_by_key(keys)
    context: dict[str, Any] = {
        "machine": KPI_PERIOD, "contract": row.indicator.contract, "promise": row.indicator, "today": today,
        "reckoned": reckoned(row) if row.settled_at else "",
        "journals": [journals[key][0] if key in journals else None for key in keys],
        "rules": rules.promises(today), "may_read_evidence": may(Permission.READ_EVIDENCE, who.roles),
        "can_report": "report" in actions and not row.indicator.source,
        "figures": services.asked_of(row) if "report" in actions else [],
        "can_verify": "verify" in actions, "is_reporter": row.reported_by == who.person,
        "can_object": "object" in actions and row.object_until is not None and today <= row.object_until,
        "can_answer": "uphold" in actions, "is_verifier": row.verified_by == who.person,
    }  # fmt: skip
    return page("procurement/promise.html", errors=errors, row=row, **context)


def _sent(problems: Sequence[Problem], send: Callable[[], None]) -> None:
    """What could not be read, and what else is wrong, together."""
    unread = {problem.where for problem in problems}
    try:
        send()
    except InputErrors as errors:
        raise InputErrors([*problems, *(row for row in errors.problems if row.where not in unread)]) from errors


def _typed(name: str) -> tuple[Decimal | None, list[Problem]]:
    typed = request.form.get(name, "").strip()
    try:
        return (parse_quantity(typed) if typed else None), []
    except BadValue as error:
        return None, [Problem(name, f"{error.reason} {error.fix}", typed)]


def _number(name: str) -> Decimal | None:
    value, problems = _typed(name)
    if problems:
        raise InputErrors(problems)
    return value


def _attached(name: str) -> Attached:
    file = request.files.get(name)
    return Attached(file.read() if file else b"", file.filename or "" if file else "")
