"""A second factor asked for anew, in front of an act that binds; each code counts once."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_login import current_user
from flask_security.totp import Totp
from passlib.totp import TotpMatch

from core.config import fund
from core.errors import Forbidden, InputErrors
from core.words import _l

CLOCK_DRIFT_SECONDS = 30


class EachCodeOnce(Totp):
    """A code that someone read over a shoulder is worth nothing once it was used."""

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.totp_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        user.totp_counter = tmatch.counter


def has_factor() -> bool:
    return bool(current_user.tf_totp_secret)


def confirm(typed: str, field: str = "code") -> None:
    """The person signed in shows the second factor, now. In the demo nobody has one, so there none is asked."""
    if fund().is_demo:
        return
    if not has_factor():
        raise Forbidden(_l("You have no second factor yet. Set one up under “My account” first."), code="no_factor")
    factory, code = current_app.extensions["security"].totp_factory, "".join(typed.split())
    if not factory.verify_totp(code, current_user.tf_totp_secret, current_user, CLOCK_DRIFT_SECONDS):
        words = _l("This code is wrong, too old, or was used before. Wait for the next one and type its six digits.")
        raise InputErrors.at(field, words)
