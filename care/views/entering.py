"""Records typed one by one: the fields of each form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from care import queries, services
from care.cancelling import REASONS
from care.views import blueprint, standing
from care.views.granting import _scope
from core import codes
from core.permissions import Permission
from core.web.imports import Entry, ImportPages, RecordForm
from core.words import _, _l
from providers.opening_times import DAY_NAMES, HOURS_HINTS, WEEKDAYS

ADMISSION = (
    ("", _l("Not said")),
    ("unplanned", _l("Unplanned")),
    ("planned", _l("Planned")),
    ("transfer", _l("From another hospital")),
)
DISCHARGE = (
    ("", _l("Not said")),
    ("home", _l("Home")),
    ("transfer", _l("Another hospital")),
    ("died", _l("Died in hospital")),
)
HOLDS = (("yes", _l("Are not counted")), ("no", _l("Count after all")))
WITHDRAWN = (("no", _l("Does not take place")), ("yes", _l("Takes place after all")))
YES_NO = (("yes", _l("Closed")), ("no", _l("Open after all")))


def _sites(organisation_id: int | None) -> Sequence[tuple[str, Any]]:
    return [(str(row.number), row.name) for row in queries.sites.of_organisation(organisation_id or 0)]


def _lines(_organisation_id: int | None) -> Sequence[tuple[str, Any]]:
    return [("", _("All of the site")), *((row.code, row.name) for row in codes.service_lines())]


ORIGINS = (("member", _l("The member")), ("referral", _l("Another provider, by referral")), ("fund", _l("The fund")))
PLACES = (("residential", _l("Place in residential care")), ("dwelling", _l("Dwelling")))
PROVIDER = Entry("provider_id", _l("Provider number"))
WHOSE = Entry("provider_id", _l("Provider number"), _l("A provider may leave it blank: its own."))
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
            Entry("room", _l("Room or group"), _l("Blank: the whole site.")),
            Entry("kind", _l("The shift"), choices=lambda _scope: standing.SHIFTS),
            Entry("day", _l("Day")),
            Entry("starts", _l("Start"), _l("Leave start and end blank when this worker is not on duty that day.")),
            Entry("ends", _l("End")),
        ],
        standing.roster,
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
        standing.hours,
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
        standing.closures,
    ),
    "cancellations": RecordForm(
        _l("A visit cancelled"),
        _l("A visit that the member calls off 24 hours before, or earlier, is not counted as late or missed."),
        _l("Write the cancellation"),
        [
            WHOSE,
            MEMBER,
            Entry("code", _l("Service code")),
            Entry("due_on", _l("Day of the visit")),
            Entry("due_time", _l("Hour of the visit")),
            Entry("reason", _l("Why"), choices=lambda _scope: [(key, one.words) for key, one in REASONS.items()]),
            Entry("told_on", _l("Told on"), _l("Blank: just now.")),
            Entry("told_time", _l("Told at")),
            Entry("withdrawn", _l("The visit"), choices=lambda _scope: WITHDRAWN),
            Entry("correction", _l("Why corrected"), _l("The fund only, once the month has closed.")),
        ],
        standing.cancellations,
    ),
    "requests": RecordForm(
        _l("A request for care"),
        _l("Who asked for care, how urgently, and when you first answered. Write it again with the day of the answer."),
        _l("Write the request"),
        [
            WHOSE,
            Entry("number", _l("Number of the request"), _l("Your own.")),
            MEMBER,
            Entry("code", _l("Service code")),
            Entry("urgency", _l("Urgency"), choices=lambda _scope: standing.URGENCIES),
            Entry("origin", _l("Who asked"), choices=lambda _scope: ORIGINS),
            Entry("received_on", _l("Received on")),
            Entry("first_contact_on", _l("First contact on"), _l("Blank: not yet.")),
            Entry("withdrawn_on", _l("Withdrawn on"), _l("When the member no longer asks.")),
        ],
        standing.requests,
    ),
    "force-majeure": RecordForm(
        _l("Force majeure"),
        _l("Days on which a site could not open through no fault of its own: they are not counted against it."),
        _l("Write the days"),
        [
            PROVIDER,
            Entry("facility_id", _l("Number of the site")),
            Entry("first_on", _l("First day")),
            Entry("last_on", _l("Last day"), _l("Blank: one day.")),
            Entry("reason", _l("What happened")),
            Entry("document", _l("Document"), _l("The order, report or letter that shows it.")),
            Entry("holds", _l("These days"), choices=lambda _scope: HOLDS),
        ],
        standing.majeure,
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
        standing.occupancies,
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
        standing.quotes,
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
        standing.quotes,
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
        standing.certificates,
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
            Entry("diagnosis", _l("Principal diagnosis"), _l("Its code, at discharge; may be blank.")),
            Entry("discharge_group", _l("Discharge group"), _l("The code that the stay is grouped under.")),
            Entry("admission", _l("Admission"), choices=lambda _scope: ADMISSION),
            Entry("discharged_to", _l("Discharged to"), choices=lambda _scope: DISCHARGE),
        ],
        standing.stays,
    ),
}
ImportPages(blueprint, services.DESK, Permission.SEND_CARE_FILES, _l("Upload records of care"), _scope, FORMS).add()
