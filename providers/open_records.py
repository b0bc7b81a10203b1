"""A provider as anyone may know it: plain values for page, file and API. No person, no contact, no restricted care."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.words import _
from providers.models import Provider, Site


@dataclass(frozen=True, slots=True)
class OpenSite:
    """`places`: kind of care → licensed places on the day."""

    number: int
    name: str
    district: str
    places: dict[str, int]


@dataclass(frozen=True, slots=True)
class OpenProvider:
    number: str
    name: str
    legal_form: str
    is_sse: bool
    district: str
    summary: str
    service_lines: list[str]
    sites: list[OpenSite]
    authorised_from: dt.date
    accredited_until: dt.date


def open_record(provider: Provider, lines: Collection[str], on: dt.date) -> OpenProvider:
    """`lines` may be known. Who gives other care too says nothing in free words here: words cannot be checked."""
    given = [row.service_line for row in provider.service_lines]
    known = [line for line in lines if line in given]
    sites = [site for row in provider.sites if (site := _site(row, known, on)).places]
    held = max(row.valid_until for row in provider.accreditations if row.covers(on))
    since = min(row.valid_from for row in provider.periods)
    row = provider.organisation
    is_mixed = len(known) < len(given)
    district = (sites[0].district if sites else "") if is_mixed else row.district
    summary = "" if is_mixed else provider.summary
    return OpenProvider(
        provider.number, row.name, row.legal_form, row.is_sse, district, summary, known, sites, since, held
    )


def csv_rows(records: Iterable[OpenProvider]) -> Iterator[list[Any]]:
    """One row for each site and kind of care; a provider without a site has one."""
    for row in records:
        own = [row.number, row.name, row.legal_form]
        rows = [(site, line, count) for site in row.sites for line, count in site.places.items()]
        for site, line, count in rows:
            yield [*own, site.number, site.name, site.district, line, count, row.accredited_until]
        if not rows:
            yield [*own, None, "", row.district, " ".join(row.service_lines), None, row.accredited_until]


def csv_head() -> list[str]:
    return [
        _("Provider"), _("Name"), _("Legal form"), _("Site"), _("Name of the site"), _("District"), _("Kind of care"),
        _("Licensed places"), _("Accredited until"),
    ]  # fmt: skip


def _site(site: Site, lines: Collection[str], on: dt.date) -> OpenSite:
    places = {
        row.service_line: row.licensed_places
        for row in site.capacities
        if row.service_line in lines and row.valid_from <= on and (row.valid_until is None or on <= row.valid_until)
    }
    return OpenSite(site.number, site.name, site.district, places)
