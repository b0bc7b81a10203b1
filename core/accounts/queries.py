"""Every look-up of accounts has a name here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.accounts.models import Account
from core.db import db


def demo_accounts() -> Sequence[Account]:
    """Accounts without a password that can act: the demo's cards, in the order they were made."""
    query = select(Account).where(Account.password.is_(None), Account.active).order_by(Account.id)
    return [account for account in db.session.execute(query).scalars() if account.assignments]


def demo_account(account_id: int) -> Account | None:
    query = select(Account).where(Account.id == account_id, Account.password.is_(None), Account.active)
    return db.session.execute(query).scalar_one_or_none()


def account_by_email(email: str) -> Account | None:
    return db.session.execute(select(Account).where(Account.email == email.lower())).scalar_one_or_none()


def account_by_id(account_id: int) -> Account:
    return db.session.execute(select(Account).where(Account.id == account_id)).scalar_one()


def name_of_person(person: str) -> str:
    """The name of whoever acts under this mark; empty: nobody has an account for it."""
    query = select(Account.name).where(Account.person == person).order_by(Account.id).limit(1)
    return db.session.execute(query).scalar_one_or_none() or ""
