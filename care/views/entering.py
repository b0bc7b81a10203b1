"""Records typed one by one: the fields of each form, and what stands already beside it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from care import queries, services
from care.views import blueprint
from care.views.granting import _scope
from core import clock, codes
from core.config import fund
from core.permissions import Permission
from core.web import actor
from core.web.filters import money
from core.web.imports import Entry, ImportPages, RecordForm, Standing
from core.words import _, _l
from providers.opening_times import DAY_NAMES, HOURS_HINTS, WEEKDAYS, clock_words, week_words

YES_NO = (("yes", _l("Closed")), ("no", _l("Open after all")))


def _sites(organisation_id: int | None) -> Sequence[tuple[str, Any]]:
    return [(str(row.number), row.name) for row in queries.sites.of_organisation(organisation_id or 0)]


def _lines(_organisation_id: int | None) -> Sequence[tuple[str, Any]]:
    return [("", _("All of the site")), *((row.code, row.name) for row in codes.service_lines())]


def _roster(organisation_id: int | None) -> Standing:
    rows = queries.sites.latest_shifts(organisation_id or 0)
    columns = [_("Day"), _("Site"), _("Worker"), _("Start"), _("End")]
    return Standing(columns, [(*row[:3], clock_words(row[3]), clock_words(row[4])) for row in rows])


def _hours(organisation_id: int | None) -> Standing:
    """One row per site, kind of care and week: its days in words."""
    found, names = queries.sites.hours_from(organisation_id or 0, clock.today(fund().zone)), dict(_lines(None))
    rows = [
        (site, names[line or ""], since, week_words(tuple(row[3:]) for row in spans))
        for (site, line, since), spans in groupby(found, key=lambda row: tuple(row[:3]))
    ]
    return Standing([_("Site"), _("Kind of care"), _("Since"), _("Open")], rows)


def _closures(organisation_id: int | None) -> Standing:
    rows = queries.sites.latest_closures(organisation_id or 0)
    return Standing([_("Day"), _("Site"), _("Reason")], [tuple(row) for row in rows])


def _occupancies(organisation_id: int | None) -> Standing:
    columns = [_("Place"), _("Kind"), _("Member"), _("Moved in"), _("Moved out")]
    return Standing(columns, queries.places.latest_occupancies(actor(), organisation_id))


def _certificates(organisation_id: int | None) -> Standing:
    columns = [_("Number"), _("Kind"), _("Provider"), _("Place"), _("From"), _("Until")]
    return Standing(columns, queries.places.latest_certificates(actor(), organisation_id))


def _quotes(organisation_id: int | None) -> Standing:
    rows = queries.places.latest_quotes(actor(), organisation_id)
    columns = [_("Quote"), _("Provider"), _("Member"), _("Service"), _("Quoted on"), _("Quoted"), _("Accepted on"),
               _("Accepted")]  # fmt: skip
    return Standing(columns, [(*row[:5], money(row[5]), row[6], money(row[7]) or None) for row in rows])


def _stays(_organisation_id: int | None) -> Standing:
    columns = [_("Stay"), _("Member"), _("Admitted"), _("Discharged")]
    return Standing(columns, queries.places.latest_stays(actor()))


PLACES = (("residential", _l("Place in residential care")), ("dwelling", _l("Dwelling")))
PROVIDER = Entry("provider_id", _l("Provider number"))
MEMBER = Entry("member_id", _l("Member number"))
SITE = Entry("facility_id", _l("Site"), choices=_sites)
FORMS = {
    "roster": RecordForm(
        _l("Who is on duty"),
        _l("From the roster we see whether there were enough adults for the children at every moment of the day."),
        _l("Put on the roster"),
        [
            SITE,
            Entry("worker_id", _l("Worker code"), _l("As your own list has it.")),
            Entry("day", _l("Day")),
            Entry("starts", _l("Start"), _l("Leave start and end blank when this worker is not on duty that day.")),
            Entry("ends", _l("End")),
        ],
        _roster,
    ),
    "opening-hours": RecordForm(
        _l("Opening hours"),
        _l("Minutes of attendance outside these hours are not paid. A new week counts from its first day on."),
        _l("Set the opening hours"),
        [
            SITE,
            Entry("service_line", _l("Kind of care"), choices=_lines),
            Entry("valid_from", _l("First day of this week")),
            *(Entry(name, word, HOURS_HINTS.get(name, "")) for name, word in zip(WEEKDAYS, DAY_NAMES, strict=True)),
        ],
        _hours,
    ),
    "closures": RecordForm(
        _l("Days closed"),
        _l("Holidays and other days on which a site is closed although its weekday is open."),
        _l("Write the days"),
        [
            SITE,
            Entry("first_on", _l("First day")),
            Entry("last_on", _l("Last day"), _l("Blank: one day.")),
            Entry("reason", _l("Reason"), _l("Parents and claims officers read it.")),
            Entry("is_closed", _l("The site is"), choices=lambda _scope: YES_NO),
        ],
        _closures,
    ),
    "occupancies": RecordForm(
        _l("Nights in a place"),
        _l("Who holds which room or dwelling, since when. Nights that nobody holds a place for are not paid."),
        _l("Write who holds the place"),
        [
            Entry("place", _l("Place"), _l("Your own name of the room or dwelling.")),
            Entry("kind", _l("What it is"), choices=lambda _scope: PLACES),
            MEMBER,
            Entry("moved_in_on", _l("Moved in on")),
            Entry("moved_out_on", _l("Moved out on"), _l("Blank: still there. This day is free for the next.")),
        ],
        _occupancies,
    ),
    "quotes": RecordForm(
        _l("A quote for works"),
        _l("What works or goods for a member will cost. They are paid once the fund has accepted them."),
        _l("Write the quote"),
        [
            Entry("number", _l("Number of the quote"), _l("Your own.")),
            MEMBER,
            Entry("service", _l("Service code")),
            Entry("amount", _l("Amount")),
            Entry("quoted_on", _l("Quoted on")),
        ],
        _quotes,
    ),
    "accepted-works": RecordForm(
        _l("Works accepted"),
        _l("What you found when the works were done: the fund pays at most this amount."),
        _l("Accept the works"),
        [
            PROVIDER,
            Entry("number", _l("Number of the quote")),
            Entry("accepted_amount", _l("Accepted at")),
            Entry("accepted_on", _l("Accepted on")),
        ],
        _quotes,
    ),
    "certificates": RecordForm(
        _l("Certificate of a place"),
        _l("An inspection that found the place fit, and until when. Without one its nights wait."),
        _l("Write the certificate"),
        [
            PROVIDER,
            Entry("place", _l("Place"), _l("The provider’s name of the room or dwelling.")),
            Entry("kind", _l("Kind"), _l("As the plan calls it, like inspection.")),
            Entry("number", _l("Number of the certificate")),
            Entry("valid_from", _l("First day")),
            Entry("valid_until", _l("Last day")),
        ],
        _certificates,
    ),
    "stays": RecordForm(
        _l("A hospital stay"),
        _l("Care at home between admission and discharge is not paid; a place kept free meanwhile is."),
        _l("Write the stay"),
        [
            Entry("member_number", _l("Member number")),
            Entry("stay_number", _l("Number of the stay"), _l("The hospital’s own.")),
            Entry("admitted_on", _l("Admitted on")),
            Entry("discharged_on", _l("Discharged on"), _l("Blank: still there.")),
            Entry("provider_id", _l("Hospital"), _l("Its number; may be blank.")),
        ],
        _stays,
    ),
}
ImportPages(blueprint, services.DESK, Permission.SEND_CARE_FILES, _l("Upload records of care"), _scope, FORMS).add()
