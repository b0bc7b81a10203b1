"""The registrar's files and forms: licences of sites, professionals; judged row by row, then written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core import clock, codes
from core.config import fund
from core.errors import InputErrors
from core.imports import Desk, Layout, Outcome, Sender, layouts_in
from core.permissions import Permission
from core.words import _l
from providers import queries
from providers.models import Site
from providers.services.facts.importing import FactJudge, take_facts
from providers.services.licensing import SETTINGS, Licence, Practice, license_site, record_professionals
from providers.services.places import describe
from providers.services.registration import MOST_PLACES
from providers.site_words import SiteWords, read_words

FOLDER = Path(__file__).resolve().parent.parent / "mappings"
Cells = dict[str, Any]


class LicenceJudge:
    """One row: a site of ours, a kind of care, places, a day, and why."""

    def __init__(self, rows: Sequence[Cells], _organisation_id: int | None) -> None:
        self._sites = queries.sites_by_numbers({row["provider_id"] for row in rows})
        self._lines = {row.code for row in codes.service_lines()}
        self._seen: set[Any] = set()

    def __call__(self, cells: Cells) -> Licence:
        site = _site_of(self._sites, cells)
        if cells["service_line"] not in self._lines:
            said = _l("Write one of: %(values)s.", values=", ".join(sorted(self._lines)))
            raise InputErrors.at("service_line", said, cells["service_line"])
        if not 0 <= cells["places"] <= MOST_PLACES:
            raise InputErrors.at("places", _l("Write a number from 0 to %(most)s.", most=MOST_PLACES), cells["places"])
        setting = (cells["setting"] or "").lower()
        if setting and setting not in SETTINGS:
            raise InputErrors.at("setting", _l("Write outpatient, inpatient or both."), setting)
        key = site.id, cells["service_line"], cells["valid_from"]
        if key in self._seen:
            raise InputErrors.at("service_line", _l("This record stands further up in the file already."))
        self._seen.add(key)
        return Licence(site, cells["service_line"], cells["places"], cells["valid_from"], cells["reason"], setting)


class SiteWordsJudge:
    """One row: hours, languages and rooms of a site of ours, hours of one kind of care or all of it."""

    def __init__(self, rows: Sequence[Cells], _organisation_id: int | None) -> None:
        self._sites = queries.sites_by_numbers({row["provider_id"] for row in rows})
        self._lines = {row.code for row in codes.service_lines()}
        self._today = clock.today(fund().zone)
        self._seen: set[Any] = set()

    def __call__(self, cells: Cells) -> tuple[Site, SiteWords]:
        site = _site_of(self._sites, cells)
        words = read_words(cells, self._lines, self._today)
        key = site.id, words.service_line, words.valid_from
        if key in self._seen:
            raise InputErrors.at("facility_id", _l("This record stands further up in the file already."))
        self._seen.add(key)
        return site, words


def _site_of(sites: Mapping[str, Mapping[str, Site]], cells: Cells) -> Site:
    if cells["provider_id"] not in sites:
        raise InputErrors.at("provider_id", _l("We know no such provider."), cells["provider_id"])
    site = sites[cells["provider_id"]].get(cells["facility_id"])
    if site is None:
        raise InputErrors.at("facility_id", _l("This provider has no site with this number."))
    return site


class PracticeJudge:
    """One row: a spell that meets no other spell of the same person."""

    def __init__(self, rows: Sequence[Cells], _organisation_id: int | None) -> None:
        stored = queries.professionals({row["number"] for row in rows})
        self._spells = {
            number: {row.valid_from: row.valid_until for row in spells} for number, spells in stored.items()
        }
        self._seen: set[Any] = set()

    def __call__(self, cells: Cells) -> Practice:
        row = Practice(**{name: cells[name] for name in Practice.__slots__})
        if row.valid_until is not None and row.valid_until < row.valid_from:
            raise InputErrors.at("valid_until", _l("The last day lies before the first."), row.valid_until)
        if (row.number, row.valid_from) in self._seen:
            raise InputErrors.at("number", _l("This record stands further up in the file already."), row.number)
        spells = self._spells.setdefault(row.number, {})
        for first, last in spells.items():
            if first != row.valid_from and _meet(row, first, last):
                said = _l("A spell from %(day)s covers some of these days already.", day=first.isoformat())
                raise InputErrors.at("valid_from", said, row.valid_from)
        spells[row.valid_from] = row.valid_until
        self._seen.add((row.number, row.valid_from))
        return row


def _meet(row: Practice, first: dt.date, last: dt.date | None) -> bool:
    return row.valid_from <= (last or dt.date.max) and first <= (row.valid_until or dt.date.max)


def _take_licences(rows: Sequence[Licence], sender: Sender) -> Outcome:
    for row in sorted(rows, key=lambda row: row.valid_from):
        license_site(row, by=sender.by)
    return Outcome(added=len(rows), rows=len(rows))


def _take_site_words(rows: Sequence[tuple[Site, SiteWords]], sender: Sender) -> Outcome:
    for site, words in sorted(rows, key=lambda row: row[1].valid_from):
        describe(site, words, by=sender.by)
    return Outcome(added=len(rows), rows=len(rows))


def _take_professionals(rows: Sequence[Practice], sender: Sender) -> Outcome:
    return record_professionals(rows, source=sender.source, by=sender.by) if rows else Outcome()


_COLUMNS = layouts_in(FOLDER)
_KINDS: dict[str, tuple[Any, Any]] = {
    "licences": (LicenceJudge, _take_licences),
    "professionals": (PracticeJudge, _take_professionals),
    "facts": (FactJudge, take_facts),
    "sites": (SiteWordsJudge, _take_site_words),
}
DESK = Desk(
    "providers",
    "PI",
    {
        f"touiza-{kind}": Layout(kind, _COLUMNS[f"touiza-{kind}"], judge, write, Permission.ACCREDIT_PROVIDER)
        for kind, (judge, write) in _KINDS.items()
    },
)
