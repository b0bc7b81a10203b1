"""Where a member wants money: entered by one person, confirmed by another; `payments` knows the random number alone."""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from core.errors import NotFound
from core.words import _l
from members.models import Member
from payments import services as payments
from payments.models import PayeeAccount
from payments.payees import Payee
from payments.queries import payees


def payee_of(member: Member) -> Payee:
    return Payee(member_id=member.id, member_number=member.public_id)


def account_of(member: Member) -> PayeeAccount | None:
    payee = payee_of(member)
    return payees.current_accounts([payee]).get(payee.account_code)


def enter_account(member: Member, *, kind: str, number: str, holder: str, bank: str, by: Actor) -> PayeeAccount:
    """Pays nothing until another person confirmed it; a changed one waits a week more."""
    return payments.set_account(payee_of(member), kind=kind, number=number, holder=holder, bank=bank, by=by)


def confirm_account(member: Member, *, by: Actor, on: dt.date) -> PayeeAccount:
    row = account_of(member)
    if row is None or row.confirmed_by is not None:
        raise NotFound(_l("No account of this member waits for a second person."))
    payments.confirm_account(row, by=by, on=on, is_first=not payees.had_account(payee_of(member)))
    return row
