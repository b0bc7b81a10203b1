"""Plan versions in words: states, tables, fields and values as people read them; a room may know better words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale

from core import clock, plan
from core.accounts import queries as accounts
from core.config import fund
from core.plan import FieldChange, PlanVersion, RowChange
from core.web.filters import FORMATTING_LOCALES, instant
from core.words import _, _l

STATES: dict[str, Any] = {
    "draft": _l("Draft"),
    "replaced": _l("Overtaken draft"),
    "in_force": _l("In force"),
    "planned": _l("Approved, begins later"),
    "ended": _l("Ended"),
}
KINDS: dict[str, tuple[str, Any]] = {
    "added": ("good", _l("New")),
    "changed": ("half", _l("Changed")),
    "ended": ("ended", _l("Taken out")),
}


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One row of the comparison; `lines`: (field, before, after) in words."""

    change: RowChange
    lines: list[tuple[str, str, str]]

    @property
    def kind(self) -> tuple[str, Any]:
        return KINDS[self.change.kind]


def missing_part(part: str) -> Any:
    """What is missing while nothing of a part applies today, and who brings it; empty where something does."""
    lack = plan.missing(part, clock.today(fund().zone))
    return lack.message if lack else ""


def shown(row: PlanVersion, before: PlanVersion) -> list[ShownChange]:
    """What `row` changes against `before`, on the service dates it applies to."""
    found = plan.changes(before.text, row.text, since=row.valid_from)
    return [ShownChange(change, [_line(row.part, change, each) for each in change.fields]) for change in found]


def _line(part: str, change: RowChange, each: FieldChange) -> tuple[str, str, str]:
    words = plan.wording(part) or plain_words
    was, will = _differing(each.before, each.after)
    label, before = words(change.table, each.field, was)
    after = words(change.table, each.field, will)[1]
    return str(label), str(before), str(after)


def _differing(before: Any, after: Any) -> tuple[Any, Any]:
    """Of two tables of numbers only the numbers that differ."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return before, after
    keys = [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key)]
    return {key: before[key] for key in keys if key in before}, {key: after[key] for key in keys if key in after}


def plain_words(_table: str, field: str, value: Any) -> tuple[str, str]:
    """The field's own name and the value as it stands in the text."""
    return field.replace("_", " ").strip(), value_words(value)


def value_words(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.date):
        return day_text(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {value_words(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(value_words(each) for each in value)
    return str(value)


def second_line(change: RowChange) -> str:
    """What stands below a name: the code, or the table of a row without one."""
    if change.row:
        return change.row
    return table_words(change) if change.name else ""


def table_words(change: RowChange) -> str:
    return change.table.replace("_", " ").capitalize()


def day_text(on: dt.date) -> str:
    locale = get_locale()
    return str(format_date(on, "d MMMM y", locale=FORMATTING_LOCALES.get(locale.language if locale else "en", "en_GB")))


def person(who: str | None) -> str:
    """The name behind a person's mark, if an account has it."""
    if not who:
        return "–"
    found = accounts.name_of_person(who)
    return found or who


def steps(row: PlanVersion) -> list[dict[str, Any]]:
    """Who prepared and who approved, for the timeline."""
    prepared = {"state": "behind", "title": _("Prepared"), "text": person(row.prepared_by)}
    if row.approved_by is None:
        return [prepared, {"state": "now", "title": _("Approval by another person")}]
    text = f"{person(row.approved_by)}, {instant(row.approved_at).striptags()}"
    return [prepared, {"state": "behind", "title": _("Approved"), "text": text}]
