"""What became of many claims, added up as they come: their decisions are stored, and need not stay in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from claims.case import LineDecision
from claims.services import Outcome

SHOWN = 100  # numbers used for another claim that a page lists
SUMS = ("submitted", "undecided", "benefit", "member_share", "write_off")


@dataclass(slots=True)
class Tally:
    """`kinds`: new, known, conflict, refused. `states`: of new claims. `paid`: state → minor units of benefit.

    `lines`: lines by state and deciding reason. `codes`: lines with a finding of a reason, whatever decided them.
    `is_whole`: submitted = benefit + member + write-off + undecided on every line. `first`: number of the first claim.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    decided: Counter[str] = field(default_factory=Counter)
    paid: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    lines: Counter[tuple[str, str]] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    conflicts: list[Outcome] = field(default_factory=list)
    is_whole: bool = True
    first: str = ""

    def add(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self.first = self.first or outcome.number
            self.kinds[outcome.kind] += 1
            if outcome.kind == "new":
                self.states[outcome.state] += 1
            if outcome.kind == "conflict" and len(self.conflicts) < SHOWN:
                self.conflicts.append(outcome)
            decision = outcome.decision
            if decision is not None:
                self.decided[decision.state] += 1
                self.paid[decision.state] += decision.benefit
                for name in SUMS:
                    self.sums[name] += getattr(decision, name)
                for line in decision.lines:
                    self._line(line)

    def _line(self, line: LineDecision) -> None:
        self.lines[line.state, line.headline] += 1
        self.codes.update({found.code for found in line.findings})
        borne = line.undecided + line.benefit + line.member_share + line.write_off
        self.is_whole = self.is_whole and line.submitted == borne

    @property
    def answers(self) -> dict[str, tuple[int, int]]:
        """State → (claims, minor units that the fund pays)."""
        return {state: (count, self.paid[state]) for state, count in self.decided.items()}
