"""Joint bids: a lead names partners, who deliver what for which share; each says yes by its own account.

Each partner is liable for the whole. Whoever is named and has not confirmed keeps the bid from being sent; a change of
share or task asks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core import audit, clock
from core.accounts.readers import reader_of, tell
from core.actors import Actor
from core.acts import Act
from core.db import database_now, db
from core.errors import DomainError, Forbidden, InputErrors, Problem
from core.organisations import organisation_by_number
from core.words import _, _l
from procurement.bidding import Check, Draft, checks, failing, may_bid_for
from procurement.models.bid import Bid, BidPartner
from procurement.models.tender import Tender
from procurement.queries import joint as queries
from procurement.queries.bids import own_bid
from procurement.services.eligibility import bidder_of
from procurement.states.joint import PARTNER


@dataclass(frozen=True, slots=True)
class PartnerTerms:
    """`share` in per cent of the volume, two decimals; `delivers` in words."""

    organisation: str
    share: Decimal
    delivers: str


def invite_partner(bid: Bid, terms: PartnerTerms, *, by: Actor) -> BidPartner:
    """Name a partner, or change what it delivers: then it is asked again."""
    _refuse_stranger(bid, by)
    _refuse_closed(bid.tender)
    organisation = organisation_by_number(terms.organisation)
    known = {row.organisation_id: row for row in queries.partners_of(bid)}
    problems = _term_problems(terms, [row for key, row in known.items() if not organisation or key != organisation.id])
    if organisation is None or organisation.id == bid.organisation_id:
        problems.append(Problem("organisation", _l("Choose another unit of the register."), terms.organisation))
    elif (other := own_bid(bid.tender, organisation.id)) and other.version and other.state != "withdrawn":
        problems.append(Problem("organisation", _l("This unit has sent a bid of its own for this tender.")))
    if problems or organisation is None:
        raise InputErrors(problems)
    row = known.get(organisation.id) or BidPartner(bid_id=bid.id, organisation_id=organisation.id)
    row.state = PARTNER.after(row.state, "change") if row.state else PARTNER.initial
    row.share, row.delivers, row.invited_at = terms.share, terms.delivers.strip(), clock.now()
    row.answered_at, row.answered_by = None, ""
    db.session.add(row)
    db.session.flush()
    after = {"organisation": organisation.id, "share": str(terms.share)}
    audit.record(bid.tender.stream, Act.PARTNER_INVITED, bid.public_id, by=by, after=after)
    _tell(bid.tender, organisation.id)
    return row


def remove_partner(bid: Bid, partner: BidPartner, *, by: Actor) -> None:
    """The lead goes on without it."""
    _refuse_stranger(bid, by)
    _refuse_closed(bid.tender)
    after = {"organisation": partner.organisation_id, "state": "removed"}
    db.session.delete(partner)
    db.session.flush()
    audit.record(bid.tender.stream, Act.PARTNER_INVITED, bid.public_id, by=by, after=after)


def answer_invitation(partner: BidPartner, *, takes_part: bool, by: Actor) -> None:
    """The partner’s own yes or no, by a manager of its own."""
    if by.organisation_id is None or by.organisation_id != partner.organisation_id:
        raise Forbidden(_l("Only the invited unit answers."))
    tender = partner.bid.tender
    _refuse_closed(tender)
    if not takes_part and partner.bid.state in ("sealed", "unconfirmed"):
        raise DomainError(_l("The bid is sent with your yes. Ask its lead to withdraw or replace it."), code="sent")
    state = PARTNER.after(partner.state, "confirm" if takes_part else "decline")
    missing = [row for row in checks(bidder_of(tender, partner.organisation_id)) if not row.is_met]
    if takes_part and missing:
        raise InputErrors([Problem("answer", row.text) for row in missing])
    partner.state, partner.answered_at, partner.answered_by = state, database_now(), by.person
    db.session.flush()
    after = {"organisation": partner.organisation_id, "state": state}
    audit.record(tender.stream, Act.PARTNER_ANSWERED, partner.bid.public_id, by=by, after=after)


def partner_problems(bid: Bid, draft: Draft) -> list[Problem]:
    """What keeps a joint bid from being sent: a yes that is missing, a partner that may not take part."""
    found = []
    for row in queries.partners_of(bid):
        name = row.organisation.name
        if row.state != "confirmed":
            message = _l("%(name)s has not confirmed. Wait for its yes, or go on without it.", name=name)
            found.append(Problem("partners", message))
        for check in partner_checks(bid, row, draft):
            if not check.is_met:
                found.append(Problem("partners", _l("%(name)s: not met: %(why)s.", name=name, why=check.text)))
    return found


def partner_checks(bid: Bid, row: BidPartner, draft: Draft) -> list[Check]:
    """Each partner is looked up as a bidder alone would be."""
    bidder = bidder_of(bid.tender, row.organisation_id)
    lots = [lot for lot in bid.tender.lots if lot.number in draft.lots and not may_bid_for(lot, bidder)]
    barred = [Check(_l("Lot %(lot)s: %(why)s", lot=lot.number, why=failing(lot.number, bidder)), False) for lot in lots]
    return [*checks(bidder), *barred]


def sealed_partners(bid: Bid) -> list[dict[str, str]]:
    """What goes into the quality envelope: who delivers what, and when each said yes."""
    return [
        {
            "organisation": row.organisation.number,
            "name": row.organisation.name,
            "share": f"{row.share:f}",
            "delivers": row.delivers,
            "confirmed_at": row.answered_at.isoformat() if row.answered_at else "",
        }
        for row in queries.partners_of(bid)
    ]


def lead_share(partners: Sequence[BidPartner]) -> Decimal:
    """What is left for the lead, per cent."""
    return Decimal(100) - sum((row.share for row in partners), Decimal(0))


def _term_problems(terms: PartnerTerms, others: Sequence[BidPartner]) -> list[Problem]:
    found = []
    if not 0 < terms.share < lead_share(others):
        message = _l("A share is above 0, and something is left for the lead: below %(left)s.", left=lead_share(others))
        found.append(Problem("share", message, str(terms.share)))
    if not terms.delivers.strip():
        found.append(Problem("delivers", _l("Say what this partner delivers.")))
    return found


def _tell(tender: Tender, organisation_id: int) -> None:
    def words() -> tuple[str, str]:
        return _("You are asked to join a bid for %(number)s", number=tender.number), _(
            "A unit asks yours to bid together for %(number)s. Sign in to answer.", number=tender.number
        )

    tell(reader_of(organisation_id), "bid_partner", words, purpose="tender", arguments={"tender": tender.number})


def _refuse_stranger(bid: Bid, by: Actor) -> None:
    if by.organisation_id is None or by.organisation_id != bid.organisation_id:
        raise Forbidden(_l("Only the lead of this bid names its partners."))


def _refuse_closed(tender: Tender) -> None:
    if tender.state != "published" or tender.is_closed(database_now()):
        raise DomainError(_l("This tender is closed: nothing more can be written."), code="closed")
