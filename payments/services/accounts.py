"""Where a payee wants the money: entered by one person, confirmed by another."""

from __future__ import annotations

import datetime as dt

from core import audit, clock, secrets
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import InputErrors
from core.words import _l
from payments.models import PayeeAccount
from payments.payees import Payee, payee_of
from payments.queries import payees
from payments.rails import AccountKind

COOL_OFF = dt.timedelta(days=7)


def set_account(payee: int | Payee, *, kind: str, number: str, holder: str, bank: str = "", by: Actor) -> PayeeAccount:
    """Enter a new account; it pays nothing until another person confirmed it and the cool-off is over.

    `payee`: an organisation's id, or whoever else is paid.
    """
    payee = payee if isinstance(payee, Payee) else Payee(payee)
    compact = number.replace(" ", "").upper()
    if not 4 <= len(compact) <= 34:
        raise InputErrors.at("number", _l("An account number has 4 to 34 characters."), number)
    before = payees.current_accounts([payee]).get(payee.account_code)
    if before is not None:
        before.is_current = False
        db.session.flush()
    row = PayeeAccount(
        **payee.columns,
        kind=AccountKind(kind).value,
        holder=holder,
        number=secrets.encrypt("payee_account", compact),
        last_four=compact[-4:],
        bank=bank,
        entered_by=by.person,
        entered_at=clock.now(),
        is_current=True,
    )
    db.session.add(row)
    db.session.flush()
    audit.record("money", Act.BANK_ACCOUNT_CHANGED, payee.subject, by=by, after={"account": row.id})
    return row


def confirm_account(row: PayeeAccount, *, by: Actor, on: dt.date, is_first: bool = False) -> None:
    """A second person confirms; a changed account waits for the cool-off, a first one may be used at once."""
    by.must_differ_from([row.entered_by], _l("You entered this account, so someone else must confirm it."))
    row.confirmed_by = by.person
    row.usable_from = on if is_first else on + COOL_OFF
    db.session.flush()
    audit.record("money", Act.BANK_ACCOUNT_CONFIRMED, payee_of(row).subject, by=by)
