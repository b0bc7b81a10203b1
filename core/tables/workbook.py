"""Rows of an Excel workbook, first sheet, formulas not evaluated, parsed in a child process."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import DomainError, TooLarge
from core.tables.refusals import FileRefused, Limits, unreadable
from core.tables.values import Cell
from core.words import _l

_CHILD = Path(__file__).with_name("workbook_child.py")
_TYPED: dict[str, Callable[[str], Cell]] = {
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
    "time": dt.time.fromisoformat,
}


def rows(stream: BinaryIO, limits: Limits) -> Iterator[list[Cell]]:
    """Every row from row 1 on; `check_directory` must have passed before."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        shutil.copyfileobj(stream, copy)
        copy.flush()
        yield from _parsed(copy.name, limits)


def _parsed(path: str, limits: Limits) -> Iterator[list[Cell]]:
    command = [sys.executable, "-I", str(_CHILD), path, str(limits.workbook_rows), str(limits.parse_memory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:  # noqa: S603 - our own script, no shell
        assert child.stdout is not None
        watch = threading.Timer(limits.parse_seconds, child.kill)
        watch.start()
        try:
            for line in child.stdout:
                yield _row(json.loads(line), limits)
            if child.wait() != 0:
                raise _refusal("stopped", limits)
        finally:
            watch.cancel()
            child.kill()


def _row(parsed: Any, limits: Limits) -> list[Cell]:
    if isinstance(parsed, dict):
        raise _refusal(parsed["refused"], limits)
    return [_TYPED[cell[0]](cell[1]) if isinstance(cell, list) else cell for cell in parsed]


def _refusal(reason: str, limits: Limits) -> DomainError:
    if reason == "password":
        return FileRefused(
            _l("This workbook is protected with a password. Save it without the password and send it again."),
            code="password_protected",
        )
    if reason == "rows":
        return TooLarge(
            _l(
                "This workbook has more than %(limit)s rows. Save it as CSV UTF-8 and send that.",
                limit=limits.workbook_rows,
            )
        )
    if reason == "stopped":  # by the time or memory limit
        return unreadable(
            _l("This workbook is too large or too complicated. Save only the sheet with the table, as CSV UTF-8.")
        )
    return unreadable(_l("This workbook is damaged and cannot be read. Save it again and send it."))
