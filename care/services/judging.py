"""Is a row of care true by itself, beside its file and beside what is stored? One class per kind of record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from care.records import AttendanceRow, StayRow, VisitRow
from care.services.resolving import Numbers
from core import clock
from core.config import fund
from core.errors import InputErrors
from core.words import _l

Cells = dict[str, Any]
YES, NO = frozenset({"yes", "1", "true"}), frozenset({"no", "0", "false"})


def attendance_row(cells: Cells) -> AttendanceRow:
    arrived, left, absence = _minute(cells["arrived"]), _minute(cells["left"]), cells["absence"] or ""
    if absence and (arrived is not None or left is not None):
        raise InputErrors.at("absence", _l("An absent child has no times. Keep the absence or the times."), absence)
    if not absence and arrived is None:
        raise InputErrors.at("arrived", _l("Write when the child arrived, or why it was absent."))
    if arrived is not None and left is not None and left <= arrived:
        raise InputErrors.at("left", _l("The child left before it arrived."))
    return AttendanceRow(
        member=cells["member_id"],
        provider=cells["provider_id"] or "",
        site=cells["facility_id"],
        day=cells["attended_on"],
        arrived_minute=arrived,
        left_minute=left,
        absence=absence,
        notified_on=cells["notified_on"],
        has_note=_is_yes(cells["doctors_note"]),
    )


def visit_row(cells: Cells) -> VisitRow:
    starts, ends = _minute(cells["started"]), _minute(cells["ended"])
    if starts is not None and starts == ends:
        raise InputErrors.at("ended", _l("The visit ends at the minute it starts."))
    return VisitRow(
        number=cells["visit_id"],
        member=cells["member_id"],
        provider=cells["provider_id"] or "",
        worker=cells["practitioner_id"] or "",
        service=cells["code"],
        day=cells["visited_on"],
        place=cells["place"] or "",
        place_reason=cells["place_reason"] or "",
        edited_on=cells["edited_on"],
        edit_reason=cells["edit_reason"] or "",
        starts_minute=starts,
        # An end before the start is on the next day.
        ends_minute=ends + 1440 if starts is not None and ends is not None and ends < starts else ends,
    )


def stay_row(cells: Cells) -> StayRow:
    admitted_on, discharged_on = cells["admitted_on"], cells["discharged_on"]
    if discharged_on and discharged_on < admitted_on:
        raise InputErrors.at("discharged_on", _l("The discharge stands before the admission."), discharged_on)
    return StayRow(
        member=cells["member_number"],
        reference=cells["stay_number"],
        admitted_on=admitted_on,
        discharged_on=discharged_on,
        provider_code=cells["provider_id"] or "",
    )


PLAIN: dict[str, Callable[[Cells], Any]] = {"attendance": attendance_row, "visits": visit_row, "stays": stay_row}


class Judge:
    """What every kind asks: is the member ours and alive, the day past, the row here only once?"""

    kind = ""
    key_field = ""

    def __init__(self, rows: Sequence[Any], organisation_id: int | None) -> None:
        self.numbers = Numbers({row.member for row in rows}, organisation_id)
        self.organisation_id = organisation_id
        self._today = clock.today(fund().zone)
        self._seen: set[Any] = set()

    def __call__(self, cells: Cells) -> Any:
        row = PLAIN[self.kind](cells)
        self._check_member(row, "member_number" if self.kind == "stays" else "member_id")
        self.check(row)
        key = self.key(row)
        if key in self._seen:
            raise InputErrors.at(self.key_field, _l("This record stands further up in the file already."))
        self._seen.add(key)
        return row

    def check(self, row: Any) -> None:
        """What only this kind asks. Raises InputErrors."""

    def key(self, row: Any) -> Any:
        raise NotImplementedError

    def _check_member(self, row: Any, field: str) -> None:
        if row.member not in self.numbers.members:
            raise InputErrors.at(field, _l("We know no member with this number."), row.member)

    def _check_day(self, day: dt.date, field: str, member: str) -> None:
        if day > self._today:
            raise InputErrors.at(field, _l("This day is still to come."), day)
        if day < self.numbers.members[member].born_on:
            raise InputErrors.at(field, _l("The member was not born on this day."), day)

    def _organisation(self, number: str) -> int:
        found = self.numbers.organisation(number)
        if found is None:
            message = _l("This is not your number.") if self.organisation_id else _l("We know no such provider.")
            raise InputErrors.at("provider_id", message, number)
        return found


class AttendanceJudge(Judge):
    kind, key_field = "attendance", "attended_on"

    def check(self, row: AttendanceRow) -> None:
        self._check_day(row.day, "attended_on", row.member)
        if (self._organisation(row.provider), row.site) not in self.numbers.sites:
            raise InputErrors.at("facility_id", _l("This provider has no site with this number."), row.site)

    def key(self, row: AttendanceRow) -> Any:
        return row.member, row.provider, row.site, row.day


class VisitJudge(Judge):
    kind, key_field = "visits", "visit_id"

    def check(self, row: VisitRow) -> None:
        self._check_day(row.day, "visited_on", row.member)
        self._organisation(row.provider)
        if row.service not in self.numbers.services:
            raise InputErrors.at("code", _l("This service is not in the catalogue."), row.service)

    def key(self, row: VisitRow) -> Any:
        return row.provider, row.number


class StayJudge(Judge):
    kind, key_field = "stays", "stay_number"

    def key(self, row: StayRow) -> Any:
        return row.member, row.reference


JUDGES: dict[str, type[Judge]] = {"attendance": AttendanceJudge, "visits": VisitJudge, "stays": StayJudge}


def _minute(time: dt.time | None) -> int | None:
    return None if time is None else time.hour * 60 + time.minute


def _is_yes(cell: str | None) -> bool:
    if cell and cell.lower() not in YES | NO:
        raise InputErrors.at("doctors_note", _l("Write yes or no."), cell)
    return bool(cell) and str(cell).lower() in YES
