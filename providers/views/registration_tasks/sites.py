"""Where it works, and how many places each site has."""

from __future__ import annotations

from typing import Any

from flask import request

from core import codes
from core.errors import InputErrors, NotFound, Problem
from core.permissions import Permission
from core.web import allow, done, load, page
from core.words import _, _l
from providers import queries
from providers.models import Provider
from providers.schemas import SiteForm, places_of
from providers.services import registration
from providers.services.registration import SiteFacts
from providers.views import registration as blueprint
from providers.views.registration_tasks.own import home, own


@blueprint.get("/<number>/registration/sites/new")
@allow(Permission.REGISTER_PROVIDER)
def new_site(number: str) -> Any:
    return _site_page(own(number), None, {})


@blueprint.get("/<number>/registration/sites/<int:site>")
@allow(Permission.REGISTER_PROVIDER)
def site(number: str, site: int) -> Any:
    provider = own(number)
    row = queries.site_by_number(provider.organisation_id, site)
    if row is None:
        raise NotFound(_l("This site is no longer there."))
    known = {"name": row.name, "district": row.district, "address": row.address}
    return _site_page(provider, site, known | {f"places-{line}": count for line, count in places_of(row).items()})


@blueprint.post("/<number>/registration/sites/new")
@allow(Permission.REGISTER_PROVIDER)
def add_site(number: str) -> Any:
    return _save_site(own(number), None)


@blueprint.post("/<number>/registration/sites/<int:site>")
@allow(Permission.REGISTER_PROVIDER)
def save_site(number: str, site: int) -> Any:
    return _save_site(own(number), site)


@blueprint.post("/<number>/registration/sites/<int:site>/remove")
@allow(Permission.REGISTER_PROVIDER)
def remove_site(number: str, site: int) -> Any:
    provider = own(number)
    registration.remove_site(provider, site)
    return done(home(provider), _("Site %(number)s is removed.", number=site))


def _site_page(provider: Provider, site: int | None, values: Any, errors: InputErrors | None = None) -> Any:
    asked = {row.service_line for row in provider.service_lines}
    lines = [row for row in codes.service_lines() if row.code in asked]
    return page("providers/site.html", errors=errors, values=values, provider=provider, site=site, lines=lines)


def _save_site(provider: Provider, site: int | None) -> Any:
    try:
        form = load(SiteForm())
        row = registration.save_site(provider, SiteFacts(**form, places=_places()), number=site)
    except InputErrors as errors:
        return _site_page(provider, site, request.form, errors)
    return done(home(provider), _("Site %(number)s, %(name)s, is saved.", number=row.number, name=row.name))


def _places() -> dict[str, int]:
    """The fields places-<service line>; what is no whole number is said at its field."""
    found: dict[str, int] = {}
    problems = []
    for field, typed in request.form.items():
        text = typed.strip().replace("−", "-")
        if not field.startswith("places-") or not text:
            continue
        if text.removeprefix("-").isdecimal():
            found[field.removeprefix("places-")] = int(text)
        else:
            problems.append(Problem(field, _l("“%(found)s” is not a whole number, like 24.", found=typed), typed))
    if problems:
        raise InputErrors(problems)
    return found
