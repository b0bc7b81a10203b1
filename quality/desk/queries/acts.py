"""The fund's own acts as the screens read them: accounts and payments, reviews, awards, marks, and the trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from claims.models import Claim, ClaimVersion
from core.accounts.models import Account
from core.acts import Act
from core.audit import AuditEntry
from core.db import db
from payments.models import PayeeAccount, Payment, PaymentRun
from procurement.models.bid import Bid
from procurement.models.evaluation import Award, Mark
from procurement.models.tender import Lot, Tender, TenderPerson
from quality.desk.window import Window

if TYPE_CHECKING:
    import polars as pl


CLEARED = "CAR-02"
"""Stands in `waived` whenever a reviewer let pass what the rules doubted (claims/reviewing.py)."""


class PaidToNewAccount(NamedTuple):
    """A payment to an account that took the place of another one; minor units."""

    organisation_id: int | None
    member: str
    account_id: int
    entered_at: dt.datetime
    entered_by: str
    confirmed_by: str | None
    payment: str
    value_on: dt.date
    amount: int


def paid_to_new_accounts(window: Window) -> list[PaidToNewAccount]:
    """Payments of these days to accounts that were not the payee's first, in order."""
    before = PayeeAccount.__table__.alias("before")
    had_one = (
        select(before.c.id)
        .where(
            (before.c.organisation_id == PayeeAccount.organisation_id) | (before.c.member_id == PayeeAccount.member_id),
            before.c.id < PayeeAccount.id,
        )
        .exists()
    )
    query = (
        select(
            Payment.organisation_id,
            Payment.member_number,
            PayeeAccount.id,
            PayeeAccount.entered_at,
            PayeeAccount.entered_by,
            PayeeAccount.confirmed_by,
            Payment.end_to_end_id,
            PaymentRun.value_on,
            Payment.benefit + Payment.recovered,
        )
        .join(PaymentRun, PaymentRun.id == Payment.run_id)
        .join(PayeeAccount, PayeeAccount.id == Payment.account_id)
        .where(PaymentRun.value_on.between(window.first, window.last), Payment.state.in_(("sent", "paid")), had_one)
        .order_by(PaymentRun.value_on, Payment.end_to_end_id)
    )
    return [PaidToNewAccount(*row) for row in db.session.execute(query)]


class Reviewed(NamedTuple):
    """One claim that a person decided. `is_let_pass`: what the rules doubted was cleared."""

    person: str
    at: dt.datetime
    is_let_pass: bool
    reason: str
    claim: str


def reviewed_claims(window: Window) -> list[Reviewed]:
    query = (
        select(ClaimVersion.decided_by, ClaimVersion.decided_at, ClaimVersion.waived, ClaimVersion.reason, Claim.number)
        .join(Claim, (Claim.partition == ClaimVersion.partition) & (Claim.id == ClaimVersion.claim_id))
        .where(ClaimVersion.cause == "review", Claim.is_restricted.is_(False))
        .where(ClaimVersion.decided_at >= window.since, ClaimVersion.decided_at < window.until)
        .order_by(ClaimVersion.decided_by, ClaimVersion.decided_at, Claim.id)
    )
    rows = db.session.execute(query)
    return [Reviewed(person, at, CLEARED in waived.split(), why, claim) for person, at, waived, why, claim in rows]


def names() -> dict[str, str]:
    """Person → the name of an account."""
    return dict(db.session.execute(select(Account.person, Account.name)).all())


class Awarded(NamedTuple):
    """An award that was decided, with everyone of the fund who had a hand in it."""

    award: str
    tender: str
    organisation_id: int
    persons: tuple[str, ...]


def decided_awards(window: Window) -> list[Awarded]:
    query = (
        select(Award.number, Tender.number, Bid.organisation_id, Tender.author, Award.proposer, Award.decider)
        .join(Bid, Bid.id == Award.bid_id)
        .join(Lot, Lot.id == Award.lot_id)
        .join(Tender, Tender.id == Lot.tender_id)
        .where(Award.state.in_(("decided", "contracted")))
        .where(Award.decided_at >= window.since, Award.decided_at < window.until)
        .order_by(Award.id)
    )
    rows = db.session.execute(query)
    return [
        Awarded(award, tender, winner, tuple(sorted({person for person in people if person})))
        for award, tender, winner, *people in rows
    ]


def locked_marks(window: Window) -> pl.DataFrame:
    """person, tender, bid_id, criterion_id, mark; of tenders whose marks are locked: before, they are for nobody."""
    import polars as pl

    query = (
        select(TenderPerson.person, Tender.number, Mark.bid_id, Mark.criterion_id, Mark.mark)
        .join(TenderPerson, TenderPerson.id == Mark.evaluator_id)
        .join(Tender, Tender.id == TenderPerson.tender_id)
        .where(Tender.locked_at >= window.since, Tender.locked_at < window.until)
    )
    schema = {"person": pl.String, "tender": pl.String, "bid_id": pl.Int64, "criterion_id": pl.Int64}
    rows = db.session.execute(query).all()
    return pl.DataFrame(rows, schema=schema | {"mark": pl.Int64}, orient="row")


class Entry(NamedTuple):
    """An act of a person as the trail keeps it."""

    id: int
    act: str
    subject: str
    person: str
    at: dt.datetime
    about: object


def entries(window: Window, acts: Collection[str]) -> list[Entry]:
    """What people did, in order; the house's own jobs are left out."""
    query = (
        select(
            AuditEntry.id,
            AuditEntry.act,
            AuditEntry.subject,
            Account.person,
            AuditEntry.recorded_at,
            AuditEntry.after,
        )
        .join(Account, Account.id == AuditEntry.actor_id)
        .where(AuditEntry.act.in_(acts))
        .where(AuditEntry.recorded_at >= window.since, AuditEntry.recorded_at < window.until)
        .order_by(AuditEntry.id)
    )
    return [Entry(*row) for row in db.session.execute(query)]


READS = (Act.MEMBER_READ.value, Act.FILE_READ.value)
REFUSED = (Act.ACCESS_REFUSED.value,)
