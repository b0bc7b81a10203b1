"""Where care is given, and how many places are licensed there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from core import clock
from core.config import fund
from core.db import db
from core.errors import DomainError, InputErrors, Problem
from core.words import _l
from providers import queries
from providers.models import Provider, Site, SiteCapacity
from providers.services.registration.facts import must_be_open

MOST_PLACES = 5000


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A place of care; `places`: service line → licensed places."""

    name: str
    district: str
    address: str = ""
    places: Mapping[str, int] = field(default_factory=dict)


def save_site(provider: Provider, facts: SiteFacts, *, number: int | None = None) -> Site:
    """Add a site, or change the one with `number`; places count from today."""
    must_be_open(provider)
    _check_site(provider, facts)
    site = _site(provider, number)
    site.name, site.district, site.address = facts.name, facts.district, facts.address
    db.session.add(site)
    db.session.flush()
    _set_places(site, facts.places)
    db.session.expire(provider, ["sites"])
    return site


def remove_site(provider: Provider, number: int) -> None:
    """Only while the registration is a draft: later records point at sites."""
    must_be_open(provider)
    if provider.accreditations:
        raise DomainError(_l("This site was accredited. Ask the registrar to close it."))
    site = queries.site_by_number(provider.organisation_id, number)
    if site is None:
        return
    for row in list(site.capacities):
        db.session.delete(row)
    db.session.flush()
    db.session.delete(site)
    db.session.flush()
    db.session.expire(provider, ["sites"])


def _check_site(provider: Provider, facts: SiteFacts) -> None:
    asked = {row.service_line for row in provider.service_lines}
    problems = [
        Problem(f"places-{line}", _l("Write a number of places from 0 to %(most)s.", most=MOST_PLACES), str(places))
        for line, places in facts.places.items()
        if not 0 <= places <= MOST_PLACES
    ]
    problems += [
        Problem(f"places-{line}", _l("You did not ask for this kind of care."), line)
        for line, places in facts.places.items()
        if places > 0 and line not in asked
    ]
    if problems:
        raise InputErrors(problems)


def _site(provider: Provider, number: int | None) -> Site:
    if number is None:
        taken = [site.number for site in provider.sites]
        return Site(organisation_id=provider.organisation_id, number=max(taken, default=0) + 1)
    site = queries.site_by_number(provider.organisation_id, number)
    if site is None:
        raise DomainError(_l("This site is no longer there."), status=404, code="not_found")
    return site


def _set_places(site: Site, places: Mapping[str, int]) -> None:
    """Close or replace what is open; a change on the day it began simply overwrites."""
    today = clock.today(fund().zone)
    running = {row.service_line: row for row in site.capacities if row.valid_until is None}
    for line, count in places.items():
        row = running.get(line)
        if row is not None and row.valid_from < today and row.licensed_places != count:
            row.valid_until, row = today - dt.timedelta(days=1), None
        if row is None:
            db.session.add(SiteCapacity(site_id=site.id, service_line=line, licensed_places=count, valid_from=today))
        else:
            row.licensed_places = count
    db.session.flush()
    db.session.expire(site, ["capacities"])
