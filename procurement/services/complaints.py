"""Complaints: made within their window, reviewed by someone who had no part, answered with codes and words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import database_now, db
from core.errors import DomainError, Forbidden, InputErrors
from core.numbers import next_number
from core.words import _l
from procurement.models.complaint import Complaint
from procurement.models.tender import Lot, Tender
from procurement.queries import complaints as queries
from procurement.queries import tenders as tender_queries
from procurement.rulings import OUTCOMES, REMEDIES
from procurement.services import redo as redoing
from procurement.services.complaint_fees import ask_fee, may_refuse_unpaid, refuse_unpaid
from procurement.services.complaint_letters import send_decision, tell_redone
from procurement.services.tenders import periods
from procurement.states.complaint import COMPLAINT

INADMISSIBLE = ("rej-dl-passed", "rej-ncomp", "rej-npaid", "rej-resolv", "rej-signed")


def complain(
    tender: Tender, about: str, text: str, *, by: Actor, lot: Lot | None = None, is_claim: bool = False
) -> Complaint:
    """Begin one: `is_claim` asks the fund first; else it is a draft that its bidder sends with `lodge`."""
    if by.organisation_id is None:
        raise Forbidden(_l("A provider complains, by its manager or clerk."))
    if not text.strip():
        raise InputErrors.at("text", _l("Say what is wrong, and what should be done."))
    until = window(tender, about, lot)
    if until is None or database_now() > until:
        raise InputErrors.at("about", _l("The time to complain about this is over, or has not begun."), about)
    now = clock.now()
    row = Complaint(
        number=next_number("K", clock.local_day(now, fund().zone).year),
        tender=tender,
        lot=lot,
        organisation_id=by.organisation_id,
        about=about,
        state="claim" if is_claim else "draft",
        text=text.strip(),
        made_by=by.name,
        made_at=now,
    )
    db.session.add(row)
    db.session.flush()
    after = {"about": about, "lot": lot.number if lot else None, "state": row.state}
    audit.record(tender.stream, Act.COMPLAINT_MADE, row.number, by=by, after=after)
    return row


def window(tender: Tender, about: str, lot: Lot | None) -> dt.datetime | None:
    """The last instant for a complaint about this: notice until the deadline, decisions until the end of standstill,
    a cancellation its days. None: there is nothing to complain about yet."""
    if about == "notice" and tender.published_at:
        return tender.closes_at
    if about == "decision" and tender.quality_opened_at:
        awards = [row for row in tender_queries.awards_of(tender) if lot is None or row.lot_id == lot.id]
        ends = [row.standstill_until for row in awards if row.standstill_until]
        return _end_of(max(ends)) if ends else dt.datetime.max.replace(tzinfo=dt.UTC)
    if about == "cancellation" and tender.cancelled_at:
        day = clock.local_day(tender.cancelled_at, fund().zone)
        return _end_of(day + dt.timedelta(days=periods(day).cancellation_days))
    return None


def lodge(complaint: Complaint, *, by: Actor) -> None:
    """Send it: from now on its lot stands still."""
    row = _own(complaint, by)
    until = window(row.tender, row.about, row.lot)
    if until is None or database_now() > until:
        raise DomainError(_l("The time to complain about this is over."), code="too_late")
    if row.state == "claim":
        _move(row, "write", by)
    _move(row, "lodge", by)
    row.lodged_at = clock.now()
    ask_fee(row)
    db.session.flush()


def stop(complaint: Complaint, *, by: Actor) -> None:
    """The bidder takes it back."""
    row = _own(complaint, by)
    _move(row, "stop", by)
    row.ended_at = clock.now()


def settle(complaint: Complaint, answer: str, *, by: Actor) -> None:
    """An officer answers a claim; the bidder may still complain while there is time."""
    row = queries.locked_complaint(complaint.number)
    row.answer = _words(answer, "answer")
    _move(row, "settle", by, answer)
    row.ended_at = clock.now()


def accept(complaint: Complaint, *, by: Actor) -> None:
    """A complaints officer without a part in the tender takes it up."""
    row = queries.locked_complaint(complaint.number)
    _refuse_partial(row, by)
    refuse_unpaid(row)
    _move(row, "accept", by)
    row.reviewer, row.reviewer_name = by.person, by.name
    db.session.flush()


def decide(
    complaint: Complaint,
    action: str,
    outcome: str,
    decision: str,
    *,
    by: Actor,
    remedy: str = "",
    redo: str = "nothing",
    of: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """`action`: uphold, decline or find_invalid, with the published code and words; upheld says what is redone, and of
    which criteria, evaluators and bids. Letters go to who complained and to every bidder it concerns."""
    row = queries.locked_complaint(complaint.number)
    _refuse_partial(row, by)
    target = COMPLAINT.after(row.state, action)
    _check_outcome(row, action, outcome, remedy)
    row.redo_of = redoing.chosen(row, redo, of or {}) if action == "uphold" else {}
    row.decision, row.outcome = _words(decision, "decision"), outcome
    row.remedy, row.redo = (remedy, redo) if action == "uphold" else ("", "nothing")
    row.reviewer, row.reviewer_name = by.person, by.name
    before, row.state = row.state, target
    if target != "satisfied":
        row.ended_at = clock.now()
    db.session.flush()
    after = {"state": target, "outcome": outcome, "remedy": row.remedy, "redo": row.redo, "of": row.redo_of}
    stream = row.tender.stream
    audit.record(
        stream, Act.COMPLAINT_DECIDED, row.number, by=by, reason=decision, before={"state": before}, after=after
    )
    send_decision(row, by=by)


def resolve(complaint: Complaint, redone: str, *, by: Actor) -> None:
    """The fund says what it did, and the lots go back to the step that the decision names."""
    row = queries.locked_complaint(complaint.number)
    COMPLAINT.after(row.state, "resolve")
    row.redone = _words(redone, "redone")
    redoing.carry_out(row, by=by)
    _move(row, "resolve", by, redone)
    row.ended_at = clock.now()
    db.session.flush()
    tell_redone(row)


def _check_outcome(row: Complaint, action: str, outcome: str, remedy: str) -> None:
    fits = {
        "uphold": outcome == "accepted",
        "decline": outcome in OUTCOMES and outcome != "accepted",
        "find_invalid": outcome in INADMISSIBLE,
    }
    if not fits[action] or (outcome == "rej-npaid" and not may_refuse_unpaid(row)):
        raise InputErrors.at("outcome", _l("Choose an outcome that fits the decision."), outcome)
    if action == "uphold" and remedy not in REMEDIES:
        raise InputErrors.at("remedy", _l("Choose the remedy."), remedy)


def forget_late_drafts(at: dt.datetime, *, by: Actor) -> int:
    """Drafts whose time is over are marked as never sent; a claim keeps its right to an answer. Idempotent."""
    found = [row for row in queries.complaints_in("draft") if _is_over(row, at)]
    for row in found:
        _move(row, "forget", by)
        row.ended_at = clock.now()
    return len(found)


def _is_over(row: Complaint, at: dt.datetime) -> bool:
    until = window(row.tender, row.about, row.lot)
    return until is not None and at > until


def _move(row: Complaint, action: str, by: Actor, reason: str = "") -> None:
    before, row.state = row.state, COMPLAINT.after(row.state, action)
    db.session.flush()
    after = {"state": row.state}
    stream = row.tender.stream
    audit.record(stream, Act.COMPLAINT_MOVED, row.number, by=by, reason=reason, before={"state": before}, after=after)


def _own(complaint: Complaint, by: Actor) -> Complaint:
    row = queries.locked_complaint(complaint.number)
    if by.organisation_id is None or by.organisation_id != row.organisation_id:
        raise Forbidden(_l("Only who made the complaint does this."))
    return row


def _refuse_partial(row: Complaint, by: Actor) -> None:
    """Review is for people who neither wrote, approved, opened, scored nor awarded."""
    tender = row.tender
    had_part = {tender.author, tender.approver, *(person.person for person in tender.people)}
    for award in tender_queries.awards_of(tender):
        had_part |= {award.proposer, award.decider}
    by.must_differ_from(
        [person for person in had_part if person], _l("You had a part in this tender, so someone else must review it.")
    )


def _end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.max, fund().zone).astimezone(dt.UTC)


def _words(text: str, where: str) -> str:
    if not text.strip():
        raise InputErrors.at(where, _l("Write the reasons: the other side reads them."))
    return text.strip()
