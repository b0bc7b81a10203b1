"""From the ranking to the contract: proposed with reasons, decided by another person, letters, standstill, contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from core import audit, clock, files, issued
from core.accounts.readers import Reader, readers_of, tell
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import DomainError, InputErrors, Problem
from core.numbers import next_number
from core.words import _, _l
from procurement.calendar import standstill_end
from procurement.models.contract import Contract
from procurement.models.evaluation import Award, AwardLetter
from procurement.models.tender import Lot, Tender
from procurement.papers import award_letter
from procurement.queries import tenders as queries
from procurement.queries.portal import portal_procedure
from procurement.services.complaining import refuse_suspended
from procurement.services.contracts import Promise, TariffLine, Terms, draw_contract
from procurement.services.moments import lot_after
from procurement.services.tenders import periods
from procurement.states.tender import AWARD, TENDER

# eForms BT-144, why a lot ended without a winner.
ENDED_CODES = {
    "all-rej": _l("All bids were rejected"),
    "chan-need": _l("The need has changed"),
    "ins-fund": _l("Not enough money"),
    "no-rece": _l("No bid arrived"),
    "no-signed": _l("The winner did not sign"),
    "one-admis": _l("Only one bid could be admitted"),
    "tch-pr-error": _l("A technical or procedural error"),
    "other": _l("Another reason"),
}


def propose_award(lot: Lot, reasons: Mapping[str, str], *, by: Actor) -> Award:
    """Propose the first-ranked bid. `reasons`: bid public id → what its bidder will read; one for every bidder."""
    tender = queries.locked_tender(lot.tender.number)
    db.session.refresh(lot)  # what was read before the lock may be old
    target = lot_after(lot, "propose")
    refuse_suspended(tender, lot)
    results = queries.results_of(lot)
    missing = [
        Problem(f"reason-{row.bid.public_id}", _l("%(bidder)s: write the reason.", bidder=row.bid.organisation.name))
        for row in results
        if not reasons.get(row.bid.public_id, "").strip()
    ]
    if missing:
        raise InputErrors(missing)
    winner = next(row for row in results if row.rank == 1)
    award = Award(
        number=next_number("A", clock.local_day(clock.now(), fund().zone).year),
        lot_id=lot.id,
        bid_id=winner.bid_id,
        state=AWARD.initial,
        amount=winner.price,
        reasons={row.bid.public_id: reasons[row.bid.public_id].strip() for row in results},
        proposer=by.person,
        proposer_name=by.name,
        proposed_at=clock.now(),
    )
    db.session.add(award)
    lot.state = target
    db.session.flush()
    after = {"lot": lot.number, "bid": winner.bid.public_id, "amount": award.amount}
    audit.record(tender.stream, Act.AWARD_PROPOSED, award.number, by=by, after=after)
    return award


def send_award_back(award: Award, *, reason: str, by: Actor) -> None:
    """The decider does not agree: the lot is ranked again and the proposal stays on record."""
    _refuse_proposer(award, by)
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say what must be mended."))
    award.state, award.sent_back_reason = AWARD.after(award.state, "send_back"), reason.strip()
    award.lot.state = lot_after(award.lot, "send_back")
    db.session.flush()
    audit.record(
        award.lot.tender.stream, Act.AWARD_PROPOSED, award.number, by=by, reason=reason, after={"state": award.state}
    )


def decide_award(award: Award, *, by: Actor) -> None:
    """Another person decides; letters go to every bidder and the standstill begins."""
    award = queries.locked_award(award.number)
    target = AWARD.after(award.state, "decide")
    _refuse_proposer(award, by)
    refuse_suspended(award.lot.tender, award.lot)
    at = clock.now()
    today = clock.local_day(at, fund().zone)
    rules = periods(today)
    award.state, award.decider, award.decider_name, award.decided_at = target, by.person, by.name, at
    award.standstill_until = standstill_end(today, rules.standstill_days, rules.is_working)
    award.lot.state = lot_after(award.lot, "award")
    db.session.flush()
    _send_letters(award, at, by)
    tender = award.lot.tender
    after = {"standstill_until": award.standstill_until.isoformat(), "bid": award.bid.public_id}
    audit.record(tender.stream, Act.AWARD_DECIDED, award.number, by=by, after=after)
    _move_on(tender)


def end_lot(lot: Lot, code: str, reason: str, *, by: Actor) -> None:
    """A lot without a winner, with the published code and a reason in words."""
    target = lot_after(lot, "end_without_result")
    if code not in ENDED_CODES or not reason.strip():
        raise InputErrors.at("reason", _l("Choose the ground and say why: every bidder reads it."), code)
    lot.state, lot.ended_code, lot.ended_reason = target, code, reason.strip()
    db.session.flush()
    tender = lot.tender
    subject = f"{tender.number} lot {lot.number}"
    audit.record(tender.stream, Act.LOT_UNSUCCESSFUL, subject, by=by, reason=reason, after={"code": code})
    _move_on(tender)


def is_standstill_over(award: Award, today: dt.date) -> bool:
    """Signing starts the day after the last day of standstill."""
    return award.standstill_until is not None and today > award.standstill_until


def contract_from_award(award: Award, *, by: Actor) -> Contract:
    """Draw the contract: tariff from the price envelope, promises as indicators. Not before the standstill is over."""
    award = queries.locked_award(award.number)
    target = AWARD.after(award.state, "contract")
    if not is_standstill_over(award, clock.local_day(clock.now(), fund().zone)):
        until = award.standstill_until.isoformat() if award.standstill_until else ""
        raise DomainError(
            _l("The standstill lasts until %(day)s. The contract is signed the day after.", day=until),
            code="standstill",
        )
    refuse_suspended(award.lot.tender, award.lot)
    contract = draw_contract(_terms(award), by=by)
    award.state = target
    award.lot.state = lot_after(award.lot, "contract")
    db.session.flush()
    tender = award.lot.tender
    if all(lot.state in ("contracted", "unsuccessful") for lot in tender.lots) and tender.state == "awarded":
        tender.state = TENDER.after(tender.state, "contract")
        db.session.flush()
    audit.record(tender.stream, Act.CONTRACT_DRAWN, award.number, by=by, after={"contract": contract.number})
    return contract


def _terms(award: Award) -> Terms:
    lot, tender = award.lot, award.lot.tender
    rates = award.bid.content("price")["rates"][str(lot.number)]
    volumes = {row.service: row.volume for row in lot.services}
    elsewhere = portal_procedure(tender.id)
    return Terms(
        organisation_id=award.bid.organisation_id,
        title=f"{tender.title}: {lot.title}",
        origin="award_elsewhere" if elsewhere else "award",
        origin_reference=f"{tender.number} lot {lot.number}",
        award_id=None if elsewhere else award.id,
        service_line=tender.service_line,
        valid_from=tender.starts_on,
        valid_until=tender.ends_on,
        lines=[TariffLine(code, Decimal(rate), volume=volumes[code]) for code, rate in sorted(rates.items())],
        promises=_promises(award),
        budget=award.amount,
    )


def _promises(award: Award) -> list[Promise]:
    """Every scored promise becomes an indicator of the contract."""
    promised = award.bid.content("quality").get("promises", {})
    found = []
    for row in award.lot.tender.criteria_of("social"):
        text = promised.get(row.code, "")
        if text == "":
            continue
        value = Decimal(text == "yes") if row.measure == "bool" else Decimal(text)
        direction = "down" if row.measure == "lin_down" else "up"
        found.append(Promise(row.code, row.name, row.unit, value, direction, evidence=row.evidence))
    return found


def _send_letters(award: Award, at: dt.datetime, by: Actor) -> None:
    """One to every bidder of the lot, in its language."""
    results = queries.results_of(award.lot)
    readers = readers_of([row.bid.organisation_id for row in results])
    for place, row in enumerate(results, start=1):
        reader = readers[row.bid.organisation_id]
        paper = issued.issue(
            "award_letter",
            f"{award.number}/{place}",
            partial(award_letter, award, row, results, reader.language),
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
    tender.state = TENDER.after(tender.state, "award" if "awarded" in states else "end_without_result")
    if tender.state == "unsuccessful":
        tender.ended_reason = str(_l("No lot found a winner."))
    db.session.flush()


def _refuse_proposer(award: Award, by: Actor) -> None:
    by.must_differ_from([award.proposer], _l("You proposed this award, so someone else must decide it."))
