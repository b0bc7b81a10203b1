"""Why a file as a whole is not read, and how large one may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.errors import DomainError, TooLarge
from core.words import _l

MEGABYTE = 1_000_000


class FileRefused(DomainError):
    """Nothing of the file was read. `code` is empty_file, wrong_type, password_protected, unreadable,
    missing_columns or repeated_columns; too large files raise `TooLarge`."""

    status = 422
    code = "unreadable"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one upload may hold; sizes in bytes, lengths in characters."""

    csv_size: int = 200 * MEGABYTE
    workbook_size: int = 20 * MEGABYTE
    workbook_rows: int = 50_000
    line_length: int = 100_000
    field_length: int = 10_000
    columns: int = 300
    # The four below are read off a workbook's ZIP directory before anything is unpacked.
    unpacked_size: int = 200 * MEGABYTE
    unpacked_member: int = 100 * MEGABYTE
    unpacked_ratio: int = 100
    members: int = 1_000
    # What the process that parses a workbook may take.
    parse_seconds: int = 60
    parse_memory: int = 1_500 * MEGABYTE


def too_large(size: int, limit: int) -> TooLarge:
    """Says both sizes, in megabytes."""
    return TooLarge(
        _l(
            "This file has %(size)s MB. The limit is %(limit)s MB. Split it and send the parts one after the other.",
            size=_megabytes(size),
            limit=_megabytes(limit),
        )
    )


def _megabytes(size: int) -> str:
    return f"{-(-size // 100_000) / 10:g}"


def unreadable(message: Any) -> FileRefused:
    return FileRefused(message, code="unreadable")


def wrong_type(message: Any) -> FileRefused:
    return FileRefused(message, code="wrong_type")
