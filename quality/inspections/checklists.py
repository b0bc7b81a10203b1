"""Checklists as data: sections of items, each on its scale. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from core.words import _l


class Scale(StrEnum):
    POINTS = "points"
    YES_NO = "yes_no"


NOT_APPLICABLE: Final = "na"
POINTS: Final = tuple(str(point) for point in range(1, 8))
ANSWERS: Final = {Scale.POINTS: (*POINTS, NOT_APPLICABLE), Scale.YES_NO: ("yes", "no", NOT_APPLICABLE)}
WORDS: Final[dict[str, Any]] = {"yes": _l("Yes"), "no": _l("No"), NOT_APPLICABLE: _l("Does not apply")}


@dataclass(frozen=True, slots=True)
class Item:
    code: str
    text: str
    scale: Scale
    basis: str
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    code: str
    title: str
    sector: str
    sections: tuple[Section, ...]
    valid_from: dt.date
    valid_until: dt.date | None = None

    @property
    def items(self) -> dict[str, Item]:
        return {item.code: item for section in self.sections for item in section.items}

    def is_valid_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class InspectionPlan:
    """`finding_below` in points; `double_share` of inspections are filled by two; `turns` in a row without a reason."""

    finding_below: int
    mend_within_days: int
    reply_days: int
    double_share: Decimal
    turns: int
    basis: str
    checklists: tuple[Checklist, ...]

    def on(self, day: dt.date) -> tuple[Checklist, ...]:
        return tuple(one for one in self.checklists if one.is_valid_on(day))

    def checklist(self, code: str, day: dt.date) -> Checklist | None:
        return next((one for one in self.on(day) if one.code == code), None)

    def is_finding(self, value: str) -> bool:
        """A “no”, or too few points."""
        return value == "no" or (value in POINTS and int(value) < self.finding_below)
