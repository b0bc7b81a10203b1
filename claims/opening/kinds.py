"""What a kind of opening record needs: how its rows are judged, written, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from claims.models.opening import OpeningFile
from core.actors import Actor

Cells = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """`judge(rows)` looks up what all rows name and gives the judge of one; `write` and `undo` act on a kept file."""

    name: str
    title: Any
    judge: Callable[[Sequence[Cells]], Callable[[Cells], Any]]
    write: Callable[[OpeningFile, Sequence[Any], Actor], None]
    undo: Callable[[OpeningFile, Actor], None]
