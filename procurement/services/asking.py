"""What is asked of a bidder after the opening: a missing paper, never price or scores; or about a low price."""

from __future__ import annotations

import datetime as dt
from functools import partial

from core import audit, clock, files
from core.accounts.readers import reader_of, tell
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import database_now, db
from core.errors import Conflict, DomainError, Forbidden, InputErrors
from core.words import _, _l
from procurement.grounds import GROUNDS
from procurement.models.admission import BidRequest
from procurement.models.bid import Bid
from procurement.models.tender import Lot
from procurement.queries import admission as queries
from procurement.queries import tenders as tender_queries
from procurement.services.rules import after_working_days
from procurement.states.tender import TENDER

SHORTEST = dt.timedelta(hours=24)
FEWEST_DAYS, MOST_DAYS = 3, 5
"""Working days to explain a low price."""


def ask_completion(bid: Bid, code: str, what: str, due_at: dt.datetime, *, by: Actor) -> BidRequest:
    """Ask for evidence of one line of the checklist; price and answers that are scored can never be asked for."""
    if bid.tender.state not in ("opened_quality", "admin_review"):
        raise DomainError(_l("Papers are asked for while bidders are checked."), code="not_now")
    if code not in GROUNDS:
        raise InputErrors.at(
            "code", _l("Only evidence of the checklist can be completed, never price or scores."), code
        )
    if due_at < clock.now() + SHORTEST:
        raise InputErrors.at("due_on", _l("Leave the bidder at least 24 hours."), due_at.isoformat())
    return _ask(bid, "completion", f"{code}: {_words(what)}", due_at, None, by)


def ask_about_price(lot: Lot, bid_public_id: str, elements: str, days: int, *, by: Actor) -> BidRequest:
    """Ask how a flagged price is possible, listing the elements in doubt; 3 to 5 working days."""
    result = tender_queries.result_of(lot, bid_public_id)
    tender = tender_queries.locked_tender(lot.tender.number)
    if tender.state not in ("opened_price", "abnormal_review"):
        TENDER.after(tender.state, "review_prices")
    if not result.flags:
        raise InputErrors.at("elements", _l("This price is not flagged."))
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise InputErrors.at("days", _l("Give the bidder 3 to 5 working days."), days)
    if tender.state == "opened_price":
        tender.state = TENDER.after(tender.state, "review_prices")
    return _ask(result.bid, "low_price", _words(elements), after_working_days(days, clock.today(fund().zone)), lot, by)


def answer(request: BidRequest, text: str, *, by: Actor, content: bytes = b"", filename: str = "") -> None:
    """The bidder's reply, once, until its instant; equal is in time."""
    if by.organisation_id is None or by.organisation_id != request.bid.organisation_id:
        raise Forbidden(_l("Only the bidder answers."))
    if request.answered_at is not None:
        raise Conflict(_l("You have answered this already."))
    at = database_now()
    if clock.microseconds(at) > clock.microseconds(request.due_at):
        raise DomainError(_l("The time for this answer is over."), code="too_late")
    request.answer, request.answered_by, request.answered_at = _words(text), by.name, at
    if content:
        kind = files.check_upload(content, filename, ("application/pdf", "image/png", "image/jpeg"), "document")
        owner = by.organisation_id
        request.file = files.store(content, filename=filename, media_type=kind, organisation_id=owner, by=by)
    db.session.flush()
    after = {"request": request.id, "file": request.file.sha256 if request.file else ""}
    audit.record(request.bid.tender.stream, Act.BIDDER_ANSWERED, request.bid.public_id, by=by, after=after)


def may_reject(lot: Lot, bid: Bid) -> bool:
    """No rejection of a low price without a request that was answered, or whose time is over."""
    at = clock.microseconds(database_now())
    rows = queries.requests_of(bid, "low_price", lot)
    return any(row.answered_at or clock.microseconds(row.due_at) < at for row in rows)


def _ask(bid: Bid, kind: str, text: str, due_at: dt.datetime, lot: Lot | None, by: Actor) -> BidRequest:
    row = BidRequest(bid=bid, lot_id=lot.id if lot else None, kind=kind, asked=text, asked_by=by.name, due_at=due_at)
    row.asked_at = clock.now()
    db.session.add(row)
    db.session.flush()
    told = {"tender": bid.tender.number, "until": due_at.astimezone(fund().zone).strftime("%Y-%m-%d %H:%M UTC%z")}
    tell(reader_of(bid.organisation_id), "bid_request", partial(_said, told), purpose="bid_request", arguments=told)
    after = {"request": row.id, "kind": kind, "due_at": due_at.isoformat()}
    audit.record(bid.tender.stream, Act.BIDDER_ASKED, bid.public_id, by=by, reason=text, after=after)
    return row


def _said(told: dict[str, str]) -> tuple[str, str]:
    return _("The fund asks you something about %(tender)s", **told), _(
        "The fund asks you something about your bid for %(tender)s. Answer by %(until)s: sign in to read it.", **told
    )


def _words(text: str) -> str:
    if not text.strip():
        raise InputErrors.at("text", _l("Write what you mean; the other side reads it."))
    return text.strip()
