"""Which care it offers."""

from __future__ import annotations

from typing import Any

from flask import request

from core import codes
from core.errors import InputErrors
from core.permissions import Permission
from core.web import allow, done, page
from core.words import _
from providers.services import registration
from providers.views import registration as blueprint
from providers.views.registration_tasks.own import home, own


@blueprint.get("/<number>/registration/care")
@allow(Permission.REGISTER_PROVIDER)
def care(number: str) -> Any:
    provider = own(number)
    chosen = [row.service_line for row in provider.service_lines]
    return page("providers/care.html", provider=provider, lines=codes.service_lines(), chosen=chosen)


@blueprint.post("/<number>/registration/care")
@allow(Permission.REGISTER_PROVIDER)
def save_care(number: str) -> Any:
    provider, chosen = own(number), request.form.getlist("service_lines")
    try:
        registration.choose_service_lines(provider, chosen)
    except InputErrors as errors:
        lines = codes.service_lines()
        return page("providers/care.html", errors=errors, provider=provider, lines=lines, chosen=chosen)
    return done(home(provider), _("The care you give is saved."))
