"""A draw that anyone can repeat: freeze the frame, announce words, hash, order, take the first (quality note, 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

Z_90 = Fraction(1644854, 1_000_000)


@dataclass(frozen=True, slots=True)
class Frame:
    """Lines in the order of their ids, each with its amount in minor units; `text` is what is hashed and kept."""

    lines: tuple[tuple[str, int], ...]
    text: str
    digest: str

    @property
    def value(self) -> int:
        return sum(amount for _, amount in self.lines)


@dataclass(frozen=True, slots=True)
class Draw:
    seed: str
    taken: tuple[tuple[str, int], ...]
    spares: tuple[tuple[str, int], ...]


def freeze(lines: Iterable[tuple[str, int]]) -> Frame:
    ordered = tuple(sorted(lines))
    text = "".join(f"{line} {amount}\n" for line, amount in ordered)
    return Frame(ordered, text, hashlib.sha256(text.encode()).hexdigest())


def thaw(text: str) -> Frame:
    """The frame that was kept, read again."""
    rows = (row.rsplit(" ", 1) for row in text.splitlines())
    return freeze((line, int(amount)) for line, amount in rows)


def draw(frame: Frame, announced: str, size: int) -> Draw:
    """The first `size` lines by SHA-256(seed ‖ line), and a fifth as many spares behind them."""
    seed = hashlib.sha256((frame.digest + announced).encode()).hexdigest()
    ordered = sorted(frame.lines, key=lambda row: hashlib.sha256((seed + row[0]).encode()).hexdigest())
    return Draw(seed, tuple(ordered[:size]), tuple(ordered[size : size + ceil(size / 5)]))


def attribute_size(population: int, part: Fraction = Fraction(1, 2), precision: Fraction = Fraction(1, 10)) -> int:
    """Lines to look at for an error rate ± `precision` at 90 %, of a population of that size."""
    if population <= 0:
        return 0
    first = Z_90**2 * part * (1 - part) / precision**2
    return min(population, ceil(first / (1 + (first - 1) / population)))


def repeats(frame_text: str, announced: str, size: int, lines: Sequence[str]) -> bool:
    """Whether the stored draw follows from its frame and its words."""
    again = draw(thaw(frame_text), announced, size)
    return [line for line, _ in (*again.taken, *again.spares)] == list(lines)
