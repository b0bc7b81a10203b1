"""What stands already beside a record typed by hand, as a table."""

from __future__ import annotations

from itertools import groupby

from care import queries
from care.cancelling import REASONS
from core import clock, codes
from core.config import fund
from core.web import actor
from core.web.filters import instant, money
from core.web.imports import Standing
from core.words import _, _l
from providers.opening_times import clock_words, week_words

SHIFTS = (("worked", _l("As worked")), ("planned", _l("As planned")))
URGENCIES = (("routine", _l("Routine")), ("urgent", _l("Urgent")))


def roster(organisation_id: int | None) -> Standing:
    rows = queries.sites.latest_shifts(organisation_id or 0)
    columns = [_("Day"), _("Site"), _("Room"), _("Worker"), _("Kind"), _("Start"), _("End")]
    words = dict(SHIFTS)
    shown = [(*row[:4], words[row.kind], clock_words(row[5]), clock_words(row[6])) for row in rows]
    return Standing(columns, shown)


def hours(organisation_id: int | None) -> Standing:
    """One row per site, kind of care and week: its days in words."""
    found, names = (
        queries.sites.hours_from(organisation_id or 0, clock.today(fund().zone)),
        {"": _("All of the site")} | codes.line_names(),
    )
    rows = [
        (site, names[line or ""], since, week_words(tuple(row[3:]) for row in spans))
        for (site, line, since), spans in groupby(found, key=lambda row: tuple(row[:3]))
    ]
    return Standing([_("Site"), _("Kind of care"), _("Since"), _("Open")], rows)


def closures(organisation_id: int | None) -> Standing:
    rows = queries.sites.latest_closures(organisation_id or 0)
    return Standing([_("Day"), _("Site"), _("Reason")], [tuple(row) for row in rows])


def occupancies(organisation_id: int | None) -> Standing:
    columns = [_("Place"), _("Kind"), _("Member"), _("Moved in"), _("Moved out")]
    return Standing(columns, queries.places.latest_occupancies(actor(), organisation_id))


def certificates(organisation_id: int | None) -> Standing:
    columns = [_("Number"), _("Kind"), _("Provider"), _("Place"), _("From"), _("Until")]
    return Standing(columns, queries.places.latest_certificates(actor(), organisation_id))


def quotes(organisation_id: int | None) -> Standing:
    rows = queries.places.latest_quotes(actor(), organisation_id)
    columns = [_("Quote"), _("Provider"), _("Member"), _("Service"), _("Quoted on"), _("Quoted"), _("Accepted on"),
               _("Accepted")]  # fmt: skip
    return Standing(columns, [(*row[:5], money(row[5]), row[6], money(row[7]) or None) for row in rows])


def stays(_organisation_id: int | None) -> Standing:
    columns = [_("Stay"), _("Member"), _("Admitted"), _("Discharged")]
    return Standing(columns, queries.places.latest_stays(actor()))


def cancellations(organisation_id: int | None) -> Standing:
    rows = queries.promised.latest_cancellations(actor(), organisation_id)
    shown = [
        (instant(row[0]), row[1], row[2], REASONS[row[3]].words, instant(row[4]), _("taken back") if row[5] else "")
        for row in rows
    ]
    columns = [_("Due"), _("Member"), _("Service"), _("Reason"), _("Told"), _("State")]
    return Standing(columns, shown)


def requests(organisation_id: int | None) -> Standing:
    columns = [_("Number"), _("Member"), _("Service"), _("Urgency"), _("Received"), _("First contact")]
    words = dict(URGENCIES)
    rows = queries.promised.latest_requests(actor(), organisation_id)
    return Standing(columns, [(*row[:3], words[row.urgency], *row[4:]) for row in rows])


def majeure(_organisation_id: int | None) -> Standing:
    return Standing([_("Day"), _("Site"), _("Reason"), _("Document")], queries.sites.latest_majeure())
