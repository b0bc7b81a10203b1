"""Which language a page speaks."""

from __future__ import annotations

from flask import has_request_context, request
from flask_login import current_user

from core.config import fund

LANGUAGE_NAMES = {"en": "English", "fr": "Français", "es": "Español", "ar": "العربية"}


def chosen_language() -> str:
    """?lang=, else this device's choice, else the account's, else the browser's wish; a command speaks the first."""
    languages = fund().languages
    if not has_request_context():
        return languages[0]
    for wanted in (request.args.get("lang"), request.cookies.get("lang"), _of_account()):
        if wanted in languages:
            return str(wanted)
    return request.accept_languages.best_match(languages) or languages[0]


def _of_account() -> str | None:
    is_known = bool(current_user) and current_user.is_authenticated
    return current_user.locale if is_known else None
