"""What a rule is: a small function with its reason, its sentence, its legal basis and its dates.

A check looks at a line and answers with a finding or None; a step of the arithmetic moves a part of the benefit:

    @rule("BEN-04", text=_l("…{next:day}."), basis="Benefit regulation, art. 7(3)",
          concerns=lambda row: row.frequency_days)
    def too_soon(line: Line, terms: Terms) -> Finding | None:
        gap = terms.row.frequency_days
        …

`concerns` is asked once per row of the plan, not once per line: a rule that has it is never asked on lines of other
rows, nor on lines without a row, and finds its row in `terms.row`. A rule without it is asked on every line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Any

from claims.benefit_plan.rows import ServiceRow
from claims.case import Finding
from claims.reasons import BY_CODE, Effect, Reason, precedence

Concern = Callable[[ServiceRow], object]


class RuleError(Exception):
    """A rule contradicts another one or its own sentence; found when the module is read or a test runs."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`text` holds {parameter:kind} places; kinds are formatted by `explanation` in the reader's language."""

    code: str
    part: str  # tells apart the sentences of one reason, such as BEN-06 per unit and per period
    text: Any
    others: Any  # the sentence for readers outside the fund, where `text` tells of another's care; else None
    basis: str
    valid_from: date
    valid_until: date | None
    find: Callable[..., Any]
    names: tuple[str, ...]  # of the places in `text`
    effect: str
    liable: str
    ranks: dict[str, int]  # effect → precedence of a finding of this rule
    concerns: Concern | None = None  # the rows of the plan on whose lines the rule is asked; None = every line

    @property
    def reason(self) -> Reason:
        return BY_CODE[self.code]

    def keep(self, found: Finding) -> Finding:
        """Stamp what the function found with code, effect and liability; refuse a sentence with holes."""
        given = found.parameters
        for name in self.names:
            if name not in given:
                raise RuleError(f"{self.code} {self.part} was found without {name}.")
        found.code = self.code
        found.part = self.part
        if not found.effect:
            found.effect = "D" if found.allowed_milli == 0 and self.effect == "A" else self.effect
        found.liable = self.liable
        found.rank = self.ranks[found.effect]
        return found


@dataclass(slots=True)
class Regulation:
    """The rules that look at the lines of one row of the plan, or at lines without a row; each in its order."""

    row: ServiceRow | None
    checks: tuple[Rule, ...]
    tariff: tuple[Rule, ...]
    limits: tuple[Rule, ...]
    sharing: tuple[Rule, ...]


def rule(
    code: str,
    *,
    text: Any,
    basis: str,
    part: str = "",
    others: Any = None,
    valid_from: date = date(2000, 1, 1),
    valid_until: date | None = None,
    concerns: Concern | None = None,
    effect: Effect | None = None,
) -> Callable[[Callable[..., Any]], Rule]:
    """Make a rule of a function. `text` is lazy: it is read only when somebody reads a decision.

    `effect`: of this part, where it differs from the reason's own.
    """

    def made(find: Callable[..., Any]) -> Rule:
        if code not in BY_CODE:
            raise RuleError(f"{code} is no reason of claims/reasons.py.")
        return Rule(
            code=code,
            part=part,
            text=text,
            others=others,
            basis=basis,
            valid_from=valid_from,
            valid_until=valid_until,
            find=find,
            names=tuple(sorted(placeholders(str(text)))),
            effect=(effect or BY_CODE[code].effect).value,
            liable=BY_CODE[code].liable.value,
            ranks={each.value: precedence(each.value, code) for each in Effect},
            concerns=concerns,
        )

    return made


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def guarded(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules in their order; two versions of one rule must not be in force on the same day."""
    kept = tuple(rules)
    for index, first in enumerate(kept):
        for second in kept[index + 1 :]:
            if (first.code, first.part) == (second.code, second.part) and _meet(first, second):
                raise RuleError(f"{first.code} {first.part} is in force twice on the same day.")
    return kept


def _meet(first: Rule, second: Rule) -> bool:
    return (first.valid_until or date.max) >= second.valid_from and (second.valid_until or date.max) >= first.valid_from


def in_force(rules: Sequence[Rule], on: date) -> tuple[Rule, ...]:
    return tuple(r for r in rules if r.valid_from <= on and (r.valid_until is None or on <= r.valid_until))
