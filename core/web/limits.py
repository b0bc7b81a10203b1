"""How often one address may knock: sign-in, checking papers, dry runs. Pages answer 429 in words.

`RATELIMIT_STORAGE_URI` names a store that all processes share; in memory each process counts for itself.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

SIGN_IN_ENDPOINTS = ("security.login", "security.forgot_password", "security.two_factor_token_validation")
limiter = Limiter(key_func=get_remote_address, headers_enabled=True)
verify_limit = limiter.limit("30 per minute")
dry_run_limit = limiter.limit("20 per minute", methods=["POST"])


def init_app(app: Flask) -> None:
    """Call it last: the doors of the sign-in library are wrapped where they stand."""
    app.config.setdefault("RATELIMIT_STORAGE_URI", "memory://")
    is_on = app.config.get("RATELIMIT_ENABLED", True)
    app.config["RATELIMIT_ENABLED"] = True  # hung in anyway, so that it can be switched while the app runs
    limiter.init_app(app)
    limiter.enabled = app.config["RATELIMIT_ENABLED"] = is_on
    for endpoint in SIGN_IN_ENDPOINTS:
        if endpoint in app.view_functions:
            view: Any = limiter.limit("20 per minute", methods=["POST"])(app.view_functions[endpoint])
            app.view_functions[endpoint] = limiter.limit("10 per minute", key_func=_who, methods=["POST"])(view)


def _who() -> str:
    """The account that is being tried, whatever address tries it; nobody is locked out for longer than a minute."""
    return f"account {request.form.get('email', '').strip().lower() or get_remote_address()}"
