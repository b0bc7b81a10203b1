"""Records typed one by one: the fields of each form, and what stands already beside it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from care import queries, services
from care.services.judging.sites import WEEKDAYS
from care.views import blueprint
from care.views.granting import _scope
from core import clock
from core.config import fund
from core.permissions import Permission
from core.web.imports import Entry, ImportPages, RecordForm, Standing
from core.words import _, _l

DAY_NAMES = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))
YES_NO = (("yes", _l("Closed")), ("no", _l("Open after all")))


def _sites(organisation_id: int | None) -> Sequence[tuple[str, Any]]:
    return [(str(row.number), row.name) for row in queries.sites.of_organisation(organisation_id or 0)]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _roster(organisation_id: int | None) -> Standing:
    rows = queries.sites.latest_shifts(organisation_id or 0)
    columns = [_("Day"), _("Site"), _("Worker"), _("Start"), _("End")]
    return Standing(columns, [(*row[:3], _clock(row[3]), _clock(row[4])) for row in rows])


def _hours(organisation_id: int | None) -> Standing:
    """One row per site and week: its days in words."""
    found = queries.sites.hours_from(organisation_id or 0, clock.today(fund().zone))
    rows = []
    for (site, since), spans in groupby(found, key=lambda row: (row[0], row[1])):
        days = [f"{DAY_NAMES[row[2]]} {_clock(row[3])}–{_clock(row[4])}" for row in spans]
        rows.append((site, since, ", ".join(days)))
    return Standing([_("Site"), _("Since"), _("Open")], rows)


def _closures(organisation_id: int | None) -> Standing:
    rows = queries.sites.latest_closures(organisation_id or 0)
    return Standing([_("Day"), _("Site"), _("Reason")], [tuple(row) for row in rows])


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
            Entry("valid_from", _l("First day of this week")),
            *(
                Entry(
                    name, word, _l("Like 07:00-18:00, or 07:00-12:00, 13:00-18:00. Blank: closed.") if day == 0 else ""
                )
                for day, (name, word) in enumerate(zip(WEEKDAYS, DAY_NAMES, strict=True))
            ),
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
}
ImportPages(blueprint, services.DESK, Permission.SEND_CARE_FILES, _l("Upload records of care"), _scope, FORMS).add()
