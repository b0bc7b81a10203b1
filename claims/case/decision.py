"""What was decided: findings, the trace from asked to paid, the sums of lines and claims."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from claims.case.line import UseEntry


class Finding:
    """What a rule found on a line, with the figures of its sentence.

    A rule gives parameters only; code, effect and liability are set from `reasons` when it is kept,
    `amount` when pricing knows it. `allowed_milli`: the quantity that a cutting rule leaves.
    `rank`: its precedence, the lowest decides the line.
    """

    __slots__ = ("allowed_milli", "amount", "code", "effect", "liable", "parameters", "part", "rank")

    def __init__(self, *, effect: str = "", allowed_milli: int | None = None, **parameters: Any) -> None:
        self.code = ""
        self.part = ""
        self.effect = effect
        self.liable = ""
        self.allowed_milli = allowed_milli
        self.amount = 0
        self.rank = 0
        self.parameters: dict[str, Any] = parameters

    def __repr__(self) -> str:
        return f"Finding({self.code} {self.effect} {self.amount} {self.parameters})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Finding) and self._content() == other._content()

    def __reduce__(self) -> tuple[object, ...]:
        return _found, (self.rank, self._content())

    def _content(self) -> tuple[object, ...]:
        """What is stored and read back."""
        return self.code, self.part, self.effect, self.liable, self.allowed_milli, self.amount, self.parameters


def _found(rank: int, content: tuple[Any, ...]) -> Finding:
    found = Finding()
    found.rank = rank
    found.code, found.part, found.effect, found.liable, found.allowed_milli, found.amount, found.parameters = content
    return found


@dataclass(slots=True)
class TraceStep:
    """One step from asked to paid: `before` − `after` is borne by `bearer`; `parameters` fill the sentence."""

    step: str
    code: str
    before: int
    after: int
    bearer: str
    parameters: dict[str, Any]


@dataclass(slots=True)
class LineDecision:
    """What was decided on one line and why. On decided lines submitted = benefit + member_share + write_off;
    on returned and pended ones submitted = undecided."""

    claim_id: int
    line_no: int
    state: str
    headline: str  # reason code that decided the state, "" when nothing was found
    plan: str  # version of the plan in force on the service date
    submitted: int
    undecided: int = 0
    quantity_milli: int = 0  # allowed
    unit_price: int = 0  # after the tariff
    eligible: int = 0
    deductible: int = 0
    copayment: int = 0  # fixed co-payment and percentage share
    benefit: int = 0
    member_share: int = 0
    write_off: int = 0
    findings: list[Finding] = field(default_factory=list)
    trace: list[TraceStep] = field(default_factory=list)
    use: list[UseEntry] = field(default_factory=list)


@dataclass(slots=True)
class ClaimDecision:
    """The sums of a claim's lines, its state and its headline reason."""

    claim_id: int
    claim_number: str
    state: str
    headline: str
    submitted: int
    undecided: int
    benefit: int
    member_share: int
    write_off: int
    lines: list[LineDecision]


@dataclass(slots=True)
class Decisions:
    """The answer for one household, claims in the order of their first line."""

    household_id: int
    claims: list[ClaimDecision]

    @property
    def lines(self) -> list[LineDecision]:
        return [line for claim in self.claims for line in claim.lines]
