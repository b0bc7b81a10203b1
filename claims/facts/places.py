"""Nights in places of a provider, certificates of the places, and works after a quote."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from claims.case import PlaceFact, QuoteFact
from claims.filed import Filed
from claims.intake.values import LineInput
from claims.queries import facts as queries

ONE = dt.timedelta(days=1)


class Places:
    """`held`: member → occupancies of the batch."""

    def __init__(
        self, held: Mapping[int, Sequence[Any]], organisation_ids: Collection[int], kinds: Collection[str]
    ) -> None:
        self._held = held
        self._certificates: dict[tuple[int, str, str], list[Any]] = defaultdict(list)
        for row in queries.certificates(organisation_ids, kinds) if kinds else ():
            self._certificates[row.organisation_id, row.place, row.kind].append(row)

    def of(self, claim: Filed, first: dt.date, last: dt.date, row: Any) -> PlaceFact | None:
        """The nights that the member held a place of this provider from `first` to `last`; none held: no fact."""
        fact: PlaceFact | None = None
        nights: set[dt.date] = set()
        for held in self._held.get(claim.member_id or 0, ()):
            own = _nights(held, first, last)
            if held.organisation_id != claim.organisation_id or not own:
                continue
            fact = fact or PlaceFact(held.place)
            nights.update(own)
            doubted = [night for night in own if _is_doubted(held, night)]
            if doubted and not fact.doubt:
                fact.doubt, fact.doubt_other = held.doubt, held.doubt_other
                fact.doubt_on, fact.doubt_nights = doubted[0], len(doubted)
            if row.needs_certificate and fact.uncertified_on is None:
                self._certify(fact, claim.organisation_id, held.place, row.needs_certificate, own)
        if fact is not None:
            fact.nights = tuple(sorted(nights))
        return fact

    def _certify(self, fact: PlaceFact, organisation_id: int, place: str, kind: str, nights: Sequence[dt.date]) -> None:
        """Every night needs one; the first without names the place and its latest certificate."""
        known = self._certificates.get((organisation_id, place, kind), ())
        bare = (night for night in nights if not any(row.valid_from <= night <= row.valid_until for row in known))
        fact.uncertified_on = next(bare, None)
        if fact.uncertified_on is not None:
            fact.place = place
            fact.certified_until = max((row.valid_until for row in known), default=None)


def _nights(held: Any, first: dt.date, last: dt.date) -> list[dt.date]:
    """Nights inside the days of the line; the day of moving out is free."""
    begins = max(first, held.moved_in_on)
    ends = last if held.moved_out_on is None else min(last, held.moved_out_on - ONE)
    return [begins + dt.timedelta(days=n) for n in range((ends - begins).days + 1)]


def _is_doubted(held: Any, night: dt.date) -> bool:
    if not held.doubt or held.doubt_from is None or night < held.doubt_from:
        return False
    return held.doubt_until is None or night <= held.doubt_until


def quote_fact(quotes: Iterable[Any], claim: Filed, line: LineInput) -> QuoteFact | None:
    """The quote that the line names, else the provider's latest for this service."""
    fitting = [
        row
        for row in quotes
        if row.organisation_id == claim.organisation_id
        and row.service == line.service
        and line.authorisation_no in ("", row.number)
    ]
    if not fitting:
        return None
    row = fitting[0]
    return QuoteFact(row.number, row.amount, row.accepted_amount, row.accepted_on)
