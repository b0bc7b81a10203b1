"""Making accounts, giving them roles, issuing API tokens."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from core import audit, clock
from core.accounts.models import Account, ApiToken, Assignment, RoleName
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.roles import Role


def ensure_roles() -> None:
    """The enumeration of roles as rows; safe to repeat."""
    known = {row.name for row in db.session.query(RoleName)}
    db.session.add_all(RoleName(name=role.value) for role in Role if role.value not in known)
    db.session.flush()


def create_account(*, email: str, name: str, by: Actor, password: str | None = None) -> Account:
    """A person's account; `password` is the argon2id hash, or None for a demo card."""
    account = Account(
        email=email.lower(),
        person=f"person-{secrets.token_hex(6)}",
        name=name,
        password=password,
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        created_at=clock.now(),
    )
    db.session.add(account)
    db.session.flush()
    audit.record("access", Act.ACCOUNT_CREATED, f"account {account.id}", by=by)
    return account


def assign(
    account: Account,
    role: Role,
    *,
    by: Actor,
    organisation_id: int | None = None,
    scope: str = "",
    valid_from: dt.date | None = None,
) -> Assignment:
    """Give `account` a role, for an organisation or for the fund; a member's `scope` is the own public id."""
    row = Assignment(
        account=account,
        role=role.value,
        organisation_id=organisation_id,
        scope=scope,
        valid_from=valid_from or clock.today(fund().zone),
    )
    db.session.add(row)
    db.session.flush()
    after = {"role": role.value, "scope": scope}
    audit.record("access", Act.ASSIGNMENT_GIVEN, f"account {account.id}", by=by, after=after)
    return row


def issue_token(account: Account, organisation_id: int, *, label: str, by: Actor) -> str:
    """A new bearer token, shown once; only its digest is kept."""
    token = f"tz_{secrets.token_urlsafe(32)}"
    db.session.add(
        ApiToken(
            organisation_id=organisation_id,
            account_id=account.id,
            digest=hashlib.sha256(token.encode()).digest(),
            label=label,
            created_at=clock.now(),
        )
    )
    db.session.flush()
    audit.record("access", Act.TOKEN_ISSUED, f"account {account.id}", by=by, after={"label": label})
    return token


def choose_language(account: Account, language: str) -> None:
    """The language of this person's pages and messages."""
    account.locale = language
    db.session.flush()


def choose_messages(account: Account, *, wants: bool) -> None:
    """Whether this person is told by message of what was decided and paid."""
    account.wants_messages = wants
    db.session.flush()
