"""Read everything once more, then send."""

from __future__ import annotations

from typing import Any

from core import codes
from core.errors import InputErrors
from core.organisations import LEGAL_FORMS
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _
from providers.models import Provider
from providers.services import registration
from providers.views import registration as blueprint
from providers.views.registration_tasks.own import home, own


@blueprint.get("/<number>/registration/send")
@allow(Permission.REGISTER_PROVIDER)
def check(number: str) -> Any:
    return _check_page(own(number))


@blueprint.post("/<number>/registration/send")
@allow(Permission.REGISTER_PROVIDER)
def send(number: str) -> Any:
    provider = own(number)
    try:
        registration.submit(provider, by=actor())
    except InputErrors as errors:
        return _check_page(provider, errors=errors)
    words = _("Registration %(number)s was sent. The registrar answers next; you see it here.", number=number)
    return done(home(provider), words)


def _check_page(provider: Provider, errors: InputErrors | None = None) -> Any:
    names = codes.line_names()
    kinds = registration.DOCUMENT_KINDS
    missing = list(registration.missing_parts(provider))
    context: dict[str, Any] = {"names": names, "kinds": kinds, "missing": missing, "legal_forms": LEGAL_FORMS}
    return page("providers/check.html", errors=errors, provider=provider, **context)
