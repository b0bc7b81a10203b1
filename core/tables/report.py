"""What became of each row: ready, or wrong with the place, the reason and the way to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from core.tables.dialect import Dialect
from core.tables.export import csv_bytes, is_number
from core.tables.values import Cell, as_text
from core.words import _

T = TypeVar("T")
ERROR_COLUMN = "error"


@dataclass(frozen=True, slots=True)
class CellProblem:
    """`column` is the sender's own column name ("" for the whole row); `reason` and `fix` are sentences."""

    column: str
    value: str
    reason: Any
    fix: Any = ""


@dataclass(slots=True)
class ReadyRow(Generic[T]):
    """`number` as the sheet shows it: the header is row 1."""

    number: int
    value: T


@dataclass(slots=True)
class WrongRow:
    number: int
    cells: list[Cell]
    problems: tuple[CellProblem, ...]

    @property
    def sentence(self) -> str:
        """All that is wrong with it, in one line."""
        return _sentence(self)


@dataclass(slots=True)
class Report(Generic[T]):
    """A whole file, or one chunk of it. `left_out` counts rows that the mapping's filters left out."""

    header: tuple[str, ...]
    dialect: Dialect | None
    ready: list[ReadyRow[T]] = field(default_factory=list)
    wrong: list[WrongRow] = field(default_factory=list)
    warnings: list[Any] = field(default_factory=list)
    left_out: int = 0

    @property
    def values(self) -> list[T]:
        return [row.value for row in self.ready]

    def wrong_rows_csv(self) -> bytes:
        """Only the wrong rows, as they were sent, with an `error` column: mend it and send it again."""
        return wrong_rows_csv(self.header, self.wrong, self.dialect.delimiter if self.dialect else ",")


def wrong_rows_csv(header: tuple[str, ...], wrong: Iterable[WrongRow], delimiter: str = ",") -> bytes:
    """CSV (UTF-8 with BOM). The reader ignores a column called `error`, so the mended file goes in as it is."""
    kept = [index for index, name in enumerate(header) if name.casefold() != ERROR_COLUMN]
    rows = ([*_as_sent(row.cells, kept), *_beyond(row.cells, len(header)), _sentence(row)] for row in wrong)
    return csv_bytes([*(header[index] for index in kept), ERROR_COLUMN], rows, delimiter)


def _as_sent(cells: list[Cell], kept: list[int]) -> list[Any]:
    return [_returned(cells[index]) if index < len(cells) else "" for index in kept]


def _beyond(cells: list[Cell], width: int) -> list[Any]:
    """Cells past the last column name: nothing typed is lost, though the error then stands further right."""
    extra = [as_text(cell) for cell in cells[width:]]
    return extra if any(extra) else []


class _Verbatim(int):
    """A plain number kept letter by letter: the writer leaves numbers alone."""

    text: str

    def __str__(self) -> str:
        return self.text


def _returned(cell: Cell) -> Any:
    text = as_text(cell)
    if not is_number(text):
        return text
    number = _Verbatim()
    number.text = text
    return number


def _sentence(row: WrongRow) -> str:
    return " | ".join(
        _("%(column)s: %(reason)s %(fix)s", column=p.column, reason=p.reason, fix=p.fix).strip(" :")
        for p in row.problems
    )
