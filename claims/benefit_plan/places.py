"""Where a fault stands in the text: the line of a row or of its field, found in the text itself."""

from __future__ import annotations

import re

_HEAD = re.compile(r"^\s*(\[{1,2})\s*([\w.\"-]+)\s*\]{1,2}")
_ROW = re.compile(r"^(\w+) row (\d+)")


def line_of(text: str, where: str) -> int | None:
    """`where` as the checks name it: “services row 2 (HC-100), limits, …” or “packages, basic, without”."""
    lines = text.split("\n")
    row = _ROW.match(where)
    rest = [part.strip() for part in where.split(",")]
    if row:
        first = _nth_row(lines, row[1], int(row[2]))
        return None if first is None else _field(lines, first, rest[1:])
    for depth in (2, 1):
        first = _named(lines, ".".join(rest[:depth]))
        if first is not None:
            return _field(lines, first, rest[depth:])
    return None


def _nth_row(lines: list[str], table: str, number: int) -> int | None:
    seen = 0
    for index, line in enumerate(lines):
        head = _HEAD.match(line)
        if head and head[1] == "[[" and head[2] == table:
            seen += 1
            if seen == number:
                return index
    return None


def _named(lines: list[str], name: str) -> int | None:
    heads = ((index, _HEAD.match(line)) for index, line in enumerate(lines))
    return next((index for index, head in heads if head and head[2] == name), None)


def _field(lines: list[str], first: int, names: list[str]) -> int:
    """The line of the first name inside the row that begins at `first`, else the row's own line; counted from 1."""
    name = names[0].split(" row ")[0] if names else ""
    for index in range(first + 1, len(lines)):
        if _HEAD.match(lines[index]):
            break
        if name and re.match(rf"^\s*{re.escape(name)}\s*=", lines[index]):
            return index + 1
    return first + 1
