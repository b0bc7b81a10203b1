"""Checking bidders: a checklist each, what is asked of them, the decision; and the bidder's side of a request."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from flask import Blueprint, request, url_for

from core import clock
from core.config import fund
from core.errors import InputErrors
from core.organisations import Organisation
from core.permissions import Permission
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.grounds import EXCLUSION, GROUNDS, RESERVED, SELECTION, findings_for
from procurement.models.admission import BidRequest
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.queries import admission as queries
from procurement.queries import tenders as tender_queries
from procurement.queries.breaches import sanctions
from procurement.queries.joint import members_of
from procurement.services import admission as verbs
from procurement.services import advice, asking, opening
from procurement.services.admission import Found
from procurement.services.federations import conflicts
from procurement.states.breach import CODES
from procurement.views.tenders import staff_tender

blueprint = Blueprint("admission", __name__, url_prefix="/tenders")
FINDINGS = {
    "met": _l("Met"),
    "not_met": _l("Not met"),
    "absent": _l("Not the case"),
    "applies": _l("Applies"),
    "cured": _l("Applied, self-cleaning accepted"),
}


@blueprint.get("/<number>/admission")
@allow(Permission.CHECK_BIDDERS)
def index(number: str) -> Any:
    return _index(staff_tender(number))


@blueprint.post("/<number>/admission")
@allow(Permission.CHECK_BIDDERS)
def declare(number: str) -> Any:
    """Before any content: is there an interest?"""
    tender = staff_tender(number)
    try:
        answer, text = request.form.get("interest", ""), request.form.get("interest_text", "")
        opening.declare_interest(tender, answer, text, by=actor())
    except InputErrors as errors:
        return _index(tender, errors)
    pages = {"lock": "scoring.lock_page", "people": "people.show"}
    usual = "ranking.show" if tender.price_opened_at else "admission.index"
    next_page = pages.get(request.args.get("next", ""), usual)
    return done(url_for(next_page, number=number), _("Your declaration is recorded."))


@blueprint.get("/<number>/admission/<bid>")
@allow(Permission.CHECK_BIDDERS)
def show(number: str, bid: str) -> Any:
    return _show(queries.opened_bid(staff_tender(number), bid))


@blueprint.post("/<number>/admission/<bid>")
@allow(Permission.CHECK_BIDDERS)
def act(number: str, bid: str) -> Any:
    """Save the checklist, ask for a paper, or decide: one button each."""
    row = queries.opened_bid(staff_tender(number), bid)
    try:
        message = ACTS.get(request.form.get("answer", ""), _save)(row)
    except InputErrors as errors:
        return _show(row, errors)
    who = request.args.get("member")
    return done(url_for("admission.show", number=number, bid=bid, member=who), message)


@blueprint.get("/requests/<int:key>")
@allow(Permission.BID)
def asked(key: int) -> Any:
    """What the fund asks of this bidder."""
    return _asked(queries.own_request(key, actor().organisation_id))


@blueprint.post("/requests/<int:key>")
@allow(Permission.BID)
def answer(key: int) -> Any:
    row = queries.own_request(key, actor().organisation_id)
    file = request.files.get("document")
    content, filename = (file.read(), file.filename or "") if file and file.filename else (b"", "")
    try:
        text = request.form.get("text", "")
        asking.answer(row, text, by=actor(), content=content, filename=filename)
    except InputErrors as errors:
        return _asked(row, errors)
    return done(url_for("admission.asked", key=key), _("Your answer is with the fund."))


def _save(bid: Bid) -> str:
    member = _member(bid)
    verbs.check(bid, _typed(), by=actor(), member=member)
    return _("The checklist of %(bidder)s is saved.", bidder=member.name)


def _decide(bid: Bid) -> str:
    decision = request.form.get("decision", "")
    verbs.decide(bid, decision, request.form.get("reason", ""), by=actor())
    if decision == "admitted":
        return _("%(bidder)s is admitted.", bidder=bid.bidder)
    return _("%(bidder)s is excluded. Its price stays shut.", bidder=bid.bidder)


def _ask(bid: Bid) -> str:
    due_at = _end_of_day(request.form.get("due_on", ""))
    code, text = request.form.get("code", ""), request.form.get("text", "")
    asking.ask_completion(bid, code, text, due_at, by=actor())
    return _("%(bidder)s is asked, until the end of that day.", bidder=bid.bidder)


def _save_rest(bid: Bid) -> str:
    """What was typed; every ground not yet looked at is seen and not the case."""
    rest = {code: Found("absent") for code in EXCLUSION}
    member = _member(bid)
    verbs.check(bid, rest | _typed(), by=actor(), member=member)
    return _("The checklist of %(bidder)s is saved; no other ground applies.", bidder=member.name)


ACTS = {"decide": _decide, "ask": _ask, "save_rest": _save_rest}


def _member(bid: Bid) -> Organisation:
    """Whose checklist it is: the lead's, or that of the partner in the address."""
    wanted = request.args.get("member", "")
    return next((row for row in members_of(bid) if row.number == wanted), bid.organisation)


def _room(bid: Bid) -> tuple[int, int]:
    """(units of the lots bid for, units that those who bid together have free), whole term."""
    lots = bid.content("quality").get("lots", ())
    needed = sum((lot.units for lot in bid.tender.lots if lot.number in lots), Decimal(0))
    return int(needed), int(advice.free_together(bid.tender, [row.id for row in members_of(bid)]))


def _typed() -> dict[str, Found]:
    """Lines with a finding; the others stay open."""
    found = {}
    for code in GROUNDS:
        finding = request.form.get(f"finding-{code}", "")
        if finding:
            expires_on = _day(request.form.get(f"expires-{code}", ""), f"expires-{code}")
            found[code] = Found(finding, request.form.get(f"evidence-{code}", ""), expires_on)
    return found


def _day(text: str, where: str) -> dt.date | None:
    if not text.strip():
        return None
    try:
        return parse_date(text)
    except BadValue as error:
        raise InputErrors.at(where, str(error), text) from None


def _end_of_day(text: str) -> dt.datetime:
    day = _day(text, "due_on")
    if day is None:
        raise InputErrors.at("due_on", _l("Say by which day."))
    return dt.datetime.combine(day, dt.time.max, fund().zone).astimezone(dt.UTC)


def _index(tender: Tender, errors: InputErrors | None = None) -> Any:
    me = next((row for row in tender.people if row.person == actor().person), None)
    bids = tender_queries.bids_in(tender, "opened", "excluded", "below_minimum", "unreadable")
    return page(
        "tenders/admission.html", errors=errors, tender=tender, me=me, bids=bids if tender.quality_opened_at else [],
        decided=queries.admissions_of(tender), is_declared=bool(me and me.may_read),
        hints=opening.hints(tender, actor().person),
        conflicts=conflicts(tender) if tender.quality_opened_at else [],
    )  # fmt: skip


def _show(bid: Bid, errors: InputErrors | None = None) -> Any:
    me = next((row for row in bid.tender.people if row.person == actor().person), None)
    if not (me and me.may_read):
        return _index(bid.tender, errors)
    member = _member(bid)
    found = verbs.prefilled(bid, member)
    words = {code: [(name, FINDINGS[name]) for name in findings_for(code)] for code in GROUNDS}
    saved = {f"finding-{code}": row.finding for code, row in found.items()}
    saved |= {f"evidence-{code}": row.evidence for code, row in found.items()}
    saved |= {f"expires-{code}": row.expires_on.isoformat() for code, row in found.items() if row.expires_on}
    groups = [(_("Selection criteria"), SELECTION), (_("Evidence for reserved lots"), RESERVED),
              (_("Grounds for exclusion"), EXCLUSION)]  # fmt: skip
    return page(
        "tenders/checklist.html", errors=errors, values=request.form if errors else saved, tender=bid.tender, bid=bid,
        groups=[(title, shown) for title, rows in groups
                if (shown := {code: word for code, word in rows.items() if code in found})],
        choices=words, admission=queries.admission_of(bid), requests=queries.requests_of(bid),
        grounds=list(GROUNDS.items()),
        more=[(code, word) for code, word in SELECTION.items() if code not in found],
        may_decide=bid.tender.state in verbs.NOW, member=member, members=members_of(bid),
        barred=verbs.barred_lots(bid), room=_room(bid), breach_codes=CODES,
        sanctions=sanctions([member.id], clock.today(fund().zone), actor()),
    )  # fmt: skip


def _asked(row: BidRequest, errors: InputErrors | None = None) -> Any:
    return page("tenders/request.html", errors=errors, row=row, tender=row.bid.tender, grounds=GROUNDS)
