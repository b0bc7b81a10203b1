"""Rows out of a CSV file or an Excel workbook, streamed; whole-file refusals come before the first row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from core.tables import workbook
from core.tables.dialect import Dialect, detect_delimiter, detect_encoding
from core.tables.refusals import FileRefused, Limits, too_large, unreadable
from core.tables.signature import XLSX, check_directory, kind_of
from core.tables.values import Cell, as_text
from core.words import _l

Source = bytes | BinaryIO


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` runs once, from sheet row 2 on, blank rows included; `dialect` is None for a workbook."""

    header: tuple[str, ...]
    rows: Iterator[list[Cell]]
    dialect: Dialect | None


def open_table(
    source: Source,
    filename: str,
    *,
    known: Iterable[str] = (),
    encoding: str | None = None,
    limits: Limits | None = None,
) -> Table:
    """Check what the file is, find its dialect and its header row. Raises FileRefused, TooLarge."""
    limits = limits or Limits()
    stream = _seekable(source, limits)
    if kind_of(stream, filename, limits) == XLSX:
        check_directory(stream, limits)
        rows, dialect = workbook.rows(stream, limits), None
    else:
        rows, dialect = _open_csv(stream, list(known), encoding, limits)
    header = next(rows, [])
    return Table(_header(header, limits), rows, dialect)


def _seekable(source: Source, limits: Limits) -> BinaryIO:
    if isinstance(source, bytes | bytearray | memoryview):
        return io.BytesIO(source)
    if source.seekable():
        source.seek(0)
        return source
    content = source.read(limits.csv_size + 1)  # a pipe; uploads and files can seek and are streamed
    if len(content) > limits.csv_size:
        raise too_large(len(content), limits.csv_size)
    return io.BytesIO(content)


def _open_csv(
    stream: BinaryIO, known: list[str], declared: str | None, limits: Limits
) -> tuple[Iterator[list[Cell]], Dialect]:
    encoding, is_guessed = detect_encoding(stream, declared)
    stream.seek(0)
    lines = _lines(stream, encoding, limits)
    first = next(lines, "")
    dialect = Dialect(encoding, detect_delimiter(first, known), is_guessed)
    if first.lower().startswith("sep="):  # Excel's own hint, which its sheet does not show as a row
        first = next(lines, "")
    return _records(first, lines, dialect, limits), dialect


def _lines(stream: BinaryIO, encoding: str, limits: Limits) -> Iterator[str]:
    """Physical lines with their ends; no line longer than the limit ever stands in memory."""
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        while line := text.readline(limits.line_length + 1):
            if len(line) > limits.line_length:
                raise unreadable(
                    _l("A line is longer than %(limit)s characters. Is this a table?", limit=limits.line_length)
                )
            if "\0" in line:
                raise unreadable(_l("This file holds NUL characters and is not plain text. Save it as CSV UTF-8."))
            yield line
    except UnicodeError as error:
        raise unreadable(
            _l("This file is not written in %(encoding)s. Save it as CSV UTF-8.", encoding=encoding)
        ) from error
    finally:
        if not text.closed:  # the stream is the caller's to close
            text.detach()


def _records(first: str, rest: Iterator[str], dialect: Dialect, limits: Limits) -> Iterator[list[Cell]]:
    def lines() -> Iterator[str]:
        yield first
        yield from rest

    number = 0
    try:
        for number, cells in enumerate(csv.reader(lines(), delimiter=dialect.delimiter, strict=True), start=1):
            if len(cells) > limits.columns:
                raise unreadable(_l("Row %(row)s has more than %(limit)s columns.", row=number, limit=limits.columns))
            if cells and max(map(len, cells)) > (most := limits.field_length):
                raise unreadable(
                    _l("A cell in row %(row)s is longer than %(limit)s characters.", row=number, limit=most)
                )
            yield cast("list[Cell]", cells)
    except csv.Error as error:
        raise unreadable(
            _l("Row %(row)s cannot be read: a quotation mark is not closed, or stands inside a cell.", row=number + 1)
        ) from error


def _header(cells: list[Cell], limits: Limits) -> tuple[str, ...]:
    names = tuple(as_text(cell).lstrip("\ufeff").strip() for cell in cells)
    while names and not names[-1]:
        names = names[:-1]
    if not names:
        raise unreadable(_l("The first row is blank. It must hold the column names."))
    if len(names) > limits.columns:
        raise unreadable(_l("The first row has more than %(limit)s columns.", limit=limits.columns))
    folded = [name.casefold() for name in names if name]
    if repeated := sorted({name for name in folded if folded.count(name) > 1}):
        raise FileRefused(
            _l("These columns stand twice: %(columns)s. Keep one of each.", columns=", ".join(repeated)),
            code="repeated_columns",
        )
    return names
