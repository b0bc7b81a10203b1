"""How a CSV file is written: encoding and delimiter, found or declared, and shown to its sender."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from core.tables.refusals import unreadable
from core.words import _l

DELIMITERS = (",", ";", "\t")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1256")
_BLOCK = 1 << 20
_WORD = re.compile(rb"[A-Za-z\x81\x8d-\x90\x98-\x9f\xaa\xc0-\xff]{2,}")
_ARABIC = re.compile(rb"[\xc1-\xdf\xe1\xe3-\xe6\xec\xed\xf0-\xf3\xf5-\xf8]")
_LATIN = re.compile(rb"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Dialect:
    """`is_guessed`: the encoding was told by the look of the words, so show it for confirmation."""

    encoding: str
    delimiter: str
    is_guessed: bool = False


def detect_encoding(stream: BinaryIO, declared: str | None = None) -> tuple[str, bool]:
    """(encoding, is_guessed). A BOM decides, then the declaration, then UTF-8 if every byte fits, then the words."""
    stream.seek(0)
    head = stream.read(4)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", False
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", False
    if declared:
        return declared, False
    stream.seek(0)
    return ("utf-8", False) if _is_utf8(stream) else (_windows_page(stream), True)


def _is_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := stream.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _windows_page(stream: BinaryIO) -> str:
    """Arabic words are Arabic letter by letter; a Western word mixes its accents with plain letters."""
    stream.seek(0)
    arabic = western = 0
    while block := stream.read(_BLOCK):
        for word in _WORD.findall(block):
            if not _ARABIC.search(word):
                continue  # French small accents stand at the same place in both pages
            is_western = _LATIN.search(word) is not None
            western += is_western
            arabic += not is_western
        if arabic + western > 1_000:
            break
    return "cp1256" if arabic > western else "cp1252"


def detect_delimiter(header: str, known: Iterable[str] = ()) -> str:
    """The delimiter that makes the most expected columns out of the header line, else the most columns."""
    expected = {column.casefold() for column in known}
    hint = re.fullmatch(r"sep=(.)\s*", header, re.IGNORECASE)
    if hint and hint[1] in DELIMITERS:
        return hint[1]

    def columns(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([header], delimiter=delimiter), [])
        except csv.Error as error:
            raise unreadable(_l("The first row cannot be read as column names: a quotation mark is open.")) from error
        return sum(cell.strip().casefold() in expected for cell in cells), len(cells)

    return max(DELIMITERS, key=columns)
