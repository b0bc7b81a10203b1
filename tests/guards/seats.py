"""A house of its own for the guards: one signed-in browser per role, found routes, answers in a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import AnyConverter, BaseConverter, Rule

from app import create_app
from core import clock
from core.accounts import services
from core.accounts.queries import account_by_id
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.organisations import Organisation
from core.permissions import LIBRARY_ROUTES, Permission
from core.roles import PROVIDER_STAFF, Role
from core.web.access import permission_of
from tests.accounts import account_with
from tests.conftest import Visitor, settings

_keys = count()
DUMMIES = {"IntegerConverter": 999_999, "FloatConverter": 1.5, "UUIDConverter": "0" * 32, "PathConverter": "x"}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def new_house(folder: Path) -> Flask:
    """An app on an empty database in memory; plant faults into it before its first request."""
    app = create_app({**settings(folder), "SQLALCHEMY_DATABASE_URI": "sqlite://"})
    app.test_client_class = Visitor
    with app.app_context():
        db.create_all()
    return app


@dataclass(frozen=True)
class Answer:
    """What a role got: a status, or the exception that no reader should ever cause."""

    status: int
    location: str = ""
    failure: str = ""
    text: str = ""

    @property
    def is_refusal(self) -> bool:
        return self.status in (401, 403) or self.location.startswith("/login")


class Seats:
    """One account and one browser per role of `app`; the public's has none."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.tokens: dict[Role, str] = {}
        with unit_of_work():
            organisation = _organisation()
        self.accounts = {role: self._seat(role, organisation) for role in Role if role is not Role.PUBLIC}
        self.clients = {role: app.test_client() for role in Role}
        for role in self.accounts:
            self.sign_in(role)

    def _seat(self, role: Role, organisation: int) -> int:
        of = organisation if role in PROVIDER_STAFF | {Role.DELEGATE_OFFICER} else None
        account = account_with(role, organisation_id=of)
        if of:
            with unit_of_work():
                self.tokens[role] = services.issue_token(account_by_id(account.id), of, label="guard", by=SYSTEM)
        return account.id

    def sign_in(self, role: Role) -> None:
        if role in self.accounts:
            self.clients[role].post(f"/demo/sign-in/{self.accounts[role]}")

    def ask(self, role: Role, method: str, url: str) -> Answer:
        """The answer to an empty request."""
        headers = {"Idempotency-Key": f"guard-{next(_keys)}"}
        if url.startswith("/api/") and role in self.tokens:
            headers["Authorization"] = f"Bearer {self.tokens[role]}"
        try:
            got = self.clients[role].open(url, method=method, headers=headers)
        except HTTPException as error:
            return Answer(error.code or 500)
        except Exception as error:
            db.session.rollback()
            return Answer(500, failure=f"{type(error).__name__}: {error}"[:300])
        is_page = method == "GET" and got.mimetype == "text/html"
        return Answer(got.status_code, got.location or "", text=got.text if is_page else "")


def _organisation() -> int:
    row = Organisation(
        number="O-2026-999-K",
        name="Guard",
        legal_form="cooperative",
        register_scheme="tz.coop",
        register_number="GUARD",
        district="North",
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule with each of its methods, signing out last of all."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint == "security.logout", rule.rule))
    for rule in rules:
        for method in sorted((rule.methods or set()) & {"GET", *UNSAFE}):
            yield rule, method


def declared(app: Flask, rule: Rule, method: str) -> Permission | None:
    """The permission that stands at the view, at its class's method, or in the table of library routes."""
    view: Any = app.view_functions[rule.endpoint]
    if hasattr(view, "view_class"):
        own = permission_of(getattr(view.view_class, method.lower(), None))
        return own or permission_of(view.view_class) or LIBRARY_ROUTES.get(rule.endpoint)
    return permission_of(view) or LIBRARY_ROUTES.get(rule.endpoint)


def _dummy(converter: BaseConverter) -> object:
    """One of a converter's own words where it has some, else a value that names nothing."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return DUMMIES.get(type(converter).__name__, "X-2026-000-X")


def dummy_url(app: Flask, rule: Rule) -> str:
    """The rule's address with values that name nothing."""
    values = {name: _dummy(converter) for name, converter in rule._converters.items()}
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(rule.endpoint, values, method=None)
    return str(built)
