"""A site's roster, its opening hours and the days it is closed, row by row."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from typing import Any

from care.models.sites import PLANNED, WORKED
from care.records import ClosureRow, DutyRow, HoursRow, MajeureRow
from care.services.judging.judge import Cells, Judge, is_yes, minute_of
from core import codes
from core.errors import InputErrors
from core.words import _l
from providers.opening_times import WEEKDAYS, read_week

LONGEST_CLOSURE = 366


def duty_row(cells: Cells) -> DutyRow:
    starts, ends = minute_of(cells["starts"]), minute_of(cells["ends"])
    if (starts is None) != (ends is None):
        where = "ends" if ends is None else "starts"
        raise InputErrors.at(where, _l("Write the start and the end; leave both blank for somebody not on duty."))
    if starts is not None and ends is not None and ends <= starts:
        raise InputErrors.at("ends", _l("The shift ends before it begins."), cells["ends"])
    kind = (cells["kind"] or WORKED).lower()
    if kind not in (PLANNED, WORKED):
        raise InputErrors.at("kind", _l("Write planned or worked."), kind)
    return DutyRow(
        room=cells["room"] or "",
        kind=kind,
        provider=cells["provider_id"] or "",
        site=cells["facility_id"],
        worker=cells["worker_id"],
        day=cells["day"],
        starts_minute=starts,
        ends_minute=ends,
    )


class RosterJudge(Judge):
    key_field = "worker_id"
    plain = staticmethod(duty_row)

    def check(self, row: DutyRow) -> DutyRow:
        if row.kind == WORKED and row.day > self.today:
            raise InputErrors.at("day", _l("Nobody has worked on a day still to come: write the shift as planned."))
        found = replace(row, site_id=self.site(row.provider, row.site))
        self.check_room(found.site_id, row.room)
        # in any room: nobody is in two at once
        shifts = self._shifts[self.organisation(row.provider), row.day, row.kind, row.worker]
        if any(_meet(row, other) for other in shifts):
            raise InputErrors.at("starts", _l("This worker is on duty at that time already."), row.worker)
        shifts.append(row)
        return found

    def key(self, row: DutyRow) -> Any:
        return row.provider, row.site, row.day, row.kind, row.worker, row.starts_minute

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._shifts: dict[Any, list[DutyRow]] = defaultdict(list)


def _meet(one: DutyRow, other: DutyRow) -> bool:
    spans = sorted((row.starts_minute or 0, row.ends_minute or 1440) for row in (one, other))
    return spans[1][0] < spans[0][1]


def hours_row(cells: Cells) -> HoursRow:
    hours = read_week(cells)
    if not hours:
        raise InputErrors.at(WEEKDAYS[0], _l("Write the hours of one day at least, like 07:00-18:00."))
    return HoursRow(
        provider=cells["provider_id"] or "",
        site=cells["facility_id"],
        service_line=cells["service_line"] or "",
        valid_from=cells["valid_from"],
        hours=hours,
    )


class HoursJudge(Judge):
    key_field = "facility_id"
    plain = staticmethod(hours_row)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._lines = {row.code for row in codes.service_lines()}

    def check(self, row: HoursRow) -> HoursRow:
        if row.service_line and row.service_line not in self._lines:
            said = _l("Write one of: %(values)s.", values=", ".join(sorted(self._lines)))
            raise InputErrors.at("service_line", said, row.service_line)
        return replace(row, site_id=self.site(row.provider, row.site))

    def key(self, row: HoursRow) -> Any:
        return row.provider, row.site, row.service_line, row.valid_from


def spell_of(cells: Cells) -> tuple[dt.date, ...]:
    """Every day from the first to the last; no last day: one day."""
    first, last = cells["first_on"], cells["last_on"] or cells["first_on"]
    if last < first:
        raise InputErrors.at("last_on", _l("The last day lies before the first."), last)
    if (last - first).days >= LONGEST_CLOSURE:
        raise InputErrors.at("last_on", _l("That is more than a year. Write shorter spells."), last)
    return tuple(first + dt.timedelta(days=n) for n in range((last - first).days + 1))


def closure_row(cells: Cells) -> ClosureRow:
    days = spell_of(cells)
    is_closed = is_yes(cells, "is_closed", default=True)
    if is_closed and not cells["reason"]:
        raise InputErrors.at("reason", _l("Say why the site is closed: parents and claims officers read it."))
    return ClosureRow(
        provider=cells["provider_id"] or "",
        site=cells["facility_id"],
        days=days,
        reason=(cells["reason"] or "")[:80],
        is_closed=is_closed,
    )


class ClosureJudge(Judge):
    key_field = "first_on"
    plain = staticmethod(closure_row)

    def check(self, row: ClosureRow) -> ClosureRow:
        return replace(row, site_id=self.site(row.provider, row.site))

    def key(self, row: ClosureRow) -> Any:
        return row.provider, row.site, row.days


def majeure_row(cells: Cells) -> MajeureRow:
    holds = is_yes(cells, "holds", default=True)
    if holds and not (cells["reason"] and cells["document"]):
        where = "document" if cells["reason"] else "reason"
        raise InputErrors.at(where, _l("Say what happened and which document shows it."))
    return MajeureRow(
        provider=cells["provider_id"] or "",
        site=cells["facility_id"],
        days=spell_of(cells),
        reason=(cells["reason"] or "")[:80],
        document=(cells["document"] or "")[:80],
        holds=holds,
    )


class MajeureJudge(Judge):
    key_field = "first_on"
    plain = staticmethod(majeure_row)

    def check(self, row: MajeureRow) -> MajeureRow:
        if row.days[-1] > self.today:
            raise InputErrors.at("last_on", _l("This day is still to come."), row.days[-1])
        return replace(row, site_id=self.site(row.provider, row.site))

    def key(self, row: MajeureRow) -> Any:
        return row.provider, row.site, row.days
