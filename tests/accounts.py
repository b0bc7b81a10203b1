"""Accounts for tests: someone with a role, signed in through the demo's own door."""

from __future__ import annotations

import datetime as dt
import itertools

from flask.testing import FlaskClient

from core.accounts import services
from core.accounts.models import Account
from core.actors import SYSTEM
from core.db import unit_of_work
from core.roles import Role
from core.web.access import actor_of

_count = itertools.count()


def account_with(*roles: Role, organisation_id: int | None = None, name: str = "") -> Account:
    """A fresh person holding `roles`, from long ago."""
    with unit_of_work():
        services.ensure_roles()
        number = next(_count)
        account = services.create_account(email=f"p{number}@example.org", name=name or f"Person {number}", by=SYSTEM)
        for role in roles:
            services.assign(account, role, by=SYSTEM, organisation_id=organisation_id, valid_from=dt.date(2000, 1, 1))
    return account


def actor_with(*roles: Role, organisation_id: int | None = None, name: str = ""):
    """The actor of a fresh account, for calling services."""
    return actor_of(account_with(*roles, organisation_id=organisation_id, name=name))


def sign_in(client: FlaskClient, *roles: Role, organisation_id: int | None = None) -> Account:
    """Sign a fresh account in by the demo card."""
    account = account_with(*roles, organisation_id=organisation_id)
    response = client.post(f"/demo/sign-in/{account.id}")
    assert response.status_code == 303, response.status_code
    return account
