"""Questions about payees, organisations and members alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import func, or_, select

from core.among import among
from core.db import db
from payments.models import LedgerAccount, Payable, PayeeAccount, Payment, PaymentItem, Posting
from payments.payees import Payee, payee_of


def owes() -> Any:
    """The ledger account is that of the payable's payee."""
    return or_(LedgerAccount.organisation_id == Payable.organisation_id, LedgerAccount.member_id == Payable.member_id)


def current_accounts(payees: Iterable[Payee]) -> dict[str, PayeeAccount]:
    """Ledger code of a payee → where the money goes."""
    return _accounts(payees, PayeeAccount.is_current)


def stand_ins(payees: Iterable[Payee]) -> dict[str, PayeeAccount]:
    """Ledger code of a payee → the account before, which pays until the current one may be used."""
    return _accounts(payees, PayeeAccount.stands_in)


def same_account(organisation_id: int) -> Sequence[int]:
    """Other organisations whose account has the same number as the current one of this organisation."""
    own = select(PayeeAccount.number_index).where(
        PayeeAccount.organisation_id == organisation_id, PayeeAccount.is_current
    )
    query = select(PayeeAccount.organisation_id).distinct().where(PayeeAccount.number_index.in_(own))
    found = db.session.execute(query.where(PayeeAccount.organisation_id != organisation_id)).scalars()
    return [key for key in found if key is not None]


def waiting_accounts() -> Sequence[PayeeAccount]:
    """Of organisations, entered and not confirmed by a second person, the oldest first."""
    query = select(PayeeAccount).where(PayeeAccount.is_current, PayeeAccount.confirmed_by.is_(None))
    query = query.where(PayeeAccount.organisation_id.is_not(None))
    return db.session.execute(query.order_by(PayeeAccount.entered_at)).scalars().all()


def _accounts(payees: Iterable[Payee], condition: Any) -> dict[str, PayeeAccount]:
    known = list(payees)
    theirs = or_(
        among(PayeeAccount.organisation_id, [payee.organisation_id for payee in known if payee.organisation_id]),
        among(PayeeAccount.member_id, [payee.member_id for payee in known if payee.member_id]),
    )
    query = select(PayeeAccount).where(condition, theirs)
    return {payee_of(row).account_code: row for row in db.session.execute(query).scalars()}


def had_account(payee: Payee) -> bool:
    """Was an account of theirs confirmed before?"""
    query = select(PayeeAccount.id).where(PayeeAccount.confirmed_by.is_not(None))
    theirs = PayeeAccount.organisation_id == payee.organisation_id
    if payee.member_id:
        theirs = PayeeAccount.member_id == payee.member_id
    return db.session.execute(query.where(theirs).limit(1)).first() is not None


def is_open() -> Any:
    """A payable is open until a live item of it was sent."""
    sent = (
        select(PaymentItem.payable_id)
        .join(Payment)
        .where(PaymentItem.is_live, Payment.state.in_(("sent", "paid")))
        .scalar_subquery()
    )
    return Payable.id.not_in(sent)


def payables_against_ledger() -> Iterator[tuple[str, int, int]]:
    """Account code, what the ledger owes, what the open payables say."""
    balance = (
        select(LedgerAccount.code, func.sum(Posting.amount).label("balance"))
        .join(Posting, Posting.account_id == LedgerAccount.id)
        .where(LedgerAccount.code.like("payable:%"))
        .group_by(LedgerAccount.code)
    )
    payees = (Payable.organisation_id, Payable.member_id)
    opened = select(*payees, func.sum(Payable.amount).label("owed")).where(is_open()).group_by(*payees)
    owed = {
        Payee(row.organisation_id or 0, row.member_id or 0).account_code: int(row.owed)
        for row in db.session.execute(opened)
    }
    for code, amount in db.session.execute(balance):
        yield code, -int(amount), owed.get(code, 0)


def of_member(member_numbers: Iterable[str], kind: str) -> Sequence[Any]:
    """(payable, its live payment or None) of these members, the newest first."""
    live = (PaymentItem.payable_id == Payable.id) & PaymentItem.is_live
    query = select(Payable, Payment).outerjoin(PaymentItem, live).outerjoin(Payment)
    query = query.where(Payable.kind == kind, among(Payable.member_number, list(member_numbers)))
    return db.session.execute(query.order_by(Payable.id.desc())).all()
