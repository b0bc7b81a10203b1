"""My account: who I am here, in which language, and the way out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_login import current_user

from core.accounts import services
from core.config import fund
from core.errors import InputErrors
from core.permissions import Permission
from core.web.access import allow
from core.web.forms import done, page
from core.words import LANGUAGE_NAMES, _

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
@allow(Permission.SIGNED_IN)
def show() -> Any:
    return page("house/account.html", me=current_user, choices=_choices())


@blueprint.post("/language")
@allow(Permission.SIGNED_IN)
def language() -> Any:
    """The language of my pages and messages from now on."""
    wanted = request.form.get("language", "")
    if wanted not in fund().languages:
        errors = InputErrors.at("language", _("Choose one of the languages shown."), wanted)
        return page("house/account.html", errors=errors, me=current_user, choices=_choices())
    services.choose_language(current_user, wanted)
    answer = done(url_for(".show"), _("Your language is now %(language)s.", language=LANGUAGE_NAMES[wanted]))
    answer.set_cookie("lang", wanted, max_age=31_536_000, samesite="Lax", httponly=True)
    return answer


@blueprint.post("/messages")
@allow(Permission.SIGNED_IN)
def messages() -> Any:
    """Whether a message says that something was decided or paid."""
    wanted = request.form.get("messages", "")
    if wanted not in ("yes", "no"):
        errors = InputErrors.at("messages", _("Choose one of the answers shown."), wanted)
        return page("house/account.html", errors=errors, me=current_user, choices=_choices())
    services.choose_messages(current_user, wants=wanted == "yes")
    said = _("You get messages.") if wanted == "yes" else _("You get no more messages of this kind.")
    return done(url_for(".show"), said)


def _choices() -> list[tuple[str, str]]:
    return [(code, LANGUAGE_NAMES[code]) for code in fund().languages]
