"""Joint bids on the page: the lead names partners; an invited unit says yes or no."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, request, url_for

from core.db import database_now
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.tables.values import BadValue, parse_quantity
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.models.bid import Bid, BidPartner
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.queries import joint as queries
from procurement.queries.tenders import published_tender
from procurement.services import joint as verbs
from procurement.services.advice import free_together
from procurement.services.bids import read_draft
from procurement.states.joint import PARTNER

blueprint = Blueprint("joint", __name__, url_prefix="/tenders")


@blueprint.get("/<number>/bid-partners")
@allow(Permission.BID)
def partners(number: str) -> Any:
    return _partners(*_own(number))


@blueprint.post("/<number>/bid-partners")
@allow(Permission.BID)
def change(number: str) -> Any:
    """Invite a partner, change one (its yes is asked again), or go on without it."""
    tender, bid = _own(number)
    url = url_for("joint.partners", number=number)
    if (removed := request.form.get("remove", "")).isdigit():
        verbs.remove_partner(bid, queries.partner_of(bid, int(removed)), by=actor())
        return done(url, _("You go on without this partner."))
    try:
        row = verbs.invite_partner(bid, _terms(), by=actor())
    except InputErrors as errors:
        return _partners(tender, bid, errors)
    return done(url, _("%(name)s is asked. Your bid can be sent when it says yes.", name=row.organisation.name))


@blueprint.get("/<number>/invitations/<int:partner>")
@allow(Permission.JOIN_BID)
def invitation(number: str, partner: int) -> Any:
    tender = published_tender(number, actor())
    return _invitation(tender, queries.invitation(tender, partner, actor().organisation_id))


@blueprint.post("/<number>/invitations/<int:partner>")
@allow(Permission.JOIN_BID)
def answer(number: str, partner: int) -> Any:
    tender = published_tender(number, actor())
    row = queries.invitation(tender, partner, actor().organisation_id)
    takes_part = request.form.get("answer") == "yes"
    try:
        verbs.answer_invitation(row, takes_part=takes_part, by=actor())
    except InputErrors as errors:
        return _invitation(tender, row, errors)
    text = _("You take part. The lead can send the bid.") if takes_part else _("You do not take part.")
    return done(url_for("joint.invitation", number=number, partner=partner), text)


def _own(number: str) -> tuple[Tender, Bid]:
    tender = published_tender(number, actor())
    bid = bid_queries.own_bid(tender, actor().organisation_id)
    if bid is None:
        raise NotFound(_l("You have not begun a bid for %(number)s.", number=number))
    return tender, bid


def _partners(tender: Tender, bid: Bid, errors: InputErrors | None = None) -> Any:
    rows, draft = queries.partners_of(bid), read_draft(bid, by=actor())
    return page(
        "tenders/partners.html", errors=errors, tender=tender, bid=bid, partners=rows, words=PARTNER.states,
        lead_share=verbs.lead_share(rows), checks={row.id: verbs.partner_checks(bid, row, draft) for row in rows},
        choices=[(row.number, row.name) for row in queries.possible_partners(tender, bid.organisation_id)],
        free=free_together(tender, [bid.organisation_id, *(row.organisation_id for row in rows)]),
        needed=sum((lot.units for lot in tender.lots if lot.number in draft.lots), Decimal(0)),
        is_open=tender.state == "published" and not tender.is_closed(database_now()),
    )  # fmt: skip


def _invitation(tender: Tender, row: BidPartner, errors: InputErrors | None = None) -> Any:
    return page(
        "tenders/invitation.html", errors=errors, tender=tender, row=row, word=PARTNER.states[row.state],
        is_open=tender.state == "published" and not tender.is_closed(database_now()),
    )  # fmt: skip


def _terms() -> verbs.PartnerTerms:
    text = request.form.get("share", "").strip()
    try:
        share = parse_quantity(text) if text else Decimal(0)
    except BadValue as error:
        message = _l("%(what)s %(fix)s", what=error.reason, fix=error.fix)
        raise InputErrors.at("share", message, text) from error
    share = Decimal(share).quantize(Decimal("0.01"))
    return verbs.PartnerTerms(request.form.get("organisation", ""), share, request.form.get("delivers", ""))
