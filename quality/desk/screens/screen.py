"""What a screen is: a reader of records, a judge of what was read, and a sentence for what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from quality.desk.plan import Terms
from quality.desk.window import Window

Evidence = tuple[str, str]
"""Kind (claim, visit, record, payment, award, tender, act, member) and reference."""

Figures = Mapping[str, Any]
"""Named figures of a sentence; the ending of a name says what it is: _share, _amount, _on; others are as they are."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One subject beyond the threshold. `organisation_id` None: nobody but a person of the fund is meant."""

    organisation_id: int | None
    subject: str
    value: float
    peers: int
    figures: Figures
    evidence: tuple[Evidence, ...]


class Found(NamedTuple):
    """How many subjects could be judged, and those beyond the threshold."""

    examined: int
    hits: list[Hit]


Reader = Callable[[Window, Terms], Any]
Judge = Callable[[Any, Terms], Found]


@dataclass(frozen=True, slots=True)
class Screen:
    """`text` takes the figures of a hit. `is_of_fund`: it looks at the fund's own acts."""

    code: str
    text: Any
    reads: Reader
    judge: Judge

    @property
    def is_of_fund(self) -> bool:
        return self.code.startswith("F")


SCREENS: dict[str, Screen] = {}


def screen(*codes: str, reads: Reader, text: Any) -> Callable[[Judge], Judge]:
    """Name the judge of these screens; `reads` gives it the records of a window."""

    def register(judge: Judge) -> Judge:
        SCREENS.update({code: Screen(code, text, reads, judge) for code in codes})
        return judge

    return register


def furthest_first(hits: Iterable[Hit]) -> list[Hit]:
    """A fixed order, whatever the order of the records."""
    return sorted(hits, key=lambda hit: (-hit.value, hit.organisation_id or 0, hit.subject))


def refs(kind: str, references: Sequence[str]) -> tuple[Evidence, ...]:
    return tuple((kind, reference) for reference in references)
