"""What was given, row by row: a day of attendance, a visit, a stay."""

from __future__ import annotations

from typing import Any

from care.models.records import ADMISSIONS, DISCHARGES
from care.records import AttendanceRow, StayRow, VisitRow
from care.services.judging.judge import Cells, Judge, is_yes, minute_of
from core.errors import InputErrors
from core.words import _l

CODE_LENGTH = 12


def attendance_row(cells: Cells) -> AttendanceRow:
    arrived, left, absence = minute_of(cells["arrived"]), minute_of(cells["left"]), cells["absence"] or ""
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
        has_note=is_yes(cells, "doctors_note"),
        room=cells["room"] or "",
    )


def visit_row(cells: Cells) -> VisitRow:
    starts, ends = minute_of(cells["started"]), minute_of(cells["ended"])
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
        diagnosis=_code(cells, "diagnosis"),
        discharge_group=_code(cells, "discharge_group"),
        admission=_one_of(cells, "admission", ADMISSIONS),
        discharged_to=_one_of(cells, "discharged_to", DISCHARGES),
    )


def _code(cells: Cells, field: str) -> str:
    found = str(cells.get(field) or "")
    if len(found) > CODE_LENGTH:
        raise InputErrors.at(field, _l("A code has at most %(most)s characters.", most=CODE_LENGTH), found)
    return found


def _one_of(cells: Cells, field: str, known: tuple[str, ...]) -> str:
    found = str(cells.get(field) or "").lower()
    if found not in ("", *known):
        raise InputErrors.at(field, _l("Write one of: %(words)s; or leave it blank.", words=", ".join(known)), found)
    return found


class AttendanceJudge(Judge):
    key_field = "attended_on"
    plain = staticmethod(attendance_row)

    def check(self, row: AttendanceRow) -> None:
        self.check_day(row.day, "attended_on", row.member)
        self.check_room(self.site(row.provider, row.site), row.room)

    def key(self, row: AttendanceRow) -> Any:
        return row.member, row.provider, row.site, row.day


class VisitJudge(Judge):
    key_field = "visit_id"
    plain = staticmethod(visit_row)

    def check(self, row: VisitRow) -> None:
        self.check_day(row.day, "visited_on", row.member)
        self.organisation(row.provider)
        if row.service not in self.numbers.services:
            raise InputErrors.at("code", _l("This service is not in the catalogue."), row.service)

    def key(self, row: VisitRow) -> Any:
        return row.provider, row.number


class StayJudge(Judge):
    key_field, member_field = "stay_number", "member_number"
    plain = staticmethod(stay_row)

    def key(self, row: StayRow) -> Any:
        return row.member, row.reference
