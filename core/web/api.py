"""`/api/v1`: flask-smorest, one error shape, a token per organisation, an idempotency key on every POST."""

from __future__ import annotations

from typing import Any

from flask import Flask, jsonify
from werkzeug.exceptions import HTTPException

from core.errors import DomainError, InputErrors


def init_app(app: Flask) -> None:
    app.config.setdefault("API_TITLE", "Touiza")
    app.config.setdefault("API_VERSION", "v1")
    app.config.setdefault("OPENAPI_VERSION", "3.1.0")


def error_answer(error: DomainError) -> tuple[Any, int]:
    """The one error shape: code, message, and a problem per field."""
    problems = error.problems if isinstance(error, InputErrors) else []
    body = {
        "code": error.code,
        "message": str(error.message),
        "problems": [{"where": p.where, "message": str(p.message), "found": p.found, "code": p.code} for p in problems],
    }
    return jsonify(body), error.status


def http_error_answer(error: HTTPException) -> tuple[Any, int]:
    return jsonify({"code": error.name.lower().replace(" ", "_"), "message": error.description, "problems": []}), (
        error.code or 500
    )
