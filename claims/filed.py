"""A claim with its number and its household: stored already, or about to be, or only asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from claims.sent import LineInput
from core.numbers import with_check

PARTITIONS: Final = 64
DRY_RUN_ID: Final = 2**62  # sorts behind every stored claim, as a claim sent now would
Row = tuple[Any, ...]


@dataclass(slots=True)
class Filed:
    """`version`: of its live decision, 0 before the first; `state`: of that decision."""

    id: int
    number: str
    partition: int
    organisation_id: int
    site_id: int | None
    provider_claim_no: str
    member_number: str
    member_id: int | None
    household_id: int | None
    received_at: dt.datetime
    lines: list[LineInput]
    replaces_claim_id: int | None = None
    version: int = 0
    state: str = "received"
    service_line: str = ""
    sent_by: str = ""
    waived: frozenset[str] = field(default_factory=frozenset)  # reasons that a reviewer has cleared
    referral_no: str = ""
    visit_type: str = ""
    stated_total: int | None = None
    is_restricted: bool = False

    def waits(self) -> dict[str, Any]:
        """Its row among the claims that a run is to decide."""
        return {
            "partition": self.partition,
            "household_id": self.household_id or 0,
            "claim_id": self.id,
            "member_id": self.member_id,
            "lines": len(self.lines),
            "settles_with": None,
        }


def stored(claims: Iterable[Row], lines: Iterable[Row]) -> list[Filed]:
    """Claims out of their rows and their lines' rows, both in the order of the columns that `queries.records` reads;
    lines may come in any order."""
    sent: dict[int, list[LineInput]] = {}
    words: dict[str, tuple[str, ...]] = {"": ()}  # what was written → its words; there are few different ones
    for row in lines:
        (claim_id, line_no, service, first, last, milli, price, amount, system, starts_at, ends_at) = row[:11]
        practitioner, authorisation_no, visit_no, diagnoses, unreadable = row[11:]
        for text in (diagnoses, unreadable):
            if text not in words:
                words[text] = tuple(text.split())
        line = LineInput(
            line_no, service, first, last, milli, price, amount, system, starts_at, ends_at,
            practitioner, authorisation_no, visit_no, words[diagnoses], words[unreadable],
        )  # fmt: skip
        sent.setdefault(claim_id, []).append(line)
    for each in sent.values():
        if len(each) > 1:
            each.sort(key=_line_no)
    return [_claim(row, sent.get(row[0], [])) for row in claims]


def _line_no(line: LineInput) -> int:
    return line.line_no


def _claim(row: Row, lines: list[LineInput]) -> Filed:
    (number, name, partition, organisation, site, own_number, member_number, member, household, received_at) = row[:10]
    replaces, version, state, service_line, sent_by, waived, referral_no, visit_type, total, is_restricted = row[10:]
    return Filed(
        number, name, partition, organisation, site, own_number, member_number, member, household, received_at, lines,
        replaces, version, state, service_line, sent_by, frozenset(waived.split()), referral_no, visit_type, total,
        is_restricted,
    )  # fmt: skip


def days_of(claims: Iterable[Filed]) -> tuple[dt.date, dt.date] | None:
    """The first and the last day that any of their lines names."""
    first: dt.date | None = None
    last: dt.date | None = None
    for claim in claims:
        for line in claim.lines:
            for day in (line.service_from, line.service_until):
                if day is not None:
                    first = day if first is None or day < first else first
                    last = day if last is None or day > last else last
    return None if first is None or last is None else (first, last)


def first_day(claims: Iterable[Filed]) -> dt.date | None:
    """The first of the days that count: the end of a line, else its start."""
    first: dt.date | None = None
    for claim in claims:
        for line in claim.lines:
            day = line.service_until or line.service_from
            if day is not None and (first is None or day < first):
                first = day
    return first


def asked_of(claims: Iterable[Filed]) -> dict[int, int]:
    """Organisation → minor units that its claims ask for."""
    found: dict[int, int] = {}
    for claim in claims:
        asked = found.get(claim.organisation_id, 0)
        for line in claim.lines:
            asked += line.amount
        found[claim.organisation_id] = asked
    return found


def claim_number(claim_id: int, received_on: dt.date) -> str:
    """2026-11-00112-K: the month of receipt, the id, the check character."""
    return with_check(f"{received_on:%Y-%m}-{claim_id:05d}")


def id_of(number: str) -> int | None:
    """The id inside a claim number; None when it is none of ours."""
    parts = number.strip().upper().split("-")
    if len(parts) not in (3, 4) or not all(part.isdigit() for part in parts[:3]):
        return None
    if len(parts) == 4 and with_check("-".join(parts[:3])) != number.strip().upper():
        return None
    return int(parts[2])
