"""Judged rows about sites and places, handed to the services that keep them; what they touch is closed again."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from care import queries
from care.records import CertificateRow, ClosureRow, DutyRow, HoursRow, MajeureRow, OccupancyRow, QuoteRow, ShiftRow
from care.services.closing import close_records
from care.services.judging.places import Of
from care.services.premises import (
    record_certificates,
    record_majeure,
    record_occupancies,
    record_quotes,
    record_roster,
)
from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.imports import Outcome, Sender
from providers.models import Site
from providers.services.places import close_site_on, open_site_on, set_opening_hours

T = TypeVar("T")


def take_roster(rows: Sequence[DutyRow], sender: Sender) -> Outcome:
    """A file is the roster of the days it names; a form says one worker's day beside the others."""
    by_site: dict[tuple[int, str], list[DutyRow]] = defaultdict(list)
    for row in rows:
        by_site[row.site_id, row.kind].append(row)
    for (site_id, kind), named in by_site.items():
        days = {row.day for row in named}
        shifts = [
            ShiftRow(row.worker, row.day, row.starts_minute, row.ends_minute, row.room)
            for row in named
            if row.starts_minute is not None and row.ends_minute is not None
        ]
        if not sender.is_whole:
            shifts += queries.sites.others_on_duty(site_id, kind, days, {row.worker for row in named})
        record_roster(_site(site_id), shifts, kind=kind, days=days, source=sender.source, by=sender.by)
    _close({row.site_id for row in rows}, [row.day for row in rows], sender.by)
    return Outcome(added=len(rows), rows=len(rows))


def take_hours(rows: Sequence[HoursRow], sender: Sender) -> Outcome:
    for row in sorted(rows, key=lambda row: row.valid_from):
        line = row.service_line or None
        site = _site(row.site_id)
        set_opening_hours(site, row.hours, valid_from=row.valid_from, service_line=line, by=sender.by)
    days = [row.valid_from for row in rows]
    _close({row.site_id for row in rows}, [*days, clock.today(fund().zone)] if days else [], sender.by)
    return Outcome(added=len(rows), rows=len(rows))


def take_closures(rows: Sequence[ClosureRow], sender: Sender) -> Outcome:
    for row in rows:
        if row.is_closed:
            close_site_on(_site(row.site_id), row.days, reason=row.reason, by=sender.by)
        else:
            open_site_on(_site(row.site_id), row.days, reason=row.reason, by=sender.by)
    _close({row.site_id for row in rows}, [day for row in rows for day in row.days], sender.by)
    return Outcome(added=len(rows), rows=len(rows))


def take_majeure(rows: Sequence[MajeureRow], sender: Sender) -> Outcome:
    for row in rows:
        record_majeure(_site(row.site_id), row, source=sender.source, by=sender.by)
    return Outcome(added=len(rows), rows=len(rows))


def take_occupancies(rows: Sequence[Of[OccupancyRow]], sender: Sender) -> Outcome:
    outcome = _each(record_occupancies, rows, sender)
    days = [day for one in rows for day in (one.row.moved_in_on, one.row.moved_out_on or clock.today(fund().zone))]
    _close_of({one.organisation_id for one in rows}, days, sender.by)
    return outcome


def take_certificates(rows: Sequence[Of[CertificateRow]], sender: Sender) -> Outcome:
    return _each(record_certificates, rows, sender)


def take_quotes(rows: Sequence[Of[QuoteRow]], sender: Sender) -> Outcome:
    return _each(record_quotes, rows, sender)


def take_acceptances(rows: Sequence[Of[QuoteRow]], sender: Sender) -> Outcome:
    """Each stands in the trail by itself: money follows from it."""
    outcome = _each(record_quotes, rows, sender)
    for one in rows:
        after = {"amount": one.row.accepted_amount, "on": one.row.accepted_on, "quoted": one.row.amount}
        audit.record("care", Act.WORKS_ACCEPTED, one.row.number, by=sender.by, reason=sender.source, after=after)
    return outcome


def _each(record: Callable[..., Outcome], rows: Sequence[Of[T]], sender: Sender) -> Outcome:
    """Organisation by organisation."""
    by_organisation: dict[int, list[T]] = defaultdict(list)
    for one in rows:
        by_organisation[one.organisation_id].append(one.row)
    outcomes = [record(of, some, source=sender.source, by=sender.by) for of, some in by_organisation.items()]
    return Outcome(sum(one.added for one in outcomes), sum(one.changed for one in outcomes), len(rows))


def _site(site_id: int) -> Site:
    found = db.session.get(Site, site_id)
    assert found is not None  # the judge found it
    return found


def _close(site_ids: Iterable[int], days: Sequence[dt.date], by: Actor) -> None:
    _close_of({_site(site_id).organisation_id for site_id in site_ids}, days, by)


def _close_of(organisation_ids: Iterable[int], days: Sequence[dt.date], by: Actor) -> None:
    """Records of days that have passed are compared with what is known now."""
    past = [day for day in days if day <= clock.today(fund().zone)]
    if past:
        close_records(min(past), max(past), by=by, organisation_ids=sorted(organisation_ids))
