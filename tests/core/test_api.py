"""The API's own promises: one token per organisation, one effect per key, one error shape, a valid description."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from app import create_app
from core import clock
from core.accounts import services
from core.accounts.models import ApiToken
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.events import Event
from core.organisations import Organisation
from core.permissions import Permission
from core.roles import Role
from core.web import actor, allow, api
from tests.conftest import Visitor, settings


class ThingIn(Schema):
    count = fields.Integer(required=True)


class ThingOut(Schema):
    count = fields.Integer()
    organisation = fields.Integer()
    serial = fields.Integer()


def planted_blueprint() -> Blueprint:
    """A resource whose effect can be counted."""
    blueprint = Blueprint("things", __name__, url_prefix="/things")

    @blueprint.route("")
    class Things(MethodView):
        @blueprint.arguments(ThingIn)
        @blueprint.response(201, ThingOut)
        @allow(Permission.SUBMIT_CLAIMS)
        def post(self, data):
            if data["count"] < 0:
                raise InputErrors.at("count", "Write a number from 0.", data["count"])
            row = Event(kind="thing", subject="x", effective_from=dt.date(2026, 1, 1), data={}, recorded_at=clock.now())
            db.session.add(row)
            db.session.flush()
            return {"count": data["count"], "organisation": actor().organisation_id, "serial": row.id}

    return blueprint


@pytest.fixture
def served(tmp_path) -> Iterator[Flask]:
    app = create_app({**settings(tmp_path), "SQLALCHEMY_DATABASE_URI": "sqlite://"})
    api.register(app, planted_blueprint())
    app.test_client_class = Visitor
    with app.app_context():
        db.create_all()
        yield app
        db.session.rollback()
        db.engine.dispose()


@pytest.fixture
def tokens(served) -> dict[str, str]:
    """Two cooperatives, one clerk who works for both, and a care worker."""
    with unit_of_work():
        services.ensure_roles()
        first, second = _organisation("A"), _organisation("B")
        clerk = services.create_account(email="c@example.org", name="Clerk", by=SYSTEM)
        worker = services.create_account(email="w@example.org", name="Worker", by=SYSTEM)
        services.assign(clerk, Role.PROVIDER_CLERK, by=SYSTEM, organisation_id=first)
        services.assign(clerk, Role.PROVIDER_CLERK, by=SYSTEM, organisation_id=second)
        services.assign(worker, Role.CARE_WORKER, by=SYSTEM, organisation_id=first)
        given = {"first": (clerk, first), "second": (clerk, second), "worker": (worker, first)}
        issued = {
            name: services.issue_token(account, of, label=name, by=SYSTEM) for name, (account, of) in given.items()
        }
    return issued | {"first id": str(first), "second id": str(second)}


def _organisation(name: str) -> int:
    row = Organisation(
        number=f"O-{name}",
        name=name,
        legal_form="cooperative",
        register_scheme="tz.coop",
        register_number=name,
        district="North",
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def send(app: Flask, token: str = "", key: str = "k1", body=None, url: str = "/api/v1/things", method: str = "POST"):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"Idempotency-Key": key} if key else {}
    return app.test_client().open(url, method=method, headers=headers, json={"count": 1} if body is None else body)


def test_the_same_key_with_the_same_body_has_one_effect_and_the_same_bytes(served, tokens):
    first, again = send(served, tokens["first"]), send(served, tokens["first"])
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert db.session.query(Event).count() == 1


def test_the_same_key_with_another_body_is_refused(served, tokens):
    send(served, tokens["first"])
    other = send(served, tokens["first"], body={"count": 2})
    assert (other.status_code, other.json["code"]) == (422, "key_reused")
    assert db.session.query(Event).count() == 1


def test_a_refused_post_may_be_mended_under_the_same_key(served, tokens):
    assert send(served, tokens["first"], body={"count": -1}).status_code == 422
    assert send(served, tokens["first"], body={"count": 1}).status_code == 201


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_missing_or_endless_key_is_refused(served, tokens, key):
    answer = send(served, tokens["first"], key=key)
    assert (answer.status_code, answer.json["code"]) == (400, "key_needed")


def test_keys_of_two_organisations_do_not_meet(served, tokens):
    answers = [send(served, tokens[name]) for name in ("first", "second")]
    assert [answer.json["organisation"] for answer in answers] == [int(tokens["first id"]), int(tokens["second id"])]
    assert db.session.query(Event).count() == 2


def test_a_token_that_is_unknown_or_revoked_is_refused(served, tokens):
    assert send(served, "tz_unknown").json["code"] == "token_needed"
    with unit_of_work():
        for row in db.session.query(ApiToken):
            row.revoked_at = clock.now()
    assert send(served, tokens["first"]).status_code == 401


@pytest.mark.parametrize(
    ("status", "change"),
    [
        (401, {"token": ""}),
        (403, {"token": "worker"}),
        (404, {"url": "/api/v1/nothing"}),
        (405, {"method": "DELETE"}),
        (422, {"body": {"count": "many"}}),
        (422, {"body": {"count": -1}}),
    ],
)
def test_every_refusal_has_the_same_shape(served, tokens, status, change):
    token = tokens[change.pop("token", "first") or "first"] if change.get("token", "x") else ""
    change.pop("token", None)
    answer = send(served, token, **change)
    assert answer.status_code == status
    assert set(answer.json) == {"code", "message", "problems"}
    assert answer.json["message"]
    if status == 422:
        assert answer.json["problems"][0]["where"] == "count"


def test_the_description_is_openapi_and_names_the_token(served):
    described = served.test_client().get("/api/v1/openapi.json").json
    assert described["openapi"].startswith("3.1")
    assert described["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}
    assert described["security"] == [{"token": []}]
    assert "/api/v1/things" in described["paths"]
    references = set(_references(described))
    assert all(_resolve(described, reference) is not None for reference in references)
    assert described["info"]["title"] == "Touiza"


def _references(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [inner] if key == "$ref" else _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _resolve(described, reference: str):
    value = described
    for part in reference.removeprefix("#/").split("/"):
        value = value.get(part) if value else None
    return value
