"""A site as people use it: hours, languages, rooms. Written with the registration, and kept true ever after."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from core import clock, codes
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, form_values, page
from core.words import _, _l
from providers import queries
from providers.languages import language_words
from providers.models import Provider, Site
from providers.opening_times import DAY_NAMES, HOURS_HINTS, WEEKDAYS, cells_of, week_words
from providers.services import places
from providers.site_words import read_words
from providers.views import registration as blueprint
from providers.views.registration_tasks.own import home, own


@blueprint.get("/<number>/sites/<int:site>")
@allow(Permission.REGISTER_PROVIDER)
def site_words(number: str, site: int) -> Any:
    provider, row = _site(number, site)
    line = request.args.get("service_line", "")
    week = [(h.weekday, h.opens_minute, h.closes_minute) for h in _standing(row) if (h.service_line or "") == line]
    known = {
        "service_line": line,
        "languages": language_words(said.language for said in row.languages),
        "rooms": "\n".join(f"{room.name}, {room.places}" for room in row.rooms),
    }
    return _words_page(provider, row, known | cells_of(week))


@blueprint.post("/<number>/sites/<int:site>")
@allow(Permission.REGISTER_PROVIDER)
def describe_site(number: str, site: int) -> Any:
    provider, row = _site(number, site)
    try:
        lines = {line.service_line for line in provider.service_lines}
        places.describe(row, read_words(form_values(), lines, clock.today(fund().zone)), by=actor())
    except InputErrors as errors:
        return _words_page(provider, row, request.form, errors)
    is_open = provider.state in ("draft", "returned")
    back = home(provider) if is_open else url_for("providers.show", number=number)
    return done(back, _("Hours and languages of %(name)s are saved.", name=row.name))


def _site(number: str, site: int) -> tuple[Provider, Site]:
    provider = own(number)
    row = queries.site_by_number(provider.organisation_id, site)
    if row is None:
        raise NotFound(_l("This site is no longer there."))
    return provider, row


def _standing(row: Site) -> list[Any]:
    """Hours that hold today or later; nothing ends them yet."""
    return [hours for hours in row.hours if hours.valid_until is None]


def _words_page(provider: Provider, row: Site, values: Any, errors: InputErrors | None = None) -> Any:
    given = {line.service_line for line in provider.service_lines}
    lines = {"": _("All of the site")} | {line.code: line.name for line in codes.service_lines() if line.code in given}
    weeks = {code: [h for h in _standing(row) if (h.service_line or "") == code] for code in lines}
    said = [
        (name, week_words((h.weekday, h.opens_minute, h.closes_minute) for h in weeks[code]))
        for code, name in lines.items()
        if weeks[code]
    ]
    days = [(name, word, HOURS_HINTS.get(name, "")) for name, word in zip(WEEKDAYS, DAY_NAMES, strict=True)]
    shown = {"provider": provider, "site": row, "lines": lines, "said": said, "days": days}
    return page("providers/site_words.html", errors=errors, values=values, **shown)
