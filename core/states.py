"""State machines as tables: one row says an action, where it may start, where it ends, who may do it.

The same table drives buttons, API, tests and the diagrams in the docs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from core.errors import DomainError
from core.roles import Role
from core.words import _l


class IllegalStep(DomainError):
    """The action is not in the table for the state the record is in."""

    code = "illegal_step"


@dataclass(frozen=True, slots=True)
class Step:
    """`action` moves a record from any of `sources` to `target`; `who` are the roles that may."""

    action: str
    sources: tuple[str, ...]
    target: str
    who: frozenset[Role]
    label: Any = ""


def step(action: str, sources: str | Iterable[str], target: str, *who: Role, label: Any = "") -> Step:
    return Step(action, (sources,) if isinstance(sources, str) else tuple(sources), target, frozenset(who), label)


def one_of(column: str, values: Iterable[str]) -> str:
    """A condition for a CHECK. In place of `column IN (…)`, for which SQLite builds a list anew for every row."""
    return " OR ".join(f"{column} = {value!r}" for value in values)


@dataclass(frozen=True)
class StateMachine:
    """`states` maps each state to the (lazy) word shown; `initial` is where a record begins."""

    noun: str
    initial: str
    states: dict[str, Any]
    steps: tuple[Step, ...]
    _index: dict[tuple[str, str], Step] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        index: dict[tuple[str, str], Step] = {}
        for row in self.steps:
            for source in row.sources:
                if source not in self.states or row.target not in self.states:
                    raise ValueError(f"{self.noun}: {row.action} names an unknown state")
                if (source, row.action) in index:
                    raise ValueError(f"{self.noun}: {row.action} from {source} stands twice")
                index[source, row.action] = row
        object.__setattr__(self, "_index", index)

    def after(self, state: str, action: str) -> str:
        """The state that `action` leads to, or a refusal in words."""
        row = self._index.get((state, action))
        if row is None:
            step_word = next((str(row.label) for row in self.steps if row.action == action and row.label), action)
            raise IllegalStep(
                _l(
                    "This %(noun)s is at “%(state)s”; “%(step)s” is not possible now.",
                    noun=self.noun,
                    state=self.states.get(state, state),
                    step=step_word.replace("_", " "),
                )
            )
        return row.target

    def actions(self, state: str, roles: Iterable[Role]) -> Iterator[Step]:
        """The steps someone with `roles` may take from `state`, in the table's order."""
        held = frozenset(roles)
        return (row for row in self.steps if state in row.sources and row.who & held)

    def check_sql(self, column: str = "state") -> str:
        """The CHECK constraint that backs the table."""
        return one_of(column, self.states)

    def reachable(self) -> set[str]:
        """Every state that some chain of steps reaches from `initial`."""
        seen, frontier = {self.initial}, [self.initial]
        while frontier:
            state = frontier.pop()
            for row in self.steps:
                if state in row.sources and row.target not in seen:
                    seen.add(row.target)
                    frontier.append(row.target)
        return seen
