"""Visits cancelled and requests for care, row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from care import queries
from care.cancelling import FUND, REASONS, is_closed
from care.queries.planned import local_instant
from care.records import CancellationRow, RequestRow
from care.services.judging.judge import Cells, Judge, is_yes, minute_of
from care.services.judging.places import OfMember, of_member
from core import clock
from core.config import fund
from core.errors import InputErrors
from core.words import _l

URGENCIES, ORIGINS = ("urgent", "routine"), ("member", "referral", "fund")


def cancelled_visit(cells: Cells) -> OfMember:
    """Reads a row by itself: a known reason, and the day and the hour told together or neither."""
    if cells["reason"] not in REASONS:
        raise InputErrors.at("reason", _l("Write one of: %(values)s.", values=", ".join(REASONS)), cells["reason"])
    if (cells["told_on"] is None) != (cells["told_time"] is None):
        where = "told_time" if cells["told_time"] is None else "told_on"
        raise InputErrors.at(where, _l("Write the day and the hour; leave both blank for just now."))
    return of_member(cells)


class CancellationJudge(Judge):
    """A visit that is due and that nobody made; a provider writes no fund’s reasons and no closed months."""

    key_field = "due_on"
    plain = staticmethod(cancelled_visit)

    def __init__(self, rows: Sequence[OfMember], organisation_id: int | None) -> None:
        super().__init__(rows, organisation_id)
        named = {self.numbers.organisation(row.provider) for row in rows} - {None}
        days, organisations = {row.cells["due_on"] for row in rows}, [key for key in named if key is not None]
        self._due = queries.promised.visits_by_hour(organisations, days)
        self._started = queries.promised.started(organisations, days)

    def check(self, row: OfMember) -> CancellationRow:
        cells, zone = row.cells, fund().zone
        due_at = local_instant(cells["due_on"], minute_of(cells["due_time"]) or 0, zone)
        member_id = self.numbers.members[row.member].id
        visit = self._due.get((self.organisation(row.provider), member_id, cells["code"], due_at))
        if visit is None:
            raise InputErrors.at("due_on", _l("No visit of this service is due to this member at that hour."))
        is_withdrawn = is_yes(cells, "withdrawn")
        if (visit.placement_id, due_at) in self._started and not is_withdrawn:
            raise InputErrors.at("due_on", _l("This visit was made: it cannot be cancelled."))
        self._check_who(cells)
        told = cells["told_on"] and local_instant(cells["told_on"], minute_of(cells["told_time"]) or 0, zone)
        if told and told > clock.now():
            raise InputErrors.at("told_on", _l("This moment is still to come."), cells["told_on"])
        return CancellationRow(
            placement_id=visit.placement_id,
            organisation_id=visit.organisation_id,
            member_id=member_id,
            service=visit.service,
            due_at=due_at,
            due_on=visit.day,
            reason=cells["reason"],
            told_at=told or None,
            is_withdrawn=is_withdrawn,
            correction=cells["correction"] or "",
        )

    def _check_who(self, cells: Cells) -> None:
        closed = is_closed(cells["due_on"], self.today)
        if self.organisation_id is None:
            if closed and not cells["correction"]:
                raise InputErrors.at("correction", _l("This month has closed: say why you correct it."))
            return
        if closed:
            said = _l("This month has closed. Ask the fund’s care assessor for a correction.")
            raise InputErrors.at("due_on", said, cells["due_on"])
        if REASONS[cells["reason"]].who == FUND:
            raise InputErrors.at("reason", _l("Only the fund gives this reason."), cells["reason"])

    def key(self, row: OfMember) -> Any:
        return row.provider, row.member, row.cells["code"], row.cells["due_on"], row.cells["due_time"]


class RequestJudge(Judge):
    """Who asked, when, how urgently, and when somebody answered. Days once written are changed by the fund alone."""

    key_field = "number"
    plain = staticmethod(of_member)

    def __init__(self, rows: Sequence[OfMember], organisation_id: int | None) -> None:
        super().__init__(rows, organisation_id)
        self._stored = queries.promised.requests({row.cells["number"] for row in rows})

    def check(self, row: OfMember) -> RequestRow:
        cells, organisation = row.cells, self.organisation(row.provider)
        self.check_day(cells["received_on"], "received_on", row.member)
        for name, known in (("urgency", URGENCIES), ("origin", ORIGINS), ("code", self.numbers.services)):
            if cells[name] not in known:
                raise InputErrors.at(name, _l("Write one of: %(values)s.", values=", ".join(known)), cells[name])
        for name in ("first_contact_on", "withdrawn_on"):
            self._check_after(cells, name)
        found = RequestRow(
            number=cells["number"],
            organisation_id=organisation,
            member_id=self.numbers.members[row.member].id,
            service=cells["code"],
            urgency=cells["urgency"],
            origin=cells["origin"],
            received_on=cells["received_on"],
            first_contact_on=cells["first_contact_on"],
            withdrawn_on=cells["withdrawn_on"],
        )
        self._check_unchanged(found)
        return found

    def _check_after(self, cells: Cells, name: str) -> None:
        day: dt.date | None = cells[name]
        if day is not None and day < cells["received_on"]:
            raise InputErrors.at(name, _l("This day lies before the request."), day)
        if day is not None and day > self.today:
            raise InputErrors.at(name, _l("This day is still to come."), day)

    def _check_unchanged(self, row: RequestRow) -> None:
        stored = self._stored.get((row.organisation_id, row.number))
        if stored is None or self.organisation_id is None:
            return
        names = ["received_on", "urgency", "origin", "member_id", "service"]
        names += [name for name in ("first_contact_on", "withdrawn_on") if getattr(stored, name) is not None]
        fields = {"member_id": "member_id", "service": "code"}
        for name in names:
            if getattr(stored, name) != getattr(row, name):
                said = _l("This stands otherwise on record. Ask the fund’s care assessor to change it.")
                raise InputErrors.at(fields.get(name, name), said)

    def key(self, row: OfMember) -> Any:
        return row.provider, row.cells["number"]
