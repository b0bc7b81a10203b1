"""What was used before a line: every question scans all earlier lines and the opening entries, from the start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from claims.case import Case, Line, UseEntry


@dataclass
class Past:
    """One line that came before, decided in an earlier run or a moment ago."""

    claim_id: int
    line_no: int
    claim_number: str
    organisation_id: int
    member_id: int
    service: str
    service_from: date | None
    service_on: date
    quantity_milli: int
    starts_at: datetime | None
    uses: bool  # paid, held for the contract or to be compared: then it counts like a paid one
    use: list[dict[str, Any]]


class Ledger:
    def __init__(self, case: Case) -> None:
        self.opening = [_plain(entry) for entry in case.opening_use]
        self.past = [
            Past(
                prior.claim_id,
                prior.line_no,
                prior.claim_number,
                prior.organisation_id,
                prior.member_id,
                prior.service,
                prior.service_from,
                prior.service_on,
                prior.quantity_milli,
                prior.starts_at,
                str(prior.state) != "pended" or prior.is_reserving,
                [_plain(entry) for entry in prior.use],
            )
            for prior in case.prior
        ]

    def note(self, line: Line, verdict: dict[str, Any]) -> None:
        """Returned and denied lines leave nothing behind."""
        if verdict["state"] in ("returned", "denied") or line.member_id is None:
            return
        self.past.append(
            Past(
                line.claim_id,
                line.line_no,
                line.claim_number,
                line.organisation_id,
                line.member_id,
                line.service,
                line.service_from,
                line.service_on,
                line.quantity_milli,
                line.starts_at,
                verdict["state"] != "pended" or verdict["headline"] == "REV-01",
                verdict["use"],
            )
        )

    def entries(self, key: str, scope: str, subject: int, start: date) -> Iterator[tuple[int, dict[str, Any]]]:
        """Every entry of a window with the claim that made it; opening entries belong to claim 0."""
        everything = [(0, entry) for entry in self.opening]
        for past in [past for past in self.past if past.uses]:
            everything += [(past.claim_id, entry) for entry in past.use]
        for claim, entry in everything:
            if (entry["key"], entry["scope"], entry["subject_id"], entry["period_start"]) == (
                key,
                scope,
                subject,
                start,
            ):
                yield claim, entry

    def used(self, key: str, scope: str, subject: int, start: date) -> int:
        return sum(entry["amount"] for _, entry in self.entries(key, scope, subject, start))


def _plain(entry: UseEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in ("key", "scope", "subject_id", "period_start", "unit", "amount")}
