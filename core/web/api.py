"""`/api/v1` by flask-smorest: a bearer token per organisation, one error shape, an idempotency key on every POST.

A keyed POST has one effect: the same key with the same body gets the first answer again, byte for byte; with another
body it is refused. The answer is stored in the transaction of the effect, so neither exists without the other.
"""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Flask, current_app, g, jsonify, request
from flask_smorest import Api
from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from core import clock
from core.accounts.models import ApiToken, IdempotentAnswer
from core.accounts.queries import account_by_id
from core.actors import Actor
from core.db import db, end
from core.errors import Conflict, DomainError, Forbidden, InputErrors
from core.web.access import ANONYMOUS, actor, actor_of
from core.web.csrf import csrf
from core.web.forms import problems
from core.words import _l

PREFIX = "/api/v1"


class ErrorShape(Schema):
    """What every refusal of `/api/v1` looks like."""

    code = fields.String(metadata={"description": "stable and machine-readable"})
    message = fields.String(metadata={"description": "a sentence"})
    problems = fields.List(fields.Dict(), metadata={"description": "where, message, found, code: one per field"})


class HouseApi(Api):  # type: ignore[misc] # the library has no types
    """flask-smorest with the house's own error shape; the handlers stand in `core.web.shell`."""

    ERROR_SCHEMA = ErrorShape

    def _register_error_handlers(self) -> None:
        """Errors are answered in one place for pages and API alike."""


api = HouseApi()


class TokenNeeded(Forbidden):
    status = 401
    code = "token_needed"


def init_app(app: Flask) -> None:
    app.config.update(
        API_TITLE="Touiza",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            "security": [{"token": []}],
        },
    )
    api.init_app(app)
    app.before_request(_enter)
    app.after_request(_leave)


def register(app: Flask, blueprint: Any) -> None:
    """Hang a room's smorest blueprint under `/api/v1`; tokens replace the form's CSRF mark."""
    csrf.exempt(blueprint)
    app.extensions["flask-smorest"]["apis"][""]["ext_obj"].register_blueprint(
        blueprint, url_prefix=PREFIX + (blueprint.url_prefix or "")
    )


def error_answer(error: DomainError) -> tuple[Any, int]:
    """The one error shape: code, message, and a problem per field."""
    found = error.problems if isinstance(error, InputErrors) else []
    return _shape(error.code, error.message, found), error.status


def http_error_answer(error: HTTPException) -> tuple[Any, int]:
    """Framework errors in the same shape; marshmallow's messages become problems."""
    messages = getattr(error, "data", {}).get("messages", {}) if getattr(error, "data", None) else {}
    found = problems(messages.get("json", messages)) if isinstance(messages, dict) and messages else []
    code = "invalid_input" if found else error.name.lower().replace(" ", "_")
    return _shape(code, error.description or error.name, found), error.code or 500


def _shape(code: str, message: Any, found: list[Any]) -> Any:
    listed = [{"where": p.where, "message": str(p.message), "found": p.found, "code": p.code} for p in found]
    return jsonify({"code": code, "message": str(message), "problems": listed})


def _enter() -> Any:
    """Who the token stands for; then the first answer again, if this key was used."""
    if not request.path.startswith(PREFIX):
        return None
    g.actor = _token_actor()
    key = request.headers.get("Idempotency-Key", "")
    if request.method != "POST":
        return None
    if not 1 <= len(key) <= 255:
        raise DomainError(
            _l("Send an Idempotency-Key header of 1 to 255 characters with every POST."), status=400, code="key_needed"
        )
    return _first_answer(key)


def _first_answer(key: str) -> Response | None:
    g.body_sha256 = hashlib.sha256(request.get_data(cache=True)).hexdigest()
    query = select(IdempotentAnswer).where(
        IdempotentAnswer.principal == _principal(),
        IdempotentAnswer.route == request.path,
        IdempotentAnswer.key == key,
    )
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        return None
    if row.body_sha256 != g.body_sha256:
        raise DomainError(_l("This key was used with another body."), status=422, code="key_reused")
    answer = Response(row.body, row.status, mimetype="application/json")
    answer.headers["Idempotent-Replayed"] = "true"
    g.is_replayed = True
    return answer


def _leave(response: Response) -> Response:
    """Runs before the transaction ends: keep the answer beside its effect."""
    key = request.headers.get("Idempotency-Key", "")
    keeps = request.method == "POST" and request.path.startswith(PREFIX) and response.status_code < 400
    if not keeps or g.get("is_replayed") or not key:
        return response
    db.session.add(
        IdempotentAnswer(
            principal=_principal(),
            route=request.path,
            key=key,
            body_sha256=g.body_sha256,
            status=response.status_code,
            body=response.get_data(),
            created_at=clock.now(),
        )
    )
    try:
        db.session.flush()
    except IntegrityError:
        end(is_kept=False)
        busy = Conflict(_l("The same key is being answered right now. Ask again."), code="in_progress")
        response = current_app.make_response(error_answer(busy))
        response.headers["Retry-After"] = "1"
    return response


def _principal() -> str:
    """Whose keys these are: one person's tokens for two organisations do not meet."""
    return f"{actor().person} {actor().organisation_id or ''}".strip()


def _token_actor() -> Actor:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not token:
        return ANONYMOUS
    digest = hashlib.sha256(token.strip().encode()).digest()
    query = select(ApiToken).where(ApiToken.digest == digest, ApiToken.revoked_at.is_(None))
    row = db.session.execute(query).scalar_one_or_none()
    if scheme.lower() != "bearer" or row is None:
        raise TokenNeeded(_l("This token is not known or was revoked."))
    return actor_of(account_by_id(row.account_id), row.organisation_id)
