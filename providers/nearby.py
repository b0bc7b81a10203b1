"""Who would be left without care nearby if a provider stopped: asked here and above, answered by `care`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.actors import Actor


@dataclass(frozen=True, slots=True)
class Stop:
    """A provider gives nothing from `on`, or nothing of `services`, or nothing at one site."""

    organisation_id: int
    on: dt.date
    services: frozenset[str] | None = None
    site_id: int | None = None


class Group(NamedTuple):
    """People of one district who are placed for one service line, and those of them without another place there."""

    service_line: str
    district: str
    people: int
    without: int


@dataclass(frozen=True, slots=True)
class Stranded:
    """A person in two groups counts once in the sums. What the reader may not know of is left out, not blank."""

    people: int = 0
    without: int = 0
    groups: tuple[Group, ...] = ()


Answer = Callable[[Sequence[Stop], Actor], list[Stranded]]
_answers: list[Answer] = []


def answer_with(answer: Answer) -> None:
    """The room that owns placements says how it is counted."""
    _answers[:] = [answer]


def left_behind(stops: Sequence[Stop], who: Actor) -> list[Stranded]:
    """One answer for each of `stops`, in a fixed number of statements; each as if the others went on."""
    if not stops or not _answers:
        return [Stranded() for _stop in stops]
    return _answers[0](stops, who)
