"""Another person decides: letters go to every bidder and the standstill begins; or a lot ends without a winner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

from core import audit, clock, files, issued
from core.accounts.readers import Reader, readers_of, tell
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import DomainError, InputErrors
from core.words import _, _l
from procurement.award_words import ENDED_CODES
from procurement.calendar import standstill_end
from procurement.models.evaluation import Award, AwardLetter
from procurement.models.tender import Lot, Tender
from procurement.papers import award_letter
from procurement.queries import tenders as queries
from procurement.queries.withholding import withheld
from procurement.services.award.choosing import DECIDED, choose, refuse_unsettled
from procurement.services.complaining import refuse_suspended
from procurement.services.declaring import refuse_undeclared
from procurement.services.moments import lot_after
from procurement.services.tenders import periods
from procurement.states.tender import AWARD, TENDER

NO_WINNER = _l("No lot found a winner.")


def send_award_back(award: Award, *, reason: str, by: Actor) -> None:
    """The decider does not agree: the lot is ranked again and the proposal stays on record."""
    target = AWARD.after(award.state, "send_back")
    _refuse_proposer(award, by)
    refuse_undeclared(award.lot.tender, by)
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say what must be mended."))
    together = queries.proposed_with(award)
    award.lot.state = lot_after(award.lot, "send_back")
    stream = award.lot.tender.stream
    for row in together:
        row.state, row.sent_back_reason = target, reason.strip()
        audit.record(stream, Act.AWARD_PROPOSED, row.number, by=by, reason=reason, after={"state": target})
    db.session.flush()


def decide_award(award: Award, *, by: Actor) -> None:
    """Another person decides on all that were proposed together; letters go out and the standstill begins."""
    tender = queries.locked_tender(award.lot.tender.number)
    award = queries.locked_award(award.number)
    target = AWARD.after(award.state, "decide")
    _refuse_proposer(award, by)
    refuse_suspended(tender, award.lot)
    refuse_undeclared(tender, by)
    at = clock.now()
    today = clock.local_day(at, fund().zone)
    together = queries.proposed_with(award)
    _refuse_changed(together, today)
    rules = periods(today)
    until = standstill_end(today, rules.standstill_days, rules.is_working)
    for row in together:
        row.state, row.decider, row.decider_name, row.decided_at = target, by.person, by.name, at
        row.standstill_until = until
    award.lot.state = lot_after(award.lot, "award")
    db.session.flush()
    _send_letters(together[0], at, by)
    for row in together:
        after = {"standstill_until": until.isoformat(), "bid": row.bid.public_id}
        audit.record(tender.stream, Act.AWARD_DECIDED, row.number, by=by, after=after)
    _move_on(tender)


def end_lot(lot: Lot, code: str, reason: str, *, by: Actor) -> None:
    """A lot without a winner, with the published code and a reason in words."""
    target = lot_after(lot, "end_without_result")
    refuse_undeclared(lot.tender, by)
    if queries.standing_awards(lot):
        raise DomainError(_l("The framework of this lot has members: it goes on with them."), code="has_members")
    if code not in ENDED_CODES or not reason.strip():
        raise InputErrors.at("reason", _l("Choose the ground and say why: every bidder reads it."), code)
    lot.state, lot.ended_code, lot.ended_reason = target, code, reason.strip()
    db.session.flush()
    tender = lot.tender
    subject = f"{tender.number} lot {lot.number}"
    audit.record(tender.stream, Act.LOT_UNSUCCESSFUL, subject, by=by, reason=reason, after={"code": code})
    _move_on(tender)


def go_on_with_members(lot: Lot, *, by: Actor) -> None:
    """A member did not sign and nobody else of the ranking may take its place: the framework has one member less."""
    tender = queries.locked_tender(lot.tender.number)
    db.session.refresh(lot)
    target = lot_after(lot, "keep_members")
    refuse_suspended(tender, lot)
    refuse_undeclared(tender, by)
    members = queries.standing_awards(lot)
    if not members or choose(lot, clock.today(fund().zone)).winners:
        raise DomainError(_l("The place is offered to the next of the ranking."), code="next_first")
    lot.state = target
    db.session.flush()
    subject = f"{tender.number} lot {lot.number}"
    audit.record(tender.stream, Act.AWARD_DECIDED, subject, by=by, after={"members": [row.number for row in members]})
    close_the_lot(lot)
    _move_on(tender)


def close_the_lot(lot: Lot) -> None:
    """With the last contract of its members drawn, the lot is contracted."""
    if all(row.state == "contracted" for row in queries.living_awards(lot)):
        lot.state = lot_after(lot, "contract")
        db.session.flush()


def is_standstill_over(award: Award, today: dt.date) -> bool:
    """Signing starts the day after the last day of standstill."""
    return award.standstill_until is not None and today > award.standstill_until


def _send_letters(award: Award, at: dt.datetime, by: Actor) -> None:
    """One to every bidder of the lot, in its language."""
    results = queries.results_of(award.lot)
    away, members = withheld(award.lot.tender), queries.standing_awards(award.lot)
    readers = readers_of([row.bid.organisation_id for row in results])
    for place, row in enumerate(results, start=1):
        reader = readers[row.bid.organisation_id]
        paper = issued.issue(
            "award_letter",
            f"{award.number}/{place}",
            partial(award_letter, members, row, results, away, reader.language),
            by=by,
            amount=issued.printed(award.amount),
        )
        _send_letter(award, reader, paper.content, at, by)
    db.session.flush()


def _send_letter(award: Award, reader: Reader, pdf: bytes, at: dt.datetime, by: Actor) -> None:
    stored = files.store(
        pdf,
        filename=f"{award.number}.pdf",
        media_type="application/pdf",
        organisation_id=reader.organisation_id,
        by=by,
    )
    award.letters.append(AwardLetter(organisation_id=reader.organisation_id, file_id=stored.id, sent_at=at))
    told = {"award": award.number, "tender": award.lot.tender.number}
    tell(reader, "award_letter", partial(_said, told), purpose="award", arguments=told)


def _said(told: dict[str, str]) -> tuple[str, str]:
    return _("A lot of %(tender)s is decided", **told), _(
        "A lot of %(tender)s that you bid for is decided. Sign in to read your result, the reasons and your letter.",
        **told,
    )


def _move_on(tender: Tender) -> None:
    """When every lot has its award or its end, the tender moves with them."""
    states = {lot.state for lot in tender.lots}
    if tender.state != "ranked" or not states <= {"awarded", "contracted", "unsuccessful"}:
        return
    if states == {"unsuccessful"}:
        tender.state, tender.ended_reason = TENDER.after(tender.state, "end_without_result"), str(NO_WINNER)
    else:
        tender.state = TENDER.after(tender.state, "award")
    db.session.flush()
    close_the_round(tender)


def close_the_round(tender: Tender) -> None:
    """With the last contract drawn, the tender is contracted."""
    if tender.state == "awarded" and all(lot.state in ("contracted", "unsuccessful") for lot in tender.lots):
        tender.state = TENDER.after(tender.state, "contract")
        db.session.flush()


def _refuse_proposer(award: Award, by: Actor) -> None:
    by.must_differ_from([award.proposer], _l("You proposed this award, so someone else must decide it."))


def _refuse_changed(together: Sequence[Award], today: dt.date) -> None:
    """The rule is asked again on the day of the award: it must still name these winners, for these grounds."""
    first = together[0]
    choice = choose(first.lot, today)
    refuse_unsettled(first.lot, choice, DECIDED)
    passed = {row.result.bid.public_id: row.ground for row in choice.passed_over}
    if [row.bid_id for row in choice.winners] != [row.bid_id for row in together] or passed != first.grounds:
        why = " ".join(row.why for row in choice.passed_over)
        message = _l("Since the proposal it has changed who may take this lot: send it back. %(why)s", why=why)
        raise DomainError(message, code="choice_changed")
