"""Which rules look at a line: those in force on its service date that concern its row of the plan.

Found once per row and not once per line: most rules have nothing to say to most services.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from claims import pricing
from claims.benefit_plan.rows import ServiceRow
from claims.rule import Regulation, Rule, in_force
from claims.rules import CHECKS

_MANY: Final = 20_000  # rows whose rules are remembered


class Edition:
    """All rules that are in force together."""

    __slots__ = ("_known", "rules")

    def __init__(self, rules: tuple[tuple[Rule, ...], ...]) -> None:
        self.rules = rules
        self._known: dict[int, Regulation] = {}

    def concerning(self, row: ServiceRow | None) -> Regulation:
        found = self._known.get(id(row))  # a remembered row lives, so its id is its own
        return self._read(row) if found is None else found

    def _read(self, row: ServiceRow | None) -> Regulation:
        if len(self._known) >= _MANY:
            self._known.clear()
        checks, tariff, limits, sharing = (_concerning(rules, row) for rules in self.rules)
        found = self._known[id(row)] = Regulation(row, checks, tariff, limits, sharing)
        return found


def _concerning(rules: Iterable[Rule], row: ServiceRow | None) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule.concerns is None or (row is not None and rule.concerns(row)))


_by_day: Final[dict[date, Edition]] = {}
_editions: Final[list[Edition]] = []


def edition_of(day: date) -> Edition:
    """The rules of that day. Days with the same rules share one edition."""
    found = _by_day.get(day)
    return _edition(day) if found is None else found


def _edition(day: date) -> Edition:
    groups = (CHECKS, pricing.TARIFF_STEPS, pricing.LIMIT_STEPS, pricing.SHARING_STEPS)
    rules = tuple(in_force(group, day) for group in groups)
    found = next((edition for edition in _editions if edition.rules == rules), None)
    if found is None:
        found = Edition(rules)
        _editions.append(found)
    _by_day[day] = found
    return found
