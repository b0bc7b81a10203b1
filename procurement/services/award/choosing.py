"""Whom a lot goes to: the first of the ranking who may take it on that day; in a framework the first for each place.

Lots are considered in the order of their numbers. Who already holds the most lots that one bidder may win, or no longer
meets what the notice asks, is passed over for the next; the award says who was and why.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from core.errors import DomainError
from core.words import _l, ngettext
from procurement.models.evaluation import LotResult
from procurement.models.tender import Lot
from procurement.queries import tenders as queries
from procurement.queries.joint import members_of
from procurement.services.qualifying import failing

PROPOSED = ("proposed", "awarded", "contracted", "unsuccessful")
DECIDED = PROPOSED[1:]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """`ground`: a key of `GROUNDS`; `why` in words, with who and what."""

    result: LotResult
    ground: str
    why: str

    def to_json(self) -> dict[str, str]:
        return {"bid": self.result.bid.public_id, "ground": self.ground, "why": self.why}


@dataclass(frozen=True, slots=True)
class Choice:
    """`winners` in the order of their ranks; none: nobody of the ranking may take the lot."""

    winners: tuple[LotResult, ...]
    passed_over: tuple[PassedOver, ...]

    @property
    def winner(self) -> LotResult | None:
        """The first of them."""
        return next(iter(self.winners), None)

    @property
    def considered(self) -> list[LotResult]:
        """Everybody down to the last winner."""
        return [*(row.result for row in self.passed_over), *self.winners]


def choose(lot: Lot, on: dt.date) -> Choice:
    """Go down the ranking until every free place of the lot has somebody who may take it on `on`."""
    passed, winners = list[PassedOver](), list[LotResult]()
    members = {row.bid_id for row in queries.standing_awards(lot)}
    for row in (row for row in queries.results_of(lot) if row.rank and row.bid_id not in members):
        if len(winners) + len(members) == lot.members:
            break
        barrier = next(iter(_barriers(lot, row, on)), None)
        if barrier is None:
            winners.append(row)
        else:
            passed.append(PassedOver(row, *barrier))
    return Choice(tuple(winners), tuple(passed))


def waits_for(lot: Lot, choice: Choice, settled: Collection[str]) -> int | None:
    """The number of an earlier lot, not yet in a state of `settled`, that may still change who takes this one."""
    most, tender = lot.tender.most_lots_won, lot.tender
    earlier = [other for other in tender.lots if other.number < lot.number and other.state not in settled]
    if not most or not earlier:
        return None
    firm = _held(lot, [other for other in tender.lots if other.state in settled])
    wanted = {other.number: _members(queries.results_of(other)) for other in earlier}
    for organisation_id in _members(choice.considered):
        open_lots = [number for number, ids in wanted.items() if organisation_id in ids]
        if firm[organisation_id] < most <= firm[organisation_id] + len(open_lots):
            return open_lots[0]
    return None


def refuse_unsettled(lot: Lot, choice: Choice, settled: Collection[str]) -> None:
    """Lots go in the order of their numbers wherever the order matters."""
    earlier = waits_for(lot, choice, settled)
    if earlier:
        message = _l(
            "Lot %(earlier)s comes first: one bidder may win %(most)s at most, so it may change who takes this lot.",
            earlier=earlier, most=lot.tender.most_lots_won,
        )  # fmt: skip
        raise DomainError(message, code="lots_in_order")


def _barriers(lot: Lot, row: LotResult, on: dt.date) -> Iterable[tuple[str, str]]:
    if row.bid_id in queries.who_did_not_sign(lot):
        yield "not_signed", str(_l("%(name)s was awarded this lot and did not sign.", name=row.bid.bidder))
    most, held = lot.tender.most_lots_won, _held(lot, lot.tender.lots)
    for member in members_of(row.bid):
        if most and held[member.id] >= most:
            yield "most_lots", _holding(member.name, most)
    for sentence in failing(row.bid, lot, on):
        yield "not_eligible", str(sentence)


def _holding(name: str, most: int) -> str:
    return ngettext(
        "%(name)s already holds %(num)s lot, the most there may be.",
        "%(name)s already holds %(num)s lots, the most there may be.",
        most,
        name=name,
    )


def _held(lot: Lot, lots: Iterable[Lot]) -> Counter[int]:
    """Organisation → other lots of `lots` that it holds, alone or with partners, proposed or decided."""
    numbers = {other.id for other in lots if other.id != lot.id}
    awards = [row for row in queries.awards_of(lot.tender) if row.lot_id in numbers]
    return Counter(member.id for row in awards for member in members_of(row.bid))


def _members(results: Iterable[LotResult]) -> set[int]:
    return {member.id for row in results if row.is_admitted for member in members_of(row.bid)}
