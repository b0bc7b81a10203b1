"""A provider as anyone may know it: plain values for page, file and API. No person, no contact, no restricted care."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.words import _
from providers import queries
from providers.free_places import Moment, band
from providers.languages import language_words
from providers.models import Provider, Site
from providers.opening_times import of_line, week_words

Taken = Mapping[tuple[int, str], tuple[int, int]]  # (site, kind of care) → licensed places, persons booked


@dataclass(frozen=True, slots=True)
class OpenSite:
    """By kind of care: licensed places on the day, a band of free ones at the moment, hours in words.

    `number` counts what is shown: a gap would tell of what is not.
    """

    number: int
    name: str
    district: str
    languages: list[str]
    places: dict[str, int]
    free: dict[str, str]
    hours: dict[str, str]


@dataclass(frozen=True, slots=True)
class OpenProvider:
    number: str
    name: str
    legal_form: str
    is_sse: bool
    is_sse_assessed: bool
    district: str
    summary: str
    service_lines: list[str]
    sites: list[OpenSite]
    authorised_from: dt.date
    accredited_until: dt.date


def open_records(
    providers: Sequence[Provider], lines: Collection[str], on: dt.date, moment: Moment
) -> list[OpenProvider]:
    """`lines` may be known; free places are those of the moment. One query for all of them."""
    sites = [site.id for provider in providers for site in provider.sites]
    taken = queries.places_of_sites(sites, moment)
    return [_record(provider, lines, on, taken) for provider in providers]


def _record(provider: Provider, lines: Collection[str], on: dt.date, taken: Taken) -> OpenProvider:
    """Who gives other care too says nothing in free words here: words cannot be checked."""
    given = [row.service_line for row in provider.service_lines]
    known = [line for line in lines if line in given]
    held = max(row.valid_until for row in provider.accreditations if row.covers(on))
    since = min(row.valid_from for row in provider.periods)
    shown = [site for site in provider.sites if _places(site, known, on)]
    sites = [_site(number, site, lines, _places(site, known, on), on, taken) for number, site in enumerate(shown, 1)]
    row = provider.organisation
    is_mixed = len(known) < len(given)
    district = (sites[0].district if sites else "") if is_mixed else row.district
    summary = "" if is_mixed else provider.summary
    return OpenProvider(
        provider.number, row.name, row.legal_form, *provider.sse_on(on), district, summary, known, sites, since, held
    )


def _site(
    number: int, site: Site, open_lines: Collection[str], places: dict[str, int], on: dt.date, taken: Taken
) -> OpenSite:
    free = {line: band(*taken.get((site.id, line), (count, 0))) for line, count in places.items()}
    hours = {line: words for line in places if (words := _hours(site, line, open_lines, on))}
    languages = [row.language for row in site.languages]
    return OpenSite(number, site.name, site.district, languages, places, free, hours)


def _places(site: Site, lines: Collection[str], on: dt.date) -> dict[str, int]:
    return {
        row.service_line: row.licensed_places
        for row in site.capacities
        if row.service_line in lines and _holds(row, on)
    }


def _hours(site: Site, line: str, open_lines: Collection[str], on: dt.date) -> str:
    """Hours of all of a site say nothing where restricted care is licensed too."""
    is_mixed = any(row.service_line not in open_lines for row in site.capacities)
    rows = [row for row in site.hours if _holds(row, on) and not (is_mixed and row.service_line is None)]
    return week_words((row.weekday, row.opens_minute, row.closes_minute) for row in of_line(rows, line))


def _holds(row: Any, on: dt.date) -> bool:
    return bool(row.valid_from <= on and (row.valid_until is None or on <= row.valid_until))


def csv_rows(records: Iterable[OpenProvider]) -> Iterator[list[Any]]:
    """One row for each site and kind of care; a provider without a site has one."""
    for row in records:
        own = [row.number, row.name, row.legal_form]
        for site in row.sites:
            place = [site.number, site.name, site.district, language_words(site.languages)]
            for line, count in site.places.items():
                more = [line, count, site.free[line], site.hours.get(line, "")]
                yield [*own, *place, *more, row.accredited_until]
        if not row.sites:
            nothing: list[Any] = [None, "", ""]
            yield [*own, None, "", row.district, "", " ".join(row.service_lines), *nothing, row.accredited_until]


def csv_head() -> list[str]:
    return [
        _("Provider"), _("Name"), _("Legal form"), _("Site"), _("Name of the site"), _("District"), _("Languages"),
        _("Kind of care"), _("Licensed places"), _("Free places"), _("Open"), _("Accredited until"),
    ]  # fmt: skip
