"""Rows of a return as a file, a form or a program sends them: one schema for all three."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from core import tables
from core.config import fund
from core.errors import InputErrors
from core.imports import layouts_in
from core.tables import Report, read_typed
from core.tables.mapping import Mapping as Columns
from core.words import _l
from quality.returns.asked import Ask, ReturnsPlan, Table
from quality.returns.models import QualityReturn
from quality.returns.tables import Said, problem

Cells = dict[str, Any]
LAYOUTS: Final = layouts_in(Path(__file__).parent / "mappings")
SUBJECTS: Final = {Table.HOURS: "worker", Table.STAFF: "worker", Table.INCIDENTS: "incident"}
_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9./-]{0,39}")


def columns_of(ask: Ask) -> Columns:
    """The layout of its file; of figures there is none."""
    return LAYOUTS[f"touiza-return-{ask.table.value}"]


def read_rows(content: bytes, filename: str, row: QualityReturn, ask: Ask, rules: ReturnsPlan) -> Report[Said]:
    """Every row judged, the same code twice refused. Raises FileRefused."""
    return tables.read(content, filename=filename, mapping=columns_of(ask), schema=Judge(row, ask, rules))


def read_row(typed: Mapping[str, str], row: QualityReturn, ask: Ask, rules: ReturnsPlan) -> Said:
    """One row by the names of the layout's fields. Raises InputErrors that name them."""
    return typed_row(typed, ask, Judge(row, ask, rules))


def typed_row(typed: Mapping[str, str], ask: Ask, judge: Judge) -> Said:
    """As `read_row`, one of several that must not have the same code."""
    return read_typed(typed, mapping=columns_of(ask), schema=judge)


class Judge:
    """Of the rows of one return."""

    def __init__(self, row: QualityReturn, ask: Ask, rules: ReturnsPlan) -> None:
        self._row, self._ask, self._rules = row, ask, rules
        self._seen: set[str] = set()

    def __call__(self, cells: Cells) -> Said:
        name = SUBJECTS[self._ask.table]
        subject = cells[name]
        if not _CODE.fullmatch(subject):
            words = _l("Write your own code, with a digit, like W-17. Never write a person’s name here.")
            raise InputErrors.at(name, words, subject)
        if subject in self._seen:
            raise InputErrors.at(name, _l("This code stands further up in the file already."), subject)
        self._seen.add(subject)
        said = _said(subject, cells, self._ask)
        if wrong := problem(self._ask, said, self._row.valid_from, self._row.valid_until, self._rules):
            place, words = wrong
            raise InputErrors.at(place, words, cells.get(place) or "")
        return said


def _said(subject: str, cells: Cells, ask: Ask) -> Said:
    if ask.table is Table.HOURS:
        return Said(subject, cells["hours"], cells["counted_hours"], reference=(cells["reference"] or "").strip()[:60])
    if ask.table is Table.STAFF:
        return Said(subject, cells["baseline_hours"], cells["days_without_pay"], cells["leave_days"] or 0)
    happened = _instant(cells["happened_on"], cells["happened_at"])
    return Said(
        subject, kind=cells["kind"], happened_at=happened,
        reported_at=_instant(cells["reported_on"], cells["reported_at"]),
    )  # fmt: skip


def _instant(day: dt.date | None, time: dt.time | None) -> dt.datetime | None:
    """In the fund's zone; a day without a time is its end, so that nothing looks sooner than it was."""
    if day is None:
        return None
    return dt.datetime.combine(day, time or dt.time(23, 59), fund().zone)


def cells_of(said: Said, ask: Ask) -> list[Any]:
    """The row by the columns of its layout."""
    if ask.table is Table.HOURS:
        return [said.subject, f"{said.whole.normalize():f}", f"{said.part.normalize():f}", said.reference]
    if ask.table is Table.STAFF:
        return [said.subject, f"{said.whole.normalize():f}", f"{said.part.normalize():f}", said.leave_days]
    return [said.subject, said.kind, *_day_and_time(said.happened_at), *_day_and_time(said.reported_at)]


def _day_and_time(at: dt.datetime | None) -> tuple[str, str]:
    local = at.astimezone(fund().zone) if at else None
    return (local.date().isoformat(), f"{local:%H:%M}") if local else ("", "")
