"""The bidder's side: one task per page, then check and send; receipts and letters to keep."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, request, url_for

from core import files, issued
from core.codes import service_names
from core.config import fund
from core.db import database_now
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement import bidding, papers
from procurement.criterion_words import measured_by
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.queries import bids as queries
from procurement.queries import joint as joint_queries
from procurement.queries.tenders import published_tender
from procurement.sealing import canonical
from procurement.services import bids as verbs
from procurement.services import joint, securing
from procurement.services.eligibility import bidder_of
from procurement.states.joint import PARTNER
from procurement.states.tender import BID
from procurement.views.bid_saving import SAVES
from procurement.views.tie_facts import staff_share, tie_facts

blueprint = Blueprint("bids", __name__, url_prefix="/tenders")
PAGES = ("eligibility", "lots", "answers", "promises", "documents", "workforce", "prices", "send")


@blueprint.get("/<number>/bid")
@allow(Permission.BID)
def tasks(number: str) -> Any:
    """The task list; before a bid is begun, the one button that begins it."""
    tender = published_tender(number, actor())
    bid = queries.own_bid(tender, actor().organisation_id)
    draft = verbs.read_draft(bid, by=actor()) if bid else bidding.Draft()
    rows = _told_sent(bid, bidding.tasks(tender, draft))
    groups = [(title, list(group)) for title, group in groupby(rows, key=lambda row: str(row.group))]
    is_open = tender.state == "published" and not tender.is_closed(database_now())
    return page(
        "tenders/bid.html", tender=tender, bid=bid, groups=groups,
        due=securing.sums_due(bid, draft) if bid else {},
        partners=joint_queries.partners_of(bid) if bid else [], partner_words=PARTNER.states,
        is_open=is_open, words=STATE_WORDS,
        completed=sum(row.state == "completed" for row in rows), total=len(rows), names=BID.states,
    )  # fmt: skip


@blueprint.post("/<number>/bid")
@allow(Permission.BID)
def start(number: str) -> Any:
    verbs.start_bid(published_tender(number, actor()), by=actor())
    return done(url_for("bids.tasks", number=number), _("Your bid is begun. Nobody but you can read it."))


@blueprint.get("/<number>/bid/<task>")
@allow(Permission.BID)
def task(number: str, task: str) -> Any:
    tender, bid = _own(number)
    return _task(tender, bid, task)


@blueprint.post("/<number>/bid/<task>")
@allow(Permission.BID)
def save(number: str, task: str) -> Any:
    """Save one task, encrypted for this bid."""
    tender, bid = _own(number)
    if task not in SAVES:
        raise NotFound(_l("There is no such task."))
    try:
        message = SAVES[task](tender, bid)
    except InputErrors as errors:
        return _task(tender, bid, task, errors)
    return done(url_for("bids.tasks", number=number), message)


@blueprint.post("/<number>/bid-withdrawal")
@allow(Permission.BID)
def withdraw(number: str) -> Any:
    _tender, bid = _own(number)
    verbs.withdraw_bid(bid, by=actor())
    return done(
        url_for("bids.tasks", number=number), _("Your bid is withdrawn. Until bids close you may send another.")
    )


@blueprint.post("/<number>/bid-confirmation")
@allow(Permission.BID)
def confirm(number: str) -> Any:
    """After a change of the notice: what was sent stands."""
    _tender, bid = _own(number)
    verbs.confirm_bid(bid, by=actor())
    return done(url_for("bids.tasks", number=number), _("Confirmed. Your bid stands for the notice as it reads now."))


@blueprint.get("/receipts/<receipt>.json")
@allow(Permission.BID)
def receipt_json(receipt: str) -> Response:
    """The signed receipt, byte for byte as a checker needs it."""
    row = queries.own_receipt(receipt, actor().organisation_id)
    headers = {"Content-Disposition": f'attachment; filename="{row.number}.json"'}
    return Response(canonical(row.signed), mimetype="application/json", headers=headers)


@blueprint.get("/receipts/<receipt>.pdf")
@allow(Permission.BID)
def receipt_pdf(receipt: str) -> Response:
    row = queries.own_receipt(receipt, actor().organisation_id)
    return Response(papers.receipt(row, issued.code_of("bid_receipt", row.number)), mimetype="application/pdf")


@blueprint.get("/letters/<int:letter>.pdf")
@allow(Permission.BID)
def letter(letter: int) -> Response:
    row = queries.own_letter(letter, actor().organisation_id)
    return Response(files.read(row.file), mimetype="application/pdf")


def _told_sent(bid: Bid | None, rows: list[bidding.Task]) -> list[bidding.Task]:
    """A sent bid is sealed to its bidder too: all is done, until a replacement is begun."""
    if bid is None or bid.state not in ("sealed", "unconfirmed"):
        return rows
    if bid.draft is not None:
        words = _("A replacement is begun; what you sent stands until you send again")
        return [*rows[:-1], replace(rows[-1], context=words)]
    done_rows = [replace(row, state="completed", context="") for row in rows[:-1]]
    return [*done_rows, replace(rows[-1], state="completed", context=_("Sent; you can still replace it"))]


STATE_WORDS = {
    "completed": _l("Completed"),
    "in_progress": _l("In progress"),
    "not_started": _l("Not yet started"),
    "cannot_start": _l("Cannot start yet"),
}


def _own(number: str) -> tuple[Tender, Bid]:
    tender = published_tender(number, actor())
    bid = queries.own_bid(tender, actor().organisation_id)
    if bid is None:
        raise NotFound(_l("You have not begun a bid for %(number)s.", number=number))
    return tender, bid


def _task(tender: Tender, bid: Bid, task: str, errors: InputErrors | None = None) -> Any:
    if task not in PAGES:
        raise NotFound(_l("There is no such task."))
    draft, bidder = verbs.read_draft(bid, by=actor()), bidder_of(tender, bid.organisation_id)
    lots = [(lot, bidding.may_bid_for(lot, bidder)) for lot in tender.lots]
    rows = bidding.tasks(tender, draft)
    return page(
        "tenders/bid_task.html", errors=errors, task=task, tender=tender, bid=bid, draft=draft, lots=lots,
        checks=bidding.checks(bidder), barred=bidder.barred,
        services=service_names(), registered=_registered(bid), typed=request.form,
        titles={row.key: row.title for row in rows}, rate_text=_rate_text,
        left=[row.title for row in rows[:-1] if row.is_left], **tie_facts(tender, bid, draft),
        partner_problems=[row.message for row in joint.partner_problems(bid, draft)] if task == "send" else [],
        securities=[row.message for row in securing.security_problems(bid, draft)] if task == "send" else [],
        staff_on_record=staff_share(bid) if task == "promises" else "",
        prices=_prices(tender, draft), measured_by=measured_by,
    )  # fmt: skip


def _registered(bid: Bid) -> list[str]:
    return [row.file.filename for row in queries.register_documents(bid.organisation_id)]


def _prices(tender: Tender, draft: bidding.Draft) -> list[tuple[Any, int | None]]:
    """Lot → its price, None while a rate is missing."""
    found: list[tuple[Any, int | None]] = []
    for number in draft.lots:
        lot = tender.lot(number)
        rates = draft.rates.get(number, {})
        if lot is not None:
            found.append((lot, bidding.lot_price(lot, rates) if set(rates) >= set(lot.volumes) else None))
    return found


def _rate_text(draft: bidding.Draft, lot: int, service: str) -> str:
    """A stored rate as it would be typed."""
    rate = draft.rates.get(lot, {}).get(service)
    return "" if rate is None else str(rate.scaleb(-fund().currency.exponent))
