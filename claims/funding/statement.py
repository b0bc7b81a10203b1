"""A quarter as funders read it: what each bears, line by line, and that it all adds up to what was posted."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from care.capitation.counting import Month
from claims.funding import queries
from claims.funding.models import FundingPart
from core.actors import Actor
from procurement.funding import Funding
from procurement.services import rules


@dataclass(frozen=True, slots=True)
class Quarter:
    """“2026-Q3”."""

    year: int
    number: int

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> dt.date:
        return Month(dt.date(self.year, 3 * self.number, 1)).last

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def before(self) -> Quarter:
        return quarter_of(self.first - dt.timedelta(days=1))


def quarter_of(day: dt.date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def read_quarter(typed: str) -> Quarter | None:
    match = re.fullmatch(r"(20\d\d)-Q([1-4])", typed)
    return Quarter(int(match[1]), int(match[2])) if match else None


@dataclass(frozen=True, slots=True)
class Line:
    """What a funder bears of a part. `contract` and `provider` are empty where the reader may not know them."""

    part: FundingPart
    contract: str
    provider: str
    share: Decimal
    amount: int


@dataclass(frozen=True, slots=True)
class Sums:
    """Of a quarter: minor units by funder; `by_line`: service line → funder → minor units."""

    by_funder: Mapping[str, int]
    by_line: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Control:
    """Minor units that must be equal: shares of the parts, payables behind them, the ledger. `faults`: parts by id.

    `posted` counts what was posted to providers in the quarter; the rest is borne by the fund alone, under no rule.
    """

    shares: int
    payables: int
    ledger: int
    posted: int
    posted_count: int
    split_count: int
    faults: Sequence[int]

    @property
    def adds_up(self) -> bool:
        return not self.faults and self.shares == self.payables == self.ledger


def plan_of(quarter: Quarter) -> Funding:
    """The rules and funders as in force on its last day."""
    return rules.funding(quarter.last)


def sums(quarter: Quarter) -> Sums:
    """From the shares alone; two statements."""
    by_funder: dict[str, int] = defaultdict(int)
    by_line: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for part in queries.parts(quarter.first, quarter.last):
        for share in part.shares:
            by_funder[share.funder] += share.amount
            by_line[part.service_line][share.funder] += share.amount
    return Sums(by_funder, by_line)


def lines(quarter: Quarter, funder: str, who: Actor) -> list[Line]:
    """By month and contract; a contract about restricted services shows its sums alone."""
    known, found = queries.known_contract_ids(who), []
    for part in queries.parts(quarter.first, quarter.last, funder):
        is_known = part.contract_id in known
        contract, provider = (part.contract.number, part.contract.organisation.name) if is_known else ("", "")
        for share in part.shares:
            if share.funder == funder:
                found.append(Line(part, contract, provider, share.share, share.amount))
    return found


def control(quarter: Quarter) -> Control:
    """Every part against its payables and its journal; five statements for any number."""
    parts = queries.parts(quarter.first, quarter.last)
    behind = queries.line_sums(quarter.first, quarter.last)
    ledger = queries.ledger_sums(quarter.first, quarter.last)
    count, posted, _shared, split_count = queries.posted_sums((quarter.first, quarter.last))
    faults = [
        part.id for part in parts
        if not sum(share.amount for share in part.shares) == part.amount == behind.get(part.id, 0)
    ]  # fmt: skip
    return Control(
        shares=sum(share.amount for part in parts for share in part.shares), payables=sum(behind.values()),
        ledger=sum(amount for code, amount in ledger.items() if not code.startswith("shared:")), posted=int(posted),
        posted_count=count, split_count=split_count, faults=faults,
    )  # fmt: skip
