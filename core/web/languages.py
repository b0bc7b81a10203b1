"""Which language a page speaks, and the catalogues it speaks from."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import structlog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import has_request_context, request
from flask_login import current_user

from core.config import fund

log = structlog.get_logger()


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


def compile_catalogues(folder: Path) -> None:
    """Make the .mo beside each `<language>/LC_MESSAGES/messages.po` that has none, or an older one: no step of its own.

    Written beside and renamed, so that processes that start together do not read half a file.
    """
    for source in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        made = source.with_suffix(".mo")
        if made.exists() and made.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        if not os.access(source.parent, os.W_OK):
            log.warning(
                "catalogue is not compiled: the folder cannot be written; its texts stay English", path=str(made)
            )
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parts[-3])
        with tempfile.NamedTemporaryFile(dir=source.parent, suffix=".part", delete=False) as beside:
            write_mo(beside, catalogue)
        os.chmod(beside.name, 0o644)
        os.replace(beside.name, made)
