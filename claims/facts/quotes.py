"""Works after a quote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from claims.case import QuoteFact
from claims.facts.asked import Asked
from claims.queries import facts as queries


@dataclass(slots=True)
class Quoted:
    """A stored quote, in the order of the columns of `queries.quotes`."""

    organisation_id: int
    service: str
    number: str
    amount: int
    accepted_amount: int | None
    accepted_on: dt.date | None


class Quotes:
    """Those of the batch by member, the latest first; nothing is read where no works are claimed."""

    def __init__(self, lines: Sequence[Asked]) -> None:
        self._by_member: dict[int, list[Quoted]] = {}
        members = {each.claim.member_id for each in lines if each.claim.member_id is not None}
        for row in queries.quotes(members) if members else ():
            self._by_member.setdefault(row[0], []).append(Quoted(*row[1:]))

    def of(self, asked: Asked) -> QuoteFact | None:
        """The quote that the line names, else the provider's latest for this service."""
        claim, line = asked.claim, asked.line
        for each in self._by_member.get(claim.member_id or 0, ()):
            is_ours = each.organisation_id == claim.organisation_id and each.service == line.service
            if is_ours and line.authorisation_no in ("", each.number):
                return QuoteFact(each.number, each.amount, each.accepted_amount, each.accepted_on)
        return None
