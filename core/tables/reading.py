"""The door itself: bytes in, rows of the house out, each judged by the caller's schema."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from collections.abc import Mapping as TypedRow
from decimal import Decimal
from itertools import islice
from typing import Any, Generic, TypeVar

from marshmallow import Schema, ValidationError

from core.errors import InputErrors, Problem
from core.faults import in_our_words
from core.money import Currency, to_decimal
from core.tables.binding import Binding, RowProblems
from core.tables.mapping import Mapping
from core.tables.reader import Source, Table, open_table
from core.tables.refusals import Limits
from core.tables.report import CellProblem, ReadyRow, Report, WrongRow
from core.tables.values import Cell
from core.words import _l

T = TypeVar("T")
Row = dict[str, Any]
# A callable gets typed values (dates, minor units, Decimal quantities); a marshmallow schema the texts an API sends.
RowSchema = Callable[[Row], T] | Schema
BLANK = _l("This must be filled in.")


class Reading(Generic[T]):
    """One pass over a file, flat in memory. Iterate once; `left_out` counts as the rows go by."""

    def __init__(self, table: Table, binding: Binding, schema: RowSchema[T]) -> None:
        self.header, self.dialect = table.header, table.dialect
        self.warnings = _warnings(table, binding)
        self.left_out = 0
        self._rows, self._binding = table.rows, binding
        self._judge: Callable[[Row], T] = _loader(schema, binding) if isinstance(schema, Schema) else schema

    def __iter__(self) -> Iterator[ReadyRow[T] | WrongRow]:
        binding, judge = self._binding, self._judge
        for number, raw in enumerate(self._rows, start=2):
            cells = binding.padded(raw)
            if not cells:
                continue
            if binding.is_left_out(cells):
                self.left_out += 1
                continue
            try:
                value = judge(binding.row(cells))
            except RowProblems as error:
                yield WrongRow(number, cells, error.problems)
            except InputErrors as error:
                yield self.wrong(number, cells, error)
            else:
                yield ReadyRow(number, value)

    def sent(self, numbers: Collection[int]) -> Iterator[tuple[int, list[Cell]]]:
        """The rows of these numbers, cell by cell as they were sent."""
        for number, raw in enumerate(self._rows, start=2):
            if number in numbers:
                yield number, self._binding.padded(raw)

    def wrong(self, number: int, cells: list[Cell], error: InputErrors) -> WrongRow:
        """A row with what is wrong with it, in the sender's own columns."""
        return WrongRow(number, cells, tuple(_cell_problems(error, self._binding, cells)))


def open_reading(
    source: Source,
    *,
    filename: str,
    mapping: Mapping,
    schema: RowSchema[T],
    currency: Currency | None = None,
    encoding: str | None = None,
    limits: Limits | None = None,
) -> Reading[T]:
    """Check file and header; rows follow by iterating. Raises FileRefused or TooLarge before the first row.

    A broken end of the file (open quotation mark, wrong encoding) is refused where it is met.
    """
    declared = encoding or mapping.encoding
    table = open_table(source, filename, known=mapping.columns, encoding=declared, limits=limits)
    return Reading(table, Binding(mapping, table.header, currency), schema)


def read(
    source: Source,
    *,
    filename: str,
    mapping: Mapping,
    schema: RowSchema[T],
    currency: Currency | None = None,
    encoding: str | None = None,
    limits: Limits | None = None,
) -> Report[T]:
    """The whole file at once; `currency` is needed where the mapping has an amount."""
    reading = open_reading(
        source, filename=filename, mapping=mapping, schema=schema, currency=currency, encoding=encoding, limits=limits
    )
    report = Report[T](reading.header, reading.dialect, warnings=reading.warnings)
    _fill(report, reading)
    report.left_out = reading.left_out
    return report


def judge_beside(report: Report[Any], judge: Callable[[Any], T], reopened: Callable[[], Reading[Any]]) -> Report[T]:
    """The ready rows of a report judged once more, beside what `judge` knows. The file is opened again only for what
    was sent in rows that are wrong now."""
    found = Report[T](report.header, report.dialect, [], [*report.wrong], report.warnings, report.left_out)
    errors: dict[int, InputErrors] = {}
    for row in report.ready:
        try:
            found.ready.append(ReadyRow(row.number, judge(row.value)))
        except InputErrors as error:
            errors[row.number] = error
    if errors:
        again = reopened()
        found.wrong += [again.wrong(number, cells, errors[number]) for number, cells in again.sent(errors)]
        found.wrong.sort(key=lambda row: row.number)
    return found


def read_typed(
    typed: TypedRow[str, str], *, mapping: Mapping, schema: RowSchema[T], currency: Currency | None = None
) -> T:
    """One row as typed into a form, by the names of our fields, read as if it stood in a file. Raises InputErrors."""
    fields = [field for field in mapping.fields if field.columns and not field.compute]
    binding = Binding(mapping, [field.columns[0] for field in fields], currency)
    judge: Callable[[Row], T] = _loader(schema, binding) if isinstance(schema, Schema) else schema
    names = {field.columns[0]: field.name for field in fields}
    try:
        return judge(binding.row([typed.get(field.name, "") for field in fields]))
    except RowProblems as error:
        found = error.problems
        raise InputErrors(
            Problem(names[one.column], f"{one.reason} {one.fix}" if one.value else BLANK, one.value) for one in found
        ) from error


def chunks(reading: Reading[T], size: int) -> Iterator[Report[T]]:
    """The same rows in reports of at most `size` rows, for imports that keep memory flat."""
    rows, counted = iter(reading), 0
    while part := list(islice(rows, size)):
        report = Report[T](reading.header, reading.dialect, warnings=reading.warnings)
        _fill(report, part)
        report.left_out, counted = reading.left_out - counted, reading.left_out
        yield report


def _fill(report: Report[T], rows: Reading[T] | list[ReadyRow[T] | WrongRow]) -> None:
    ready, wrong = report.ready.append, report.wrong.append
    for row in rows:
        if isinstance(row, ReadyRow):
            ready(row)
        else:
            wrong(row)


def _warnings(table: Table, binding: Binding) -> list[Any]:
    warnings: list[Any] = []
    if binding.unknown:
        warnings.append(_l("These columns are not read: %(columns)s.", columns=", ".join(binding.unknown)))
    if table.dialect and table.dialect.is_guessed:
        warnings.append(
            _l("The file looks written in %(encoding)s. Check names with accents.", encoding=table.dialect.encoding)
        )
    return warnings


def _loader(schema: Schema, binding: Binding) -> Callable[[Row], Any]:
    amounts = {field.name for field in binding.mapping.fields if field.kind == "amount"}
    exponent = binding.currency.exponent if binding.currency else 0

    def text(name: str, value: Any) -> Any:
        if name in amounts:
            return to_decimal(value, exponent)
        if isinstance(value, dt.date | dt.time):
            return value.isoformat()
        return format(value, "f") if isinstance(value, Decimal) else value

    def load(row: Row) -> Any:
        try:
            return schema.load({name: text(name, value) for name, value in row.items() if value is not None})
        except ValidationError as error:
            raise InputErrors.at("", "") from error

    return load


def _cell_problems(error: InputErrors, binding: Binding, cells: list[Cell]) -> Iterator[CellProblem]:
    """A schema names our fields; the sender knows columns."""
    if isinstance(error.__cause__, ValidationError):
        for name, messages in error.__cause__.normalized_messages().items():  # type: ignore[no-untyped-call]
            column = "" if name == "_schema" else binding.mapping.column_of(name)
            for message in messages if isinstance(messages, list) else [messages]:
                yield CellProblem(column, binding.found(column, cells), in_our_words(message))
        return
    for problem in error.problems:
        column = binding.mapping.column_of(problem.where)
        yield CellProblem(column, problem.found or binding.found(column, cells), problem.message)
