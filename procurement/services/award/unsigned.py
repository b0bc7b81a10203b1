"""The winner does not sign: the award falls, its contract lapses, and the next of the ranking can be proposed."""

from __future__ import annotations

import datetime as dt
from functools import partial

from core import audit, clock, issued
from core.accounts.readers import reader_of, tell
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import DomainError, InputErrors
from core.words import _, _l
from procurement.models.contract import Contract
from procurement.models.evaluation import Award
from procurement.models.tender import Lot
from procurement.queries import tenders as queries
from procurement.queries.contracts import contract_of_award
from procurement.queries.signatures import waiting_signature
from procurement.services.complaining import refuse_suspended
from procurement.services.contracts import TO_SIGN
from procurement.services.declaring import refuse_undeclared
from procurement.services.moments import lot_after
from procurement.services.tenders import periods
from procurement.states.contract import CONTRACT
from procurement.states.tender import AWARD, TENDER

HOW = {"refused": _l("It refused in writing"), "late": _l("Its days to sign are over")}


def record_signing_refusal(award: Award, how: str, reason: str, *, by: Actor) -> None:
    """`how`: a key of `HOW`; `reason` is what the winner and the procedure file read."""
    tender = queries.locked_tender(award.lot.tender.number)
    award = queries.locked_award(award.number)
    target, lot_target = AWARD.after(award.state, "set_aside"), lot_after(award.lot, "set_aside")
    refuse_suspended(tender, award.lot)
    refuse_undeclared(tender, by)
    contract = contract_of_award(award.id)
    _refuse_unfounded(contract, how, reason)
    if contract is not None:
        contract.state = CONTRACT.after(contract.state, "lapse")
        issued.withdraw_all(TO_SIGN, [contract.number], by=by, reason="lapsed")
    award.state, award.lot.state = target, lot_target
    award.set_aside_code, award.set_aside_reason = queries.NOT_SIGNED, reason.strip()
    award.set_aside_by, award.set_aside_at = by.name, clock.now()
    if tender.state != "ranked":
        tender.state = TENDER.after(tender.state, "next_bidder")
    db.session.flush()
    after = {"code": award.set_aside_code, "how": how, "contract": contract.number if contract else ""}
    audit.record(tender.stream, Act.AWARD_SET_ASIDE, award.number, by=by, reason=reason, after=after)
    _tell(award)


def sign_by(contract: Contract) -> dt.date:
    """The last day for the winner to sign what was drawn, by the rules of the day it was drawn."""
    drawn_on = clock.local_day(contract.created_at, fund().zone)
    return drawn_on + dt.timedelta(days=periods(drawn_on).signing_days)


def guarantee_of(lot: Lot) -> dict[str, str] | None:
    """The bid guarantee of the last winner who did not sign: issuer, number, amount, valid_until."""
    award = queries.last_set_aside(lot)
    found: dict[str, dict[str, str]] = award.bid.content("quality").get("securities", {}) if award else {}
    return found.get("guarantee")


def _refuse_unfounded(contract: Contract | None, how: str, reason: str) -> None:
    if contract is not None and contract.signed_by_provider:
        raise DomainError(_l("The winner has signed the contract."), code="signed")
    if contract is not None and waiting_signature(contract, "provider"):
        raise DomainError(_l("The winner has handed in its signature. Confirm or refuse it first."), code="signed")
    if how not in HOW:
        raise InputErrors.at("how", _l("Say whether it refused, or let its days pass."), how)
    if how == "late" and (contract is None or clock.today(fund().zone) <= sign_by(contract)):
        until = sign_by(contract).isoformat() if contract else "–"
        raise InputErrors.at("how", _l("The winner may still sign: until %(day)s, once it is drawn.", day=until), how)
    if not reason.strip():
        raise InputErrors.at("refusal", _l("Say how and when the winner was asked, and what it answered."))


def _tell(award: Award) -> None:
    told = {"award": award.number, "tender": award.lot.tender.number}
    tell(reader_of(award.bid.organisation_id), "award_set_aside", partial(_said, told), purpose="award", arguments=told)


def _said(told: dict[str, str]) -> tuple[str, str]:
    return _("Award %(award)s no longer stands", **told), _(
        "The contract of award %(award)s in %(tender)s was not signed, so it no longer stands. Sign in to read why.",
        **told,
    )
