"""A draw that anyone can repeat: freeze the frame, announce where the words come from, hash, order, take the first.

Source: quality note, section 5. Everything here is whole numbers and SHA-256, so a phone can do it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


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
class Stratum:
    """Lines of `above` < amount ≤ `until` (None: no limit); `size` of them are drawn, all if it is certain."""

    number: int
    above: int | None
    until: int | None
    lines: int
    value: int
    size: int
    spares: int
    is_certain: bool = False

    def holds(self, amount: int) -> bool:
        return (self.above is None or amount > self.above) and (self.until is None or amount <= self.until)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line in the order of the draw."""

    line: str
    amount: int
    stratum: int
    is_spare: bool


def freeze(lines: Iterable[tuple[str, int]]) -> Frame:
    ordered = tuple(sorted(lines))
    text = "".join(f"{line} {amount}\n" for line, amount in ordered)
    return Frame(ordered, text, hashlib.sha256(text.encode()).hexdigest())


def thaw(text: str) -> Frame:
    """The frame that was kept, read again."""
    rows = (row.rsplit(" ", 1) for row in text.splitlines())
    return freeze((line, int(amount)) for line, amount in rows)


def opaque(key: str, line: str) -> str:
    """The id a claim line bears in public: only who knows the sample's key can tell which line it is."""
    return hashlib.sha256((key + line).encode()).hexdigest()


def seed_of(frame_hash: str, words: str) -> str:
    return hashlib.sha256((frame_hash + words).encode()).hexdigest()


def whole(lines: int, value: int, size: int, spares: int) -> Stratum:
    """A frame without strata is one stratum."""
    return Stratum(1, None, None, lines, value, size, spares)


def draw(frame: Frame, seed: str, strata: Sequence[Stratum]) -> list[Drawn]:
    """Of each stratum the first `size` lines by SHA-256(seed ‖ line), then of each the next ones as its spares."""
    ordered = sorted(frame.lines, key=lambda row: hashlib.sha256((seed + row[0]).encode()).hexdigest())
    taken: list[Drawn] = []
    spares: list[Drawn] = []
    for stratum in strata:
        inside = [row for row in ordered if stratum.holds(row[1])]
        taken += [Drawn(*row, stratum.number, is_spare=False) for row in inside[: stratum.size]]
        behind = inside[stratum.size : stratum.size + stratum.spares]
        spares += [Drawn(*row, stratum.number, is_spare=True) for row in behind]
    return taken + spares
