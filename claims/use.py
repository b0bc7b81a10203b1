"""What a household has used up so far: the running side of one pass over its lines.

Only accepted lines are written here, so a later line sees exactly the use of earlier accepted ones. A line that was
decided and then held (for the contract's budget, for review) keeps what it would use up: `is_reserving`.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from claims.case import DENIED, PENDED, RETURNED, Case, Line, LineDecision, PriorLine

Identity = tuple[object, ...]
_COMPARED: Final = "REV-01"


class Ledger:
    """Use by (limit, subject, window), live lines by identity, what was given per service, kinds already counted."""

    __slots__ = ("counted", "given", "live", "used")

    def __init__(self, case: Case) -> None:
        self.used: dict[tuple[str, int, date], int] = {}
        self.live: dict[Identity, list[tuple[int, str, date]]] = {}
        self.given: dict[tuple[int | None, str], list[Line | PriorLine]] = {}
        self.counted: set[tuple[str, date, int]] = set()
        for entry in case.opening_use:
            place = (entry.key, entry.subject_id, entry.period_start)
            self.used[place] = self.used.get(place, 0) + entry.amount
        for line in case.prior:
            self._remember(line)

    def _remember(self, line: PriorLine) -> None:
        self.live.setdefault(identity_of(line), []).append((line.claim_id, line.claim_number, line.service_on))
        if line.state == PENDED and not line.is_reserving:
            return
        self.given.setdefault((line.member_id, line.service), []).append(line)
        for entry in line.use:
            place = (entry.key, entry.subject_id, entry.period_start)
            self.used[place] = self.used.get(place, 0) + entry.amount
            if entry.unit == "count":
                self.counted.add((entry.key, entry.period_start, line.claim_id))

    def post(self, line: Line, identity: Identity, decision: LineDecision) -> None:
        """Take up a decided line: pended ones are live, accepted and reduced ones use limits up."""
        state = decision.state
        if state in (RETURNED, DENIED):
            return
        self.live.setdefault(identity, []).append((line.claim_id, line.claim_number, line.service_on))
        if state == PENDED:
            if decision.headline == _COMPARED:  # it is there for those like it that follow
                self.given.setdefault((line.member_id, line.service), []).append(line)
            return
        self.given.setdefault((line.member_id, line.service), []).append(line)
        for entry in decision.use:
            place = (entry.key, entry.subject_id, entry.period_start)
            self.used[place] = self.used.get(place, 0) + entry.amount
            if entry.unit == "count":
                self.counted.add((entry.key, entry.period_start, line.claim_id))


def identity_of(line: Line | PriorLine) -> Identity:
    """Two live lines with one identity are a duplicate; a clock time counts more than a quantity."""
    return (
        line.organisation_id,
        line.member_id,
        line.service,
        line.service_from,
        line.service_on,
        line.quantity_milli if line.starts_at is None else line.starts_at,
    )
