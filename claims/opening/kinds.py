"""What a kind of opening record needs: how its rows are judged, written, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from claims.models.opening import OpeningFile
from core.actors import Actor

Cells = dict[str, Any]
Totals = Mapping[str, int]  # what is compared → minor units, thousandths or a count


@dataclass(frozen=True, slots=True)
class Kind:
    """`judge(rows)` looks up what all rows name and gives the judge of one; `write` and `undo` act on a kept file.

    `whole`: the column that says which rows are one thing, so that none of them comes in while another needs work.
    `totals`: what the rows come to, by group; such a file goes in only if it balances to its control sheet.
    """

    name: str
    title: Any
    judge: Callable[[Sequence[Cells]], Callable[[Cells], Any]]
    write: Callable[[OpeningFile, Sequence[Any], Actor], None]
    undo: Callable[[OpeningFile, Actor], None]
    whole: str = ""
    totals: Callable[[Sequence[Any]], Mapping[str, Totals]] | None = None
