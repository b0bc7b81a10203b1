"""A mapping bound to one file's header: from a row of cells to a row of our fields, fast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple

from core.money import Currency
from core.tables import values
from core.tables.computed import FUNCTIONS
from core.tables.export import restore
from core.tables.mapping import Field, Mapping
from core.tables.refusals import FileRefused
from core.tables.report import ERROR_COLUMN, CellProblem
from core.tables.values import BadValue, Cell, as_text
from core.words import _l

Convert = Callable[[Any], Any]
# Dates, amounts and quantities repeat within a file: a small memory per field makes reading about twice as fast.
_REMEMBERED = 8_192


class _Plain(NamedTuple):
    name: str
    place: int
    convert: Convert
    is_filled: bool
    is_text: bool


@dataclass(frozen=True, slots=True)
class _Computed:
    name: str
    indexes: tuple[int, ...]
    call: Callable[..., str]
    convert: Convert
    columns: tuple[str, ...]
    is_filled: bool


class RowProblems(Exception):
    def __init__(self, problems: list[CellProblem]) -> None:
        self.problems = tuple(problems)


class Binding:
    """Raises FileRefused when a required column is missing, naming it and the columns found."""

    def __init__(self, mapping: Mapping, header: Sequence[str], currency: Currency | None = None) -> None:
        self.header = tuple(header)
        self.width = len(self.header)
        self.mapping = mapping
        self.currency = currency
        places = {name.casefold(): index for index, name in enumerate(header) if name}
        _check_columns(mapping, header, places)
        known = {column.casefold() for column in mapping.columns}
        self.unknown = tuple(n for n in self.header if n and n.casefold() not in known and n.casefold() != ERROR_COLUMN)
        self._filters = [(places[f.column.casefold()], f.equals) for f in mapping.filters]
        self._blank: dict[str, Any] = {field.name: None for field in mapping.fields} | dict(mapping.constants)
        self._blank |= {f.name: self._converter(f)(f.constant) for f in mapping.fields if f.constant}
        present = [f for f in mapping.fields if f.columns and all(column.casefold() in places for column in f.columns)]
        self._plain = [self._bind(f, places) for f in present if not f.compute]
        self._computed = [self._bind_computed(f, places) for f in present if f.compute]

    def _bind(self, field: Field, places: dict[str, int]) -> _Plain:
        return _Plain(
            field.name, places[field.columns[0].casefold()], self._converter(field), field.is_filled, _is_text(field)
        )

    def _bind_computed(self, field: Field, places: dict[str, int]) -> _Computed:
        indexes = tuple(places[column.casefold()] for column in field.columns)
        call = FUNCTIONS[field.compute].call
        return _Computed(field.name, indexes, call, self._converter(field), field.columns, field.is_filled)

    def _converter(self, field: Field) -> Convert:
        convert = self._kind(field.kind, bool(field.compute))
        if field.translate:
            convert = partial(_translated, dict(field.translate), convert)
        if _is_text(field):
            return convert
        return lru_cache(maxsize=_REMEMBERED, typed=True)(convert)

    def _kind(self, kind: str, is_computed: bool) -> Convert:
        mark = self.mapping.decimal_mark
        formats = ("iso",) if is_computed else self.mapping.date_formats  # our functions write ISO
        if kind == "amount":
            if self.currency is None:
                raise ValueError(f"{self.mapping.name} reads amounts: give the currency")
            return partial(
                values.parse_money, exponent=self.currency.exponent, decimal_mark=mark, is_plain=self.mapping.is_plain
            )
        kinds: dict[str, Convert] = {
            "text": values.parse_text,
            "identifier": values.parse_identifier,
            "code": values.normalise_code,
            "time": values.parse_time,
            "integer": values.parse_integer,
            "date": partial(values.parse_date, formats=formats),
            "quantity": partial(values.parse_quantity, decimal_mark=mark),
        }
        return kinds[kind]

    def is_left_out(self, cells: list[Cell]) -> bool:
        return any(as_text(cells[index]) not in equals for index, equals in self._filters)

    def padded(self, cells: list[Cell]) -> list[Cell]:
        """As wide as the header; a row without one written cell is []."""
        if not any(cells):
            return cells if any(cell not in (None, "") for cell in cells) else []
        return cells if len(cells) >= self.width else cells + [""] * (self.width - len(cells))

    def row(self, cells: list[Cell]) -> dict[str, Any]:
        """All our fields, None where the cell is blank. Raises RowProblems with every bad cell of the row."""
        row = self._blank.copy()
        problems: list[CellProblem] = []
        if len(cells) > self.width and any(as_text(cell) for cell in cells[self.width :]):
            problems.append(self._too_wide(cells))
        for name, index, convert, is_filled, is_text in self._plain:
            cell = cells[index]
            if cell.__class__ is str:
                cell = cell.strip()
                if cell[:1] == "'":
                    cell = restore(cell)
            if cell == "" or cell is None:
                if is_filled:
                    problems.append(_blank_cell(self.header[index]))
            elif is_text and cell.__class__ is str and cell.isascii():
                row[name] = cell
            else:
                try:
                    row[name] = convert(cell)
                except BadValue as error:
                    problems.append(CellProblem(self.header[index], as_text(cell), error.reason, error.fix))
        for computed in self._computed:
            self._compute(computed, cells, row, problems)
        if problems:
            raise RowProblems(problems)
        return row

    def _compute(self, part: _Computed, cells: list[Cell], row: dict[str, Any], problems: list[CellProblem]) -> None:
        texts = [as_text(cells[index]) for index in part.indexes]
        try:
            result = part.call(*texts)
            row[part.name] = part.convert(result) if result else None
        except BadValue as error:
            problems.append(CellProblem(", ".join(part.columns), ", ".join(texts), error.reason, error.fix))
            return
        if part.is_filled and not result:
            problems.append(_blank_cell(", ".join(part.columns)))

    def found(self, column: str, cells: list[Cell]) -> str:
        """What stood in a column of this row, "" when the file has no such column."""
        return as_text(cells[self.header.index(column)]) if column in self.header else ""

    def _too_wide(self, cells: list[Cell]) -> CellProblem:
        return CellProblem(
            "",
            as_text(cells[self.width]),
            _l("This row has %(found)s cells for %(expected)s columns.", found=len(cells), expected=self.width),
            _l("Put quotation marks around a cell that holds the delimiter."),
        )


def _is_text(field: Field) -> bool:
    return field.kind in ("text", "identifier") and not field.translate


def _translated(table: dict[str, str], convert: Convert, cell: Cell) -> Any:
    text = as_text(cell)
    if text not in table:
        raise BadValue(_l("We do not know this value."), _l("Write one of: %(values)s.", values=", ".join(table)))
    return convert(table[text])


def _blank_cell(column: str) -> CellProblem:
    return CellProblem(column, "", _l("This cell is blank."), _l("Write a value."))


def _check_columns(mapping: Mapping, header: Sequence[str], places: dict[str, int]) -> None:
    missing = [column for column in mapping.required_columns if column.casefold() not in places]
    if missing:
        raise FileRefused(
            _l(
                "These columns are missing: %(missing)s. Found: %(found)s.",
                missing=", ".join(missing),
                found=", ".join(name for name in header if name),
            ),
            code="missing_columns",
        )
