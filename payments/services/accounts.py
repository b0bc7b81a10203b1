"""Where a payee wants the money: entered by one person, confirmed by another."""

from __future__ import annotations

import datetime as dt

from core import audit, clock, secrets
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import InputErrors
from core.words import _l
from payments import queries
from payments.models import PayeeAccount
from payments.rails import AccountKind

COOL_OFF = dt.timedelta(days=7)


def set_account(
    organisation_id: int, *, kind: str, number: str, holder: str, bank: str = "", by: Actor
) -> PayeeAccount:
    """Enter a new account; it pays nothing until another person confirmed it and the cool-off is over."""
    compact = number.replace(" ", "").upper()
    if not 4 <= len(compact) <= 34:
        raise InputErrors.at("number", _l("An account number has 4 to 34 characters."), number)
    before = queries.current_accounts([organisation_id]).get(organisation_id)
    if before is not None:
        before.is_current = False
        db.session.flush()
    row = PayeeAccount(
        organisation_id=organisation_id,
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
    audit.record("money", Act.BANK_ACCOUNT_CHANGED, f"organisation {organisation_id}", by=by, after={"account": row.id})
    return row


def confirm_account(row: PayeeAccount, *, by: Actor, on: dt.date, is_first: bool = False) -> None:
    """A second person confirms; a changed account waits for the cool-off, a first one may be used at once."""
    by.must_differ_from([row.entered_by], _l("You entered this account, so someone else must confirm it."))
    row.confirmed_by = by.person
    row.usable_from = on if is_first else on + COOL_OFF
    db.session.flush()
    audit.record("money", Act.BANK_ACCOUNT_CONFIRMED, f"organisation {row.organisation_id}", by=by)
