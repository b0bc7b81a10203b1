"""Is a row of care true by itself, beside its file and beside what is stored? One class per kind of record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from care.services.resolving import Numbers
from core import clock
from core.config import fund
from core.errors import InputErrors
from core.words import _l
from providers.queries import rooms_of

Cells = dict[str, Any]
YES, NO = frozenset({"yes", "1", "true"}), frozenset({"no", "0", "false"})


class Judge:
    """What every kind asks: is the member ours, the provider itself, the row here only once?

    `plain` reads a row by itself; `rows` are all of the file, read so.
    """

    key_field = ""
    member_field = "member_id"
    plain: Callable[[Cells], Any]

    def __init__(self, rows: Sequence[Any], organisation_id: int | None) -> None:
        self.numbers = Numbers({row.member for row in rows if getattr(row, "member", "")}, organisation_id)
        self.organisation_id = organisation_id
        self.today = clock.today(fund().zone)
        self._seen: set[Any] = set()

    def __call__(self, row: Any) -> Any:
        if hasattr(row, "member"):
            self._check_member(row)
        found = self.check(row) or row
        key = self.key(row)
        if key in self._seen:
            raise InputErrors.at(self.key_field, _l("This record stands further up in the file already."))
        self._seen.add(key)
        return found

    def check(self, row: Any) -> Any:
        """What only this kind asks; the row with what was found, or None for the row itself. Raises InputErrors."""

    def key(self, row: Any) -> Any:
        raise NotImplementedError

    def site(self, provider: str, number: str) -> int:
        """The id of a provider's site."""
        found = self.numbers.sites.get((self.organisation(provider), number))
        if found is None:
            raise InputErrors.at("facility_id", _l("This provider has no site with this number."), number)
        return found

    def _check_member(self, row: Any) -> None:
        if row.member not in self.numbers.members:
            raise InputErrors.at(self.member_field, _l("We know no member with this number."), row.member)

    def check_day(self, day: dt.date, field: str, member: str) -> None:
        if day > self.today:
            raise InputErrors.at(field, _l("This day is still to come."), day)
        if day < self.numbers.members[member].born_on:
            raise InputErrors.at(field, _l("The member was not born on this day."), day)

    def check_room(self, site_id: int, room: str) -> None:
        """A site that has named its rooms knows no others."""
        known = self.rooms.get(site_id) if room else None
        if known and room not in known:
            said = _l("This site has no such room. It has: %(rooms)s.", rooms=", ".join(sorted(known)))
            raise InputErrors.at("room", said, room)

    @cached_property
    def rooms(self) -> dict[int, set[str]]:
        """Site → names of its rooms; read when the first row names one."""
        return rooms_of(set(self.numbers.sites.values()))

    def organisation(self, number: str) -> int:
        found = self.numbers.organisation(number)
        if found is None:
            message = _l("This is not your number.") if self.organisation_id else _l("We know no such provider.")
            raise InputErrors.at("provider_id", message, number)
        return found


def minute_of(time: dt.time | None) -> int | None:
    """Minutes after midnight."""
    return None if time is None else time.hour * 60 + time.minute


def is_yes(cells: Cells, name: str, default: bool = False) -> bool:
    """A cell that says yes or no; blank is the default."""
    cell = str(cells[name] or "").lower()
    if cell and cell not in YES | NO:
        raise InputErrors.at(name, _l("Write yes or no."), cell)
    return cell in YES if cell else default
