"""Admission and exclusion: a checklist per bidder, a request for what is missing, a decision with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import DomainError, InputErrors, Problem
from core.organisations import Organisation
from core.words import _l
from procurement.grounds import ASKED, EXCLUSION, GROUNDS, RESERVED, findings_for
from procurement.models.admission import DECISIONS, Admission, AdmissionCheck
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.queries import admission as queries
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as tender_queries
from procurement.queries.breaches import sanctions
from procurement.queries.joint import members_of
from procurement.services.complaining import refuse_suspended
from procurement.services.declaring import refuse_undeclared
from procurement.services.proving import proofs
from procurement.services.qualifying import failing
from procurement.states.breach import GROUND
from procurement.states.tender import BID, TENDER

NOW = ("opened_quality", "admin_review")


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the checklist as typed or prefilled."""

    finding: str
    evidence: str = ""
    expires_on: dt.date | None = None


def prefilled(bid: Bid, member: Organisation | None = None) -> dict[str, Found]:
    """What the register knows of `member`, else of the lead: accreditation, registration; on the lead's, the evidence
    that was named for reserved lots by all of them. Nothing else is presumed."""
    who = member or bid.organisation
    found = {code: Found("") for code in (*ASKED, *EXCLUSION)}
    last_day = bid_queries.accredited_until(who.id, bid.tender.closes_at.date())
    if last_day is not None:
        found["slc-suit-auth-mbrshp"] = Found("met", str(_l("Accredited by the fund")), last_day)
    if who.register_number:
        found["slc-suit-reg-trade"] = Found("met", f"{who.register_scheme} {who.register_number}")
    for code, named in proofs(bid).items() if who.id == bid.organisation_id else ():
        found[code] = Found("", named)
    for row in queries.checks_of(bid, who.id):
        found[row.code] = Found(row.finding, row.evidence, row.expires_on)
    return found


def check(bid: Bid, found: Mapping[str, Found], *, by: Actor, member: Organisation | None = None) -> None:
    """Write the checklist of `member`, else of the lead; what speaks against it, or was cured, needs words."""
    _open_for(bid, by)
    who = member or bid.organisation
    problems = [problem for code, row in found.items() for problem in _defects(code, row)]
    problems += _unseen(found.get(GROUND), who, by)
    if problems:
        raise InputErrors(problems)
    known = {row.code: row for row in queries.checks_of(bid, who.id)}
    for code, value in found.items():
        row = known.get(code) or AdmissionCheck(bid_id=bid.id, organisation_id=who.id, code=code)
        row.finding, row.evidence, row.expires_on = value.finding, value.evidence.strip(), value.expires_on
        row.checked_by, row.checked_at = by.name, clock.now()
        db.session.add(row)
    db.session.flush()
    after = {"organisation": who.id, **{code: row.finding for code, row in found.items()}}
    audit.record(bid.tender.stream, Act.BIDDER_CHECKED, bid.public_id, by=by, after=after)


def barred_lots(bid: Bid) -> dict[str, str]:
    """Lot bid for → what the lead or a partner does not meet for it today, asked anew."""
    today = clock.today(fund().zone)
    wanted = [lot for lot in bid.tender.lots if lot.number in bid.content("quality").get("lots", ())]
    found = {str(lot.number): " ".join(map(str, failing(bid, lot, today))) for lot in wanted}
    return {number: why for number, why in found.items() if why}


def decide(bid: Bid, decision: str, reason: str, *, by: Actor) -> Admission:
    """Admit or exclude. Both need a whole checklist; an exclusion needs a ground in it, an admission none open."""
    tender = _open_for(bid, by)
    if decision not in DECISIONS:
        raise InputErrors.at("decision", _l("Choose whether the bidder is admitted."), decision)
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why: the bidder reads this reason."))
    if bid.state not in ("opened", "excluded"):
        BID.after(bid.state, "exclude")
    barred = barred_lots(bid)
    _refuse_unfounded(bid, decision, barred)
    before = bid.state
    if decision == "excluded" and bid.state == "opened":
        bid.state = BID.after(bid.state, "exclude")
    if decision == "admitted" and bid.state == "excluded":
        bid.state = BID.after(bid.state, "readmit")
    row = queries.admission_of(bid) or Admission(bid_id=bid.id)
    row.decision, row.reason, row.decided_at = decision, reason.strip(), clock.now()
    row.barred_lots = barred
    row.decided_by, row.decided_by_name = by.person, by.name
    db.session.add(row)
    if tender.state == "opened_quality":
        tender.state = TENDER.after(tender.state, "review_admission")
    db.session.flush()
    act = Act.BID_ADMITTED if decision == "admitted" else Act.BID_EXCLUDED
    after = {"state": bid.state, "barred_lots": sorted(barred)}
    audit.record(tender.stream, act, bid.public_id, by=by, reason=reason, before={"state": before}, after=after)
    return row


def undecided(tender: Tender) -> list[Bid]:
    """Opened bids that nobody has admitted or excluded."""
    decided = queries.admissions_of(tender)
    return [bid for bid in tender_queries.bids_in(tender, "opened") if bid.id not in decided]


def _refuse_unfounded(bid: Bid, decision: str, barred: Mapping[str, str]) -> None:
    """Every checklist is whole; what speaks against one of them, or bars every lot, speaks against the bid."""
    rows, members = queries.checks_of(bid), members_of(bid)
    asked = {(member.id, code) for member in members for code in (*ASKED, *EXCLUSION)}
    asked |= {(bid.organisation_id, code) for code in proofs(bid)}
    left = asked - {(row.organisation_id, row.code) for row in rows}
    if left:
        names = ", ".join(member.name for member in members if any(key == member.id for key, _code in left))
        message = _l("%(left)s lines of the checklist are still open: %(names)s.", left=len(left), names=names)
        raise InputErrors.at("checks", message, len(left))
    found = [row for row in rows if row.finding in ("not_met", "applies") and row.code not in RESERVED]
    against = [f"{row.organisation.name}, {GROUNDS[row.code]}" for row in found]
    if barred and len(barred) == len(bid.content("quality").get("lots", ())):
        against += barred.values()
    if decision == "admitted" and against:
        raise InputErrors.at("decision", _l("This speaks against it: %(names)s.", names="; ".join(against)))
    if decision == "excluded" and not against:
        raise InputErrors.at("decision", _l("Nothing in the checklist gives a ground to exclude this bidder."))


def _open_for(bid: Bid, by: Actor) -> Tender:
    """The tender, while bidders are checked, for someone who knows of no interest."""
    tender = tender_queries.locked_tender(bid.tender.number)
    if tender.state not in NOW:
        TENDER.after(tender.state, "review_admission")
        raise DomainError(_l("Bidders are checked after the opening and before the scores are locked."), code="not_now")
    refuse_suspended(tender)
    refuse_undeclared(tender, by)
    return tender


def _unseen(row: Found | None, who: Organisation, by: Actor) -> list[Problem]:
    """The register of breaches names it: that the ground is not the case needs words then."""
    known = sanctions([who.id], clock.today(fund().zone), by)
    if row is None or row.finding != "absent" or row.evidence.strip() or not known:
        return []
    numbers = ", ".join(one.number for one in known)
    message = _l("The register of breaches names %(numbers)s. Say why it does not count.", numbers=numbers)
    return [Problem(f"evidence-{GROUND}", message)]


def _defects(code: str, row: Found) -> list[Problem]:
    if code not in GROUNDS or row.finding not in findings_for(code):
        return [Problem(f"finding-{code}", _l("Choose what you found."), row.finding)]
    if row.finding in ("not_met", "applies", "cured") and not row.evidence.strip():
        return [Problem(f"evidence-{code}", _l("Say what you saw."))]
    if row.finding == "met" and row.expires_on and row.expires_on < clock.today(fund().zone):
        return [Problem(f"expires-{code}", _l("This evidence has expired."), row.expires_on.isoformat())]
    return []
