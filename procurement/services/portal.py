"""A tender that lives on a national portal: its notice and bids are recorded, scored here, and led to a contract."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, DomainError, InputErrors, Problem
from core.numbers import uuid7
from core.words import _l
from procurement import promising
from procurement.models.bid import Bid, SealedPart
from procurement.models.portal import PortalProcedure
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.queries import portal as queries
from procurement.readiness import topics
from procurement.sealing.canonical import canonical, digest
from procurement.services import rules
from procurement.services.evaluation import evaluate
from procurement.services.procedures import off, refuse_switched_off
from procurement.states.tender import BID, TENDER

NOT_ASKED = 2  # the last conditions of a notice of our own: its officers, its periods


@dataclass(frozen=True, slots=True)
class PortalBid:
    """A bid as the portal handed it over. `rates`: lot number → service → minor units per unit."""

    organisation_id: int
    lots: Sequence[int]
    answers: Mapping[str, str] = field(default_factory=dict)
    promises: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[int, Mapping[str, Decimal]] = field(default_factory=dict)


def record(tender: Tender, portal: str, notice_number: str, url: str = "", *, by: Actor) -> PortalProcedure:
    """Say of a draft that it lives elsewhere; from then on the plan's row for it says which steps it has."""
    if tender.state != "draft":
        raise Conflict(_l("Only a draft can be said to live on a portal."))
    missing = [
        Problem(name, _l("Write the portal and the number of its notice."))
        for name, value in (("portal", portal), ("notice_number", notice_number))
        if not value.strip()
    ]
    if missing:
        raise InputErrors(missing)
    off("portal")
    row = queries.portal_procedure(tender.id) or PortalProcedure(tender_id=tender.id)
    row.procedure, row.portal, row.notice_number, row.url = "portal", portal.strip(), notice_number.strip(), url.strip()
    row.recorded_by, row.recorded_at, row.decided_on, row.decision = by.name, clock.now(), None, ""
    db.session.add(row)
    db.session.flush()
    after = {"portal": row.portal, "notice": row.notice_number}
    audit.record(tender.stream, Act.PORTAL_RECORDED, tender.number, by=by, after=after)
    return row


def approve(tender: Tender, *, by: Actor) -> None:
    """Two people, as for a notice of our own; there are no keys, since nothing is sealed here."""
    if tender.state == "draft":
        _check(tender)
        tender.state = TENDER.after(tender.state, "send_for_approval")
    else:
        by.must_differ_from([tender.author], _l("You recorded this tender, so someone else must approve it."))
        tender.state = TENDER.after(tender.state, "approve")
        tender.approver, tender.approver_name, tender.approved_at = by.person, by.name, clock.now()
    db.session.flush()
    act = Act.TENDER_APPROVED if tender.state == "approved" else Act.TENDER_CHANGED
    audit.record(tender.stream, act, tender.number, by=by, after={"state": tender.state})


def record_bid(tender: Tender, found: PortalBid, *, by: Actor) -> Bid:
    """A bid as it stands on the portal; recorded again it replaces what was recorded. Its price waits for the lock."""
    refuse_switched_off(tender, "record_bid")
    if tender.state != "approved":
        raise Conflict(_l("Bids are recorded after the approval and before they are taken over."))
    _check_bid(tender, found)
    bid = bid_queries.own_bid(tender, found.organisation_id)
    if bid is None:
        bid = Bid(public_id=uuid7(), tender_id=tender.id, organisation_id=found.organisation_id, state="draft")
        db.session.add(bid)
    bid.version = (bid.version or 0) + 1
    db.session.flush()
    for old in list(bid.parts):
        db.session.delete(old)
    lots = sorted(found.lots)
    rates = {str(lot): {code: str(rate) for code, rate in found.rates[lot].items()} for lot in lots}
    quality = {"lots": lots, "answers": dict(found.answers), "promises": dict(found.promises), "documents": []}
    bid.parts = [_part(bid, "quality", quality), _part(bid, "price", {"rates": rates})]
    db.session.flush()
    after = {"version": bid.version, "quality": bid.parts[0].sha256, "price": bid.parts[1].sha256}
    audit.record(tender.stream, Act.BID_RECORDED, bid.public_id, by=by, after=after)
    return bid


def take_over(tender: Tender, *, by: Actor) -> None:
    """All bids are recorded: evaluators may read them, without the prices."""
    refuse_switched_off(tender, "take_over")
    target, bids = TENDER.after(tender.state, "take_over"), queries.recorded_bids(tender)
    if not bids:
        raise DomainError(_l("No bid is recorded yet."), code="no_bid")
    at = clock.now()
    for bid in bids:
        bid.state = BID.after(bid.state, "record")
        _open(bid, "quality", at)
    tender.state, tender.quality_opened_at = target, at
    db.session.flush()
    audit.record(tender.stream, Act.QUALITY_OPENED, tender.number, by=by, after=_opened(bids, "quality"))


def take_prices(tender: Tender, *, by: Actor) -> None:
    """After the lock: prices as the portal opened them; those of bids under the minimum stay out."""
    refuse_switched_off(tender, "take_prices")
    target, at = TENDER.after(tender.state, "take_prices"), clock.now()
    bids = [bid for bid in queries.recorded_bids(tender) if bid.state == "opened"]
    for bid in bids:
        _open(bid, "price", at)
    tender.state, tender.price_opened_at = target, at
    db.session.flush()
    audit.record(tender.stream, Act.PRICE_OPENED, tender.number, by=by, after=_opened(bids, "price"))
    evaluate(tender)


def record_decision(tender: Tender, decided_on: dt.date, reference: str, *, by: Actor) -> None:
    """What the portal published as its decision."""
    row = queries.portal_procedure(tender.id)
    if row is None or not reference.strip():
        raise InputErrors.at("decision", _l("Write the reference of the decision on the portal."))
    if decided_on > clock.today(fund().zone):
        raise InputErrors.at("decided_on", _l("The decision cannot lie in the future."), decided_on.isoformat())
    row.decided_on, row.decision = decided_on, reference.strip()
    db.session.flush()
    audit.record(tender.stream, Act.PORTAL_RECORDED, tender.number, by=by, after={"decided_on": decided_on.isoformat()})


def _part(bid: Bid, envelope: str, payload: dict[str, Any]) -> SealedPart:
    """Nothing here was sealed: the bytes are the record itself, and the trail holds their hash."""
    octets = canonical(payload)
    digest = hashlib.sha256(octets).hexdigest()
    return SealedPart(version=bid.version, envelope=envelope, sha256=digest, size=len(octets), ciphertext=octets)


def _open(bid: Bid, envelope: str, at: dt.datetime) -> None:
    for part in bid.parts:
        if part.envelope == envelope:
            part.content, part.opened_at = json.loads(part.ciphertext or b"{}"), at


def _opened(bids: Sequence[Bid], envelope: str) -> dict[str, Any]:
    """Which bids were taken over, and what each said: the trail holds their digests as after an opening."""
    contents = {bid.public_id: digest(bid.content(envelope)) for bid in bids}
    return {"bids": dict.fromkeys(contents, "opened"), "contents": contents}


def _check(tender: Tender) -> None:
    """What makes scores meaningless; officers and periods are the portal's."""
    at = clock.now()
    found = topics(tender, at, rules.publication(clock.local_day(at, fund().zone)), is_published=True)[:-NOT_ASKED]
    problems = [problem for topic in found for problem in topic.problems]
    if not tender.people_as("evaluator"):
        problems.append(Problem("evaluators", _l("Name at least one evaluator.")))
    if problems:
        raise InputErrors(problems)


def _check_bid(tender: Tender, found: PortalBid) -> None:
    """Lots of this tender, a price for each service, promises that are numbers."""
    problems = list(promising.promise_problems(tender.criteria_of("social"), found.promises))
    if not found.lots:
        problems.append(Problem("lots", _l("Choose at least one lot.")))
    for number in found.lots:
        lot = tender.lot(number)
        if lot is None or set(found.rates.get(number, {})) != set(lot.volumes):
            problems.append(Problem(f"rates.{number}", _l("Lot %(lot)s: write a price for each service.", lot=number)))
    if problems:
        raise InputErrors(problems)
