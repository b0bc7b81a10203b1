"""Logs are JSON lines: what happened, where, how long; never a name, an address, a form or a diagnosis.

Each answer is one line with its endpoint (not its path: that carries public numbers) and its request id.
"""

from __future__ import annotations

import logging
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, g, request
from werkzeug.wrappers import Response

PERSONAL = frozenset({"name", "email", "address", "phone", "password", "token", "national_id", "diagnosis", "body"})
log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """JSON outside the demo, readable lines within; database errors show no values."""
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {}).setdefault("hide_parameters", True)
    renderer: Any = structlog.dev.ConsoleRenderer(colors=False) if app.config["DEMO"] else _json()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_personal_data,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    if not app.config["DEMO"]:
        app.before_request(_start)
        app.after_request(_line)


def without_personal_data(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Fields that could name a person are blanked, and line ends cannot forge a second line."""
    return {
        key: "…"
        if key in PERSONAL
        else value.replace("\r", " ").replace("\n", " ")
        if isinstance(value, str)
        else value
        for key, value in event.items()
    }


def _json() -> structlog.processors.JSONRenderer:
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _start() -> None:
    g.log_started = time.perf_counter()


def _line(response: Response) -> Response:
    took = round((time.perf_counter() - g.get("log_started", time.perf_counter())) * 1000)
    log.info(
        "answered",
        endpoint=request.endpoint or "none",
        method=request.method,
        status=response.status_code,
        milliseconds=took,
        request_id=g.get("request_id", ""),
    )
    return response
