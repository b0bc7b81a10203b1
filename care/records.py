"""The values that describe what was given, on their way in: a day of attendance, a visit, a stay."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from providers.opening_times import Week


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceRow:
    """`member` is the public id, `provider` the organisation's number or its registration's, `site` the site's
    number within it. Minutes count from fund-local midnight; an absent child has a reason and no times.
    `notified_on`: when the parents told the absence; `has_note`: sickness with a doctor's note."""

    member: str
    site: str
    day: dt.date
    provider: str = ""
    arrived_minute: int | None = None
    left_minute: int | None = None
    absence: str = ""
    notified_on: dt.date | None = None
    has_note: bool = False
    room: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """`number` is the provider's own; an element that is missing is blank or None and keeps the visit incomplete."""

    number: str
    member: str
    service: str
    day: dt.date
    provider: str = ""
    worker: str = ""
    place: str = ""
    starts_minute: int | None = None
    ends_minute: int | None = None
    place_reason: str = ""
    edited_on: dt.date | None = None
    edit_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StayRow:
    """A hospital or residential stay as its source reports it; no discharge: still there."""

    member: str
    reference: str
    admitted_on: dt.date
    discharged_on: dt.date | None = None
    provider_code: str = ""
    kind: str = "hospital"
    diagnosis: str = ""
    discharge_group: str = ""
    admission: str = ""
    discharged_to: str = ""


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A worker on duty in a room, or at the whole site; minutes count from fund-local midnight."""

    worker: str
    day: dt.date
    starts_minute: int
    ends_minute: int
    room: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupancyRow:
    """`kind`: what the place is, as the plan calls it; the day of moving out is free for the next."""

    place: str
    kind: str
    member_id: int
    moved_in_on: dt.date
    moved_out_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRow:
    kind: str
    number: str
    place: str
    valid_from: dt.date
    valid_until: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRow:
    """Amounts in minor units; `accepted_*` once the works were accepted."""

    number: str
    member_id: int
    service: str
    amount: int
    quoted_on: dt.date
    accepted_amount: int | None = None
    accepted_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """A worker's shift as a roster has it; without times: not on duty that day. `kind`: planned or worked;
    `site_id`: found by the judge."""

    site: str
    worker: str
    day: dt.date
    provider: str = ""
    room: str = ""
    kind: str = "worked"
    starts_minute: int | None = None
    ends_minute: int | None = None
    site_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursRow:
    """A site's week from a day on, for one kind of care or all of it."""

    site: str
    valid_from: dt.date
    hours: Week
    service_line: str = ""
    provider: str = ""
    site_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureRow:
    """Days on which a site is closed, or open after all."""

    site: str
    days: tuple[dt.date, ...]
    reason: str
    is_closed: bool = True
    provider: str = ""
    site_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationRow:
    """A visit due that was called off. `told_at` None: now; `is_withdrawn`: it takes place after all; `correction`:
    why the fund changes a month that has closed."""

    placement_id: int
    organisation_id: int
    member_id: int
    service: str
    due_at: dt.datetime
    due_on: dt.date
    reason: str
    told_at: dt.datetime | None = None
    is_withdrawn: bool = False
    correction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """Somebody asked for care; no first contact: nobody has answered yet."""

    number: str
    organisation_id: int
    member_id: int
    service: str
    urgency: str
    origin: str
    received_on: dt.date
    first_contact_on: dt.date | None = None
    withdrawn_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MajeureRow:
    """Days on which a site could not open, and the document that shows it; `holds` False: taken back."""

    site: str
    days: tuple[dt.date, ...]
    reason: str
    document: str
    provider: str = ""
    holds: bool = True
    site_id: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of a weekly pattern: `weekday` 0 Monday … 6 Sunday."""

    weekday: int
    starts_minute: int
    minutes: int
