"""The one door for tables: files in through `read`, rows out through `csv_bytes` and `xlsx_bytes`."""

from core.tables.dialect import Dialect
from core.tables.export import csv_bytes, neutralise, xlsx_book, xlsx_bytes
from core.tables.mapping import Mapping, MappingError, load_mapping, parse_mapping
from core.tables.reading import Reading, chunks, judge_beside, open_reading, read, read_typed
from core.tables.refusals import FileRefused, Limits
from core.tables.report import CellProblem, ReadyRow, Report, WrongRow, wrong_rows_csv

__all__ = [
    "CellProblem",
    "Dialect",
    "FileRefused",
    "Limits",
    "Mapping",
    "MappingError",
    "Reading",
    "ReadyRow",
    "Report",
    "WrongRow",
    "chunks",
    "csv_bytes",
    "judge_beside",
    "load_mapping",
    "neutralise",
    "open_reading",
    "parse_mapping",
    "read",
    "read_typed",
    "wrong_rows_csv",
    "xlsx_book",
    "xlsx_bytes",
]
