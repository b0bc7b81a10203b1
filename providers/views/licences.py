"""The registrar's forms and files: licences of sites, and who may practise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core import clock, codes
from core.config import fund
from core.permissions import Permission
from core.web.imports import Entry, ImportPages, RecordForm, Standing
from core.words import _, _l
from providers import queries
from providers.facts import PERIODS, catalogue_on
from providers.opening_times import DAY_NAMES, HOURS_HINTS, WEEKDAYS
from providers.services.importing import DESK
from providers.views import register

SETTINGS = (
    ("", _l("As it is")),
    ("outpatient", _l("Out-patient only")),
    ("inpatient", _l("In-patient only")),
    ("both", _l("Both")),
)


def _lines(_organisation_id: int | None) -> Sequence[tuple[str, Any]]:
    return [(row.code, row.name) for row in codes.service_lines()]


def _lines_or_all(_organisation_id: int | None) -> Sequence[tuple[str, Any]]:
    return [("", _("All of the site")), *_lines(None)]


def _licences(_organisation_id: int | None) -> Standing:
    names, settings = dict(_lines(None)), dict(SETTINGS)
    rows = [
        (site.name, provider.number, names.get(held.service_line, held.service_line), held.licensed_places,
         held.valid_from, held.valid_until, settings[site.facility or "both"])
        for held, site, provider in queries.latest_licences()
    ]  # fmt: skip
    columns = [_("Site"), _("Provider"), _("Care"), _("Places"), _("From"), _("Until"), _("Setting")]
    return Standing(columns, rows)


def _professionals(_organisation_id: int | None) -> Standing:
    rows = queries.latest_professionals()
    columns = [_("Number"), _("Qualification"), _("From"), _("Until"), _("Source")]
    return Standing(
        columns, [(row.number, row.qualification, row.valid_from, row.valid_until, row.source) for row in rows]
    )


def _figures(_organisation_id: int | None) -> Sequence[tuple[str, Any]]:
    return [(row.code, row.name) for row in catalogue_on(clock.today(fund().zone)).facts.values()]


FORMS = {
    "licences": RecordForm(
        _l("Licence of a site"),
        _l("How many people it may care for at once, from which day, and whether it may take in-patients."),
        _l("Write the licence"),
        [
            Entry("provider_id", _l("Provider number")),
            Entry("facility_id", _l("Number of the site"), _l("1, 2, … as its page shows them.")),
            Entry("service_line", _l("Kind of care"), choices=_lines),
            Entry("places", _l("Licensed places")),
            Entry("valid_from", _l("First day"), _l("What held before ends the day before.")),
            Entry("setting", _l("Setting"), choices=lambda _scope: SETTINGS),
            Entry("reason", _l("Licence or decision"), _l("Its number and date: it stands in the trail.")),
        ],
        _licences,
    ),
    "sites": RecordForm(
        _l("Hours, languages and rooms of a site"),
        _l("By which people find it in the public register. The provider may write them itself."),
        _l("Write the site"),
        [
            Entry("provider_id", _l("Provider number")),
            Entry("facility_id", _l("Number of the site"), _l("1, 2, … as its page shows them.")),
            Entry("languages", _l("Languages spoken"), _l("With commas, like Arabic, French.")),
            Entry("rooms", _l("Rooms and teams (optional)"), _l("With semicolons, like Blue room, 8; Red room, 6.")),
            Entry("service_line", _l("Hours of"), choices=_lines_or_all),
            Entry("valid_from", _l("First day of this week"), _l("Blank: from today.")),
            *(Entry(name, word, HOURS_HINTS.get(name, "")) for name, word in zip(WEEKDAYS, DAY_NAMES, strict=True)),
        ],
    ),
    "professionals": RecordForm(
        _l("A professional or care worker"),
        _l("From when to when somebody may practise. A suspension is a last day; a new spell is a new record."),
        _l("Write the spell"),
        [
            Entry("number", _l("Register number"), _l("As claims name them.")),
            Entry("qualification", _l("Qualification")),
            Entry("valid_from", _l("First day")),
            Entry("valid_until", _l("Last day"), _l("Blank: no end is known.")),
            Entry("source", _l("Register that says so")),
        ],
        _professionals,
    ),
    "facts": RecordForm(
        _l("A figure about a provider"),
        _l("It stands beside what the provider says itself; where the two differ, both are shown."),
        _l("Write the figure"),
        [
            Entry("provider_id", _l("Provider number")),
            Entry("code", _l("Figure"), choices=_figures),
            Entry("period", _l("Of what"), choices=lambda _scope: list(PERIODS.items())),
            Entry("said_of", _l("Day, or last day of the period")),
            Entry("figure", _l("How much"), _l("A number like 12 or 9.5; for a question yes or no.")),
            Entry("evidence", _l("Evidence"), _l("Paper, page, day. Never names of people.")),
        ],
    ),
}
ImportPages(
    register, DESK, Permission.ACCREDIT_PROVIDER, _l("Licences, professionals and facts by file"), forms=FORMS
).add()
