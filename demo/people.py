"""The accounts of the demo: one click each, no password, every role that the road needs."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from functools import lru_cache

from flask_security import hash_password

from core.accounts import services
from core.accounts.models import Account
from core.accounts.queries import account_by_email
from core.actors import SYSTEM, Actor
from core.db import db
from core.roles import Role
from core.web.access import actor_of

STAFF: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("officer", "A. Tiriel", (Role.PROCUREMENT_OFFICER,)),
    ("reviewer", "T. Amekran", (Role.CLAIMS_REVIEWER,)),
    ("finance", "D. Oulaya", (Role.FINANCE_OFFICER,)),
    ("auditor", "H. Senuri", (Role.AUDITOR,)),
    ("registrar", "F. Bardou", (Role.REGISTRAR,)),
    ("second_officer", "M. Oussane", (Role.PROCUREMENT_OFFICER,)),
    ("chair", "S. Chelwan", (Role.PROCUREMENT_CHAIR,)),
    ("evaluator", "L. Dahmir", (Role.EVALUATOR,)),
    ("evaluator_two", "K. Elgara", (Role.EVALUATOR,)),
    ("evaluator_three", "Y. Fassil", (Role.EVALUATOR,)),
    ("assessor", "J. Gourat", (Role.CARE_ASSESSOR,)),
    ("claims_officer", "O. Hadjen", (Role.CLAIMS_OFFICER,)),
    ("second_finance", "R. Immelan", (Role.FINANCE_OFFICER,)),
    ("plan_manager", "E. Idrane", (Role.PLAN_MANAGER,)),
    ("second_plan_manager", "B. Jelloun", (Role.PLAN_MANAGER,)),
    ("complaints", "G. Lazrak", (Role.COMPLAINTS_OFFICER,)),
    ("administrator", "C. Kessab", (Role.ADMINISTRATOR,)),
    ("inspector", "V. Massin", (Role.INSPECTOR,)),
    ("second_inspector", "W. Tafrit", (Role.INSPECTOR,)),
    ("second_auditor", "P. Zemmour", (Role.AUDITOR,)),
    ("second_reviewer", "Q. Rahal", (Role.CLAIMS_REVIEWER,)),
)
WITH_CARDS = ("care-0", "care-1", "nursery-0", "clinic-0")
LONG_AGO = dt.date(2000, 1, 1)


@dataclass(slots=True)
class Staff:
    """The fund's people by the names above, as actors."""

    actors: dict[str, Actor]

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.actors[name]
        except KeyError:
            raise AttributeError(name) from None


def hire() -> Staff:
    """The fund's staff."""
    services.ensure_roles()
    return Staff({key: account(key, name, roles) for key, name, roles in STAFF})


def is_hired() -> bool:
    """The demo's people come with its story, which is told whole or not at all."""
    return account_by_email(_address(STAFF[0][0])) is not None


def staff_a_cooperative(key: str, organisation_id: int, clerk: str, manager: str) -> dict[str, Actor]:
    """A clerk and a manager for one cooperative; only some have a card on the start page."""
    has_card = key in WITH_CARDS
    return {
        "clerk": account(f"clerk.{key}", clerk, (Role.PROVIDER_CLERK,), organisation_id, has_card=has_card),
        "manager": account(f"manager.{key}", manager, (Role.PROVIDER_MANAGER,), organisation_id, has_card=has_card),
    }


def account(
    key: str,
    name: str,
    roles: tuple[Role, ...],
    organisation_id: int | None = None,
    *,
    scope: str = "",
    has_card: bool = True,
) -> Actor:
    """An account and the actor it is; one with a card signs in by one click."""
    row: Account = services.create_account(email=_address(key), name=name, by=SYSTEM)
    row.password = None if has_card else _nobodys_password()
    for role in roles:
        services.assign(row, role, by=SYSTEM, organisation_id=organisation_id, scope=scope, valid_from=LONG_AGO)
    db.session.flush()
    return actor_of(row)


def _address(key: str) -> str:
    return f"{key}@taziria.example"


@lru_cache(maxsize=1)
def _nobodys_password() -> str:
    """The hash of a password that nobody knows: an account without a card is no door."""
    hashed: str = hash_password(secrets.token_urlsafe(32))
    return hashed
