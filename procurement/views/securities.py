"""Guarantee and insurance of a bid: shown only where the rules ask for them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from core.config import fund
from core.errors import InputErrors, NotFound, Problem
from core.money import to_decimal
from core.permissions import Permission
from core.tables.values import BadValue, parse_date, parse_money
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.models.bid import Bid
from procurement.queries.bids import own_bid
from procurement.queries.tenders import published_tender
from procurement.securities import KINDS, Security
from procurement.services import bids, securing

blueprint = Blueprint("securities", __name__, url_prefix="/tenders")


@blueprint.get("/<number>/bid-securities")
@allow(Permission.BID)
def show(number: str) -> Any:
    return _page(_own(number))


@blueprint.post("/<number>/bid-securities")
@allow(Permission.BID)
def save(number: str) -> Any:
    bid = _own(number)
    try:
        shown = _typed(list(securing.sums_due(bid, bids.read_draft(bid, by=actor()))))
        draft = bids.save_draft(bid, by=actor(), securities=shown)
        if problems := securing.security_problems(bid, draft):
            raise InputErrors(problems)
    except InputErrors as errors:
        return _page(bid, errors)
    return done(url_for("bids.tasks", number=number), _("Guarantee and insurance are noted."))


def _own(number: str) -> Bid:
    bid = own_bid(published_tender(number, actor()), actor().organisation_id)
    if bid is None:
        raise NotFound(_l("You have not begun a bid for %(number)s.", number=number))
    return bid


def _page(bid: Bid, errors: InputErrors | None = None) -> Any:
    draft = bids.read_draft(bid, by=actor())
    known = {
        kind: {**row.to_json(), "amount": to_decimal(row.amount, fund().currency.exponent)}
        for kind, row in draft.securities.items()
    }
    return page(
        "tenders/securities.html", errors=errors, tender=bid.tender, due=securing.sums_due(bid, draft), words=KINDS,
        known=known,
    )  # fmt: skip


def _typed(kinds: list[str]) -> dict[str, Security]:
    """Every field read, every problem at its field."""
    found, problems = {}, []
    for kind in kinds:
        texts = {name: request.form.get(f"{kind}.{name}", "").strip() for name in ("issuer", "number")}
        try:
            where = f"{kind}.amount"
            amount = int(parse_money(request.form.get(where, "").strip(), fund().currency.exponent))
            where = f"{kind}.valid_until"
            found[kind] = Security(**texts, amount=amount, valid_until=parse_date(request.form.get(where, "").strip()))
        except BadValue as error:
            problems.append(Problem(where, _l("%(what)s %(fix)s", what=error.reason, fix=error.fix)))
    if problems:
        raise InputErrors(problems)
    return found
