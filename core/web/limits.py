"""How often one address may knock: sign-in, checking papers, dry runs. Pages answer 429 in words.

`RATELIMIT_STORAGE_URI` names a store that all processes share; in memory each process counts for itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from core.web.access import actor

View = TypeVar("View", bound=Callable[..., Any])
SIGN_IN_ENDPOINTS = ("security.login", "security.forgot_password", "security.two_factor_token_validation")
limiter = Limiter(key_func=get_remote_address, headers_enabled=True)
verify_limit = limiter.limit("30 per minute")


def factor_limit(view: View) -> View:
    """For a door that asks for a code of six digits, per account."""
    return cast("View", limiter.limit("10 per minute", key_func=_asker, methods=["POST"])(view))


def dry_run_limit(is_one: Callable[[], bool] | None = None) -> Callable[[View], View]:
    """For a door of dry runs, per account; `is_one` tells them apart where the door takes in claims as well."""
    is_other = None if is_one is None else lambda: not is_one()
    limit = limiter.limit("20 per minute", key_func=_asker, methods=["POST"], exempt_when=is_other)

    def limited(view: View) -> View:
        return cast("View", limit(view))

    return limited


def _asker() -> str:
    account = actor().account_id
    return f"account {account}" if account is not None else get_remote_address()


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
