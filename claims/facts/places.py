"""Nights in places of a provider, and certificates of the places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from claims.benefit_plan.rows import ServiceRow
from claims.case import PlaceFact
from claims.facts.asked import Asked, spanned
from claims.queries import facts as queries

ONE: Final = dt.timedelta(days=1)


@dataclass(slots=True)
class Held:
    """A place that a member held, in the order of the columns of `queries.occupancies`."""

    organisation_id: int
    place: str
    moved_in_on: dt.date
    moved_out_on: dt.date | None
    doubt: str
    doubt_other: str
    doubt_from: dt.date | None
    doubt_until: dt.date | None


class Places:
    """Those of the batch by member, the earliest first; nothing is read where no nights are claimed."""

    def __init__(self, lines: Sequence[Asked]) -> None:
        self._by_member: dict[int, list[Held]] = {}
        self._certificates: dict[tuple[int, str, str], list[tuple[dt.date, dt.date]]] = {}
        for row in queries.occupancies(*spanned(lines)) if lines else ():
            self._by_member.setdefault(row[0], []).append(Held(*row[1:]))
        organisations = {each.claim.organisation_id for each in lines}
        kinds = {each.row.needs_certificate for each in lines if each.row is not None and each.row.needs_certificate}
        for organisation, place, kind, begins, ends in queries.certificates(organisations, kinds) if kinds else ():
            self._certificates.setdefault((organisation, place, kind), []).append((begins, ends))

    def of(self, asked: Asked, row: ServiceRow) -> PlaceFact | None:
        """The nights of the line on which the member held a place of this provider; none held: no fact."""
        fact: PlaceFact | None = None
        nights: set[dt.date] = set()
        first, organisation_id = asked.line.service_from or asked.day, asked.claim.organisation_id
        for held in self._by_member.get(asked.claim.member_id or 0, ()):
            own = _nights(held, first, asked.day)
            if held.organisation_id != organisation_id or not own:
                continue
            fact = fact or PlaceFact(held.place)
            nights.update(own)
            doubted = [night for night in own if _is_doubted(held, night)]
            if doubted and not fact.doubt:
                fact.doubt, fact.doubt_other = held.doubt, held.doubt_other
                fact.doubt_on, fact.doubt_nights = doubted[0], len(doubted)
            if row.needs_certificate and fact.uncertified_on is None:
                self._certify(fact, organisation_id, held.place, row.needs_certificate, own)
        if fact is not None:
            fact.nights = tuple(sorted(nights))
        return fact

    def _certify(self, fact: PlaceFact, organisation_id: int, place: str, kind: str, nights: Sequence[dt.date]) -> None:
        """Every night needs one; the first without names the place and its latest certificate."""
        known = self._certificates.get((organisation_id, place, kind), ())
        bare = [night for night in nights if not any(begins <= night <= ends for begins, ends in known)]
        if bare:
            fact.uncertified_on, fact.place = bare[0], place
            fact.certified_until = max([ends for _, ends in known], default=None)


def _nights(held: Held, first: dt.date, last: dt.date) -> list[dt.date]:
    """Nights inside the days of the line; the day of moving out is free."""
    begins = max(first, held.moved_in_on)
    ends = last if held.moved_out_on is None else min(last, held.moved_out_on - ONE)
    return [begins + dt.timedelta(days=n) for n in range((ends - begins).days + 1)]


def _is_doubted(held: Held, night: dt.date) -> bool:
    if not held.doubt or held.doubt_from is None or night < held.doubt_from:
        return False
    return held.doubt_until is None or night <= held.doubt_until
