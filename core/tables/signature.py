"""What a file really is, told by its first bytes and, for a workbook, by its ZIP directory alone."""

from __future__ import annotations

import os
import zipfile
from typing import BinaryIO

from core.tables.refusals import FileRefused, Limits, too_large, unreadable, wrong_type
from core.words import _l

CSV, XLSX = "csv", "xlsx"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"#!", "script"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x1f\x8b", "GZIP"),
    (b"<", "HTML/XML"),
)


def size_of(stream: BinaryIO) -> int:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return size


def kind_of(stream: BinaryIO, filename: str, limits: Limits) -> str:
    """CSV or XLSX, if name and content agree; every other case is refused in its own words."""
    size = size_of(stream)
    if size > max(limits.csv_size, limits.workbook_size):
        raise too_large(size, max(limits.csv_size, limits.workbook_size))
    head = stream.read(512)
    stream.seek(0)
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise FileRefused(
            _l("This file is empty. Choose a file with a row of column names and rows below it."), code="empty_file"
        )
    kind = _content(stream, head)
    _agree(kind, filename)
    if size > (limit := limits.csv_size if kind == CSV else limits.workbook_size):
        raise too_large(size, limit)
    return kind


def _content(stream: BinaryIO, head: bytes) -> str:
    if head.startswith(_OLE):
        raise _old_office(stream)
    if head.startswith(b"PK"):
        return _zip_kind(stream)
    for start, name in _FOREIGN:
        if head.lstrip(b"\xef\xbb\xbf \r\n").startswith(start) and not _is_table_text(head, start):
            raise wrong_type(
                _l("This is a %(found)s file. Send a table: a CSV file or an Excel workbook (.xlsx).", found=name)
            )
    return CSV


def _is_table_text(head: bytes, start: bytes) -> bool:
    """A column may be called “MZone”: two letters alone do not make a program."""
    return start == b"MZ" and b"\x00" not in head


def _old_office(stream: BinaryIO) -> FileRefused:
    """A protected workbook is an encrypted package inside the old container."""
    content = stream.read()
    stream.seek(0)
    if _ENCRYPTED in content:
        return FileRefused(
            _l("This workbook is protected with a password. Save it without the password and send it again."),
            code="password_protected",
        )
    return wrong_type(_l("This is an old Excel or Office file. Save it as .xlsx or as CSV UTF-8 and send it again."))


def _zip_kind(stream: BinaryIO) -> str:
    try:
        names = zipfile.ZipFile(stream).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise unreadable(_l("This workbook is damaged and cannot be read. Save it again and send it.")) from error
    finally:
        stream.seek(0)
    if "xl/workbook.xml" not in names and "xl/workbook.bin" not in names:
        raise wrong_type(_l("This is a ZIP archive, not a table. Send the CSV file or Excel workbook that is inside."))
    return XLSX


def _agree(kind: str, filename: str) -> None:
    ending = os.path.splitext(filename)[1].lower().lstrip(".")
    if kind == XLSX and ending in ("csv", "tsv", "txt"):
        raise wrong_type(
            _l("This is an Excel workbook though its name ends in .%(ending)s. "
               "Save it as CSV UTF-8, or give it its name ending .xlsx.", ending=ending)
        )  # fmt: skip
    if kind == CSV and ending in ("xlsx", "xlsm"):
        raise wrong_type(
            _l("This is not an Excel workbook though its name ends in .%(ending)s. "
               "Save it as .xlsx, or give a CSV file its name ending .csv.", ending=ending)
        )  # fmt: skip
    if ending not in ("csv", "tsv", "txt", "xlsx", "xlsm", ""):
        raise wrong_type(_l("Files ending in .%(ending)s are not read. Send .csv or .xlsx.", ending=ending))


def check_directory(stream: BinaryIO, limits: Limits) -> None:
    """Refuse a workbook that would swell, by what its directory declares; nothing is unpacked.

    Sound because a reader stops at the declared size of a member.
    """
    with zipfile.ZipFile(stream) as archive:
        members = archive.infolist()
    stream.seek(0)
    packed, unpacked = sum(m.compress_size for m in members), sum(m.file_size for m in members)
    largest = max((m.file_size for m in members), default=0)
    if any(m.flag_bits & 1 for m in members):
        raise FileRefused(
            _l("This workbook is protected with a password. Save it without the password and send it again."),
            code="password_protected",
        )
    if (
        len(members) > limits.members
        or unpacked > limits.unpacked_size
        or largest > limits.unpacked_member
        or unpacked > limits.unpacked_ratio * max(packed, 1)
    ):
        error = too_large(unpacked, limits.unpacked_size)
        error.message = _l(
            "This workbook swells to %(size)s MB when it is opened; that is more than we unpack. "
            "Save only the sheet with the table, as CSV UTF-8.",
            size=-(-unpacked // 1_000_000),
        )
        raise error
