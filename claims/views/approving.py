"""A reviewer lowers quantity and price per line; the engine says what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flask import request, url_for

from claims import presenters
from claims.approving import services
from claims.queries import records
from claims.reviewing import Approved
from claims.views import blueprint
from claims.views.scope import found
from claims.views.sending import when
from core import clock
from core.codes import service_names
from core.config import fund
from core.errors import InputErrors, Problem
from core.money import UnreadableAmount, parse_amount, round_half_up, to_decimal
from core.permissions import Permission
from core.tables.values import BadValue, parse_quantity
from core.web import allow, done, page
from core.web.filters import money
from core.words import _, _l


@blueprint.get("/<number>/approve")
@allow(Permission.REVIEW_CLAIMS)
def approve_page(number: str) -> Any:
    return _page(number)


@blueprint.post("/<number>/approve")
@allow(Permission.REVIEW_CLAIMS)
def approve(number: str) -> Any:
    """What is approved of each line, and why; what was typed is kept when it does not fit."""
    claim, _version = found(number)
    try:
        approved, reason = dict(_typed()), request.form.get("reason", "")
        verdict = services.approve(claim.number, approved, reason=reason, **when())
    except InputErrors as errors:
        return _page(number, errors)
    paid = money(verdict.decision.benefit, True).striptags()
    return done(url_for(".show", number=number), _("Claim %(number)s: the fund pays %(sum)s.", number=number, sum=paid))


def _typed() -> Iterator[tuple[int, Approved]]:
    """Line number → what was typed for it; raises InputErrors with all that cannot be read."""
    problems: list[Problem] = []
    numbers = [int(text) for text in request.form.getlist("line") if text.isascii() and text.isdigit()]
    for line_no in numbers:
        quantity = _read(f"lines.{line_no}.quantity", _quantity, problems)
        price = _read(f"lines.{line_no}.price", _price, problems)
        if not problems:
            yield line_no, Approved(quantity, price)
    if problems:
        raise InputErrors(problems)


def _read(name: str, read: Any, problems: list[Problem]) -> int:
    typed = request.form.get(name, "").strip()
    try:
        value: int = read(typed)
    except BadValue as error:
        problems.append(Problem(name, f"{error.reason} {error.fix}", typed))
        return 0
    except UnreadableAmount as error:
        problems.append(Problem(name, error.message, typed))
        return 0
    return value


def _quantity(typed: str) -> int:
    found = parse_quantity(typed)
    if not isinstance(found, Decimal) or found < 0:
        raise BadValue(_l("This is no quantity."), _l("Write a number of zero or more."))
    return round_half_up(found * 1000)


def _price(typed: str) -> int:
    return parse_amount(typed, fund().currency.exponent)


def _page(number: str, errors: InputErrors | None = None) -> Any:
    claim, version = found(number)
    (filed,) = records.filed([claim.id])
    verdict = services.adjudicated(filed, at=clock.now(), zone=fund().zone)
    typed = request.form if errors else {}
    names = service_names({line.service for line in verdict.claim.lines})
    sent = {line.line_no: line for line in verdict.claim.lines}
    exponent = fund().currency.exponent
    rows = [
        {
            "line": line,
            "name": names.get(sent[line.line_no].service, sent[line.line_no].service),
            "asked": sent[line.line_no],
            "quantity": typed.get(f"lines.{line.line_no}.quantity", presenters.quantity_words(line.quantity_milli)),
            "price": typed.get(f"lines.{line.line_no}.price", to_decimal(line.unit_price, exponent)),
        }
        for line in verdict.decision.lines
        if line.state in ("accepted", "reduced")
    ]
    return page(
        "claims/approve.html", errors=errors, claim=claim, version=version, rows=rows, verdict=verdict, show=presenters
    )
