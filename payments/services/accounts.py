"""Where a payee wants the money: entered by one person, confirmed by another."""

from __future__ import annotations

import datetime as dt

from core import audit, clock, secrets
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import Conflict, InputErrors
from core.words import _l
from payments.models import PayeeAccount
from payments.payees import Payee, payee_of
from payments.queries import payees
from payments.rails import AccountKind
from payments.rails.base import is_iban

COOL_OFF = dt.timedelta(days=7)


def set_account(
    payee: int | Payee, *, kind: str, number: str, holder: str, bank: str = "", by: Actor, previous_pays: bool = False
) -> PayeeAccount:
    """Enter a new account; it pays nothing until another person confirmed it and the cool-off is over.

    `payee`: an organisation's id, or whoever else is paid. Meanwhile the one before pays, or money is held.
    """
    payee = payee if isinstance(payee, Payee) else Payee(payee)
    compact = number.replace(" ", "").upper()
    _check(kind, compact, number)
    before = payees.current_accounts([payee]).get(payee.account_code)
    if before is not None:
        _replace(before, payee, previous_pays=previous_pays)
    row = PayeeAccount(
        **payee.columns,
        kind=AccountKind(kind).value,
        holder=holder,
        number=secrets.encrypt("payee_account", compact),
        last_four=compact[-4:],
        number_index=secrets.blind_index("payee_account", compact),
        bank=bank,
        entered_by=by.person,
        entered_at=clock.now(),
        is_current=True,
    )
    db.session.add(row)
    db.session.flush()
    audit.record("money", Act.BANK_ACCOUNT_CHANGED, payee.subject, by=by, after={"account": row.id})
    return row


def _check(kind: str, compact: str, found: str) -> None:
    if not 4 <= len(compact) <= 34:
        raise InputErrors.at("number", _l("An account number has 4 to 34 characters."), found)
    if kind == AccountKind.IBAN and not is_iban(compact):
        words = _l("%(found)s is not a valid IBAN: its check digits or length are wrong.", found=found)
        raise InputErrors.at("number", words, found)


def _replace(before: PayeeAccount, payee: Payee, *, previous_pays: bool) -> None:
    """Whoever was never confirmed leaves the one before it in its place."""
    older = payees.stand_ins([payee]).get(payee.account_code)
    if older is not None and (before.confirmed_by is not None or not previous_pays):
        older.stands_in = False
    before.is_current, before.stands_in = False, previous_pays and before.confirmed_by is not None
    db.session.flush()


def refuse_account(row: PayeeAccount, *, reason: str, by: Actor) -> None:
    """A second person refuses a change: the account before, if it still stands in, is the current one again."""
    by.must_differ_from([row.entered_by], _l("You entered this account, so someone else must confirm it."))
    if row.confirmed_by is not None:
        raise Conflict(_l("This account was confirmed already."))
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why the account is refused."))
    payee = payee_of(row)
    row.is_current = False
    db.session.flush()
    if (older := payees.stand_ins([payee]).get(payee.account_code)) is not None:
        older.is_current, older.stands_in = True, False
        db.session.flush()
    audit.record("money", Act.BANK_ACCOUNT_REFUSED, payee.subject, by=by, reason=reason, after={"account": row.id})


def confirm_account(
    row: PayeeAccount, *, by: Actor, on: dt.date, is_first: bool = False, cool_off: dt.timedelta = COOL_OFF
) -> None:
    """A second person confirms; a changed account waits for the cool-off, a first one may be used at once."""
    by.must_differ_from([row.entered_by], _l("You entered this account, so someone else must confirm it."))
    row.confirmed_by = by.person
    row.usable_from = on if is_first else on + cool_off
    db.session.flush()
    audit.record("money", Act.BANK_ACCOUNT_CONFIRMED, payee_of(row).subject, by=by)
