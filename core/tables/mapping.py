"""A mapping: a small TOML file that says how somebody's columns become our fields.

name = "medicare-synpuf-inpatient"     title, date_formats, decimal_mark, encoding, amounts = "plain" | "typed"
[constants]                            field = "value"
[[filter]]                             column, equals (text or list): other rows are left out and counted
[fields.sex]                           column | constant | compute + from; kind;
                                       required = false: the column may be absent;
                                       filled = true: no cell may be blank; translate = {"1" = "male"}
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import InputErrors, Problem
from core.tables.computed import FUNCTIONS
from core.tables.dialect import ENCODINGS
from core.tables.values import DATE_FORMATS
from core.words import _l

KINDS = ("text", "identifier", "code", "date", "time", "amount", "quantity", "integer")
_TOP = {"name", "title", "date_formats", "decimal_mark", "encoding", "amounts", "constants", "filter", "fields"}
_FIELD = {"column", "constant", "compute", "from", "kind", "required", "filled", "translate"}


class MappingError(InputErrors):
    """The mapping file itself is wrong; `problems` name the places in it."""

    code = "invalid_mapping"


@dataclass(frozen=True, slots=True)
class Field:
    """One of our fields: `columns` has one name, or those that `compute` takes."""

    name: str
    columns: tuple[str, ...]
    kind: str = "text"
    compute: str = ""
    constant: str = ""
    is_required: bool = True
    is_filled: bool = False
    translate: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    column: str
    equals: frozenset[str]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A checked mapping; `columns` in file order are the columns it reads."""

    name: str
    title: str
    fields: tuple[Field, ...]
    constants: tuple[tuple[str, str], ...] = ()
    filters: tuple[Filter, ...] = ()
    date_formats: tuple[str, ...] = ("iso", "day_first")
    decimal_mark: str = "."
    encoding: str | None = None
    is_plain: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        named = [column for field in self.fields for column in field.columns] + [f.column for f in self.filters]
        return tuple(dict.fromkeys(named))

    @property
    def required_columns(self) -> tuple[str, ...]:
        named = [c for field in self.fields if field.is_required for c in field.columns]
        return tuple(dict.fromkeys(named + [f.column for f in self.filters]))

    def column_of(self, field_name: str) -> str:
        """The sender's name for a field, for messages; our own where there is none."""
        return next((f.columns[0] for f in self.fields if f.name == field_name and f.columns), field_name)


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping file. Raises MappingError."""
    return parse_mapping(path.read_text(encoding="utf-8"), path.stem)


def parse_mapping(text: str, name: str = "mapping") -> Mapping:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError.at(name, _l("This is not TOML: %(reason)s.", reason=str(error))) from error
    if problems := [*_top_problems(content), *_field_problems(content), *_filter_problems(content)]:
        raise MappingError(problems)
    return Mapping(
        name=content.get("name", name),
        title=content.get("title", name),
        fields=tuple(_field(key, row) for key, row in content["fields"].items()),
        constants=tuple((key, value) for key, value in content.get("constants", {}).items()),
        filters=tuple(Filter(row["column"], frozenset(_texts(row["equals"]))) for row in content.get("filter", [])),
        date_formats=tuple(content.get("date_formats", ("iso", "day_first"))),
        decimal_mark=content.get("decimal_mark", "."),
        encoding=content.get("encoding"),
        is_plain=content.get("amounts", "typed") == "plain",
    )


def _field(name: str, row: dict[str, Any]) -> Field:
    compute = row.get("compute", "")
    return Field(
        name=name,
        columns=tuple(row["from"]) if compute else tuple(row[key] for key in ("column",) if key in row),
        kind=row.get("kind") or (FUNCTIONS[compute].gives if compute else "text"),
        compute=compute,
        constant=row.get("constant", ""),
        is_required=row.get("required", True),
        is_filled=row.get("filled", False),
        translate=tuple(row.get("translate", {}).items()),
    )


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value


def _is_texts(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(v, str) for v in value))


def _choice(where: str, value: Any, choices: tuple[str, ...]) -> list[Problem]:
    if value in choices:
        return []
    return [Problem(where, _l("Write one of %(choices)s.", choices=", ".join(choices)), str(value))]


def _top_problems(content: dict[str, Any]) -> list[Problem]:
    problems = [Problem(key, _l("We do not know this entry.")) for key in content if key not in _TOP]
    formats = content.get("date_formats", [])
    for value in formats if isinstance(formats, list) else [formats]:
        problems += _choice("date_formats", value, DATE_FORMATS)
    problems += _choice("decimal_mark", content.get("decimal_mark", "."), (".", ","))
    problems += _choice("amounts", content.get("amounts", "typed"), ("plain", "typed"))
    if "encoding" in content:
        problems += _choice("encoding", content["encoding"], ENCODINGS)
    constants = content.get("constants", {})
    for key, value in constants.items() if isinstance(constants, dict) else [("", constants)]:
        if not isinstance(value, str):
            problems.append(Problem(f"constants.{key}", _l("A constant is a text in quotation marks."), str(value)))
    return problems


def _field_problems(content: dict[str, Any]) -> list[Problem]:
    fields = content.get("fields")
    if not isinstance(fields, dict) or not fields:
        return [Problem("fields", _l("A mapping needs at least one [fields.…] part."))]
    constants = content.get("constants", {})
    problems = [Problem(f"fields.{n}", _l("This field is a constant already.")) for n in fields if n in constants]
    for name, row in fields.items():
        where = f"fields.{name}"
        if not isinstance(row, dict):
            problems.append(Problem(where, _l("Write a part with a column."), str(row)))
            continue
        problems += [Problem(f"{where}.{key}", _l("We do not know this entry.")) for key in row if key not in _FIELD]
        problems += _choice(f"{where}.kind", row.get("kind", "text"), KINDS)
        problems += _source_problems(where, row) + _switch_problems(where, row)
    return problems


def _source_problems(where: str, row: dict[str, Any]) -> list[Problem]:
    sources = [key for key in ("column", "constant", "compute") if key in row]
    if len(sources) != 1 or not isinstance(row[sources[0]], str) or not row[sources[0]].strip():
        return [Problem(where, _l("Say where the field comes from: one of column, constant or compute, as text."))]
    return _compute_problems(where, row) if sources == ["compute"] else []


def _compute_problems(where: str, row: dict[str, Any]) -> list[Problem]:
    name, columns = row["compute"], row.get("from")
    if name not in FUNCTIONS:
        return _choice(f"{where}.compute", name, tuple(FUNCTIONS))
    if not isinstance(columns, list) or not _is_texts(columns):
        return [Problem(f"{where}.from", _l("List the columns to compute from: from = [“…”]."))]
    least, most = FUNCTIONS[name].least, FUNCTIONS[name].most
    if len(columns) < least or (most is not None and len(columns) > most):
        message = _l("%(function)s takes %(count)s columns.", function=name, count=least)
        return [Problem(f"{where}.from", message, str(len(columns)))]
    return []


def _switch_problems(where: str, row: dict[str, Any]) -> list[Problem]:
    problems = [
        Problem(f"{where}.{key}", _l("Write true or false."), str(row[key]))
        for key in ("required", "filled")
        if key in row and not isinstance(row[key], bool)
    ]
    table = row.get("translate", {})
    if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
        problems.append(Problem(f"{where}.translate", _l('Write pairs of texts: {"1" = "male"}.'), str(table)))
    return problems


def _filter_problems(content: dict[str, Any]) -> list[Problem]:
    filters = content.get("filter", [])
    if not isinstance(filters, list):
        return [Problem("filter", _l("Write filters as [[filter]] parts."))]
    message = _l("A filter has a column and equals, both texts.")
    return [Problem(f"filter.{n}", message, str(row)) for n, row in enumerate(filters) if not _is_filter(row)]


def _is_filter(row: Any) -> bool:
    if not isinstance(row, dict) or set(row) != {"column", "equals"}:
        return False
    return isinstance(row["column"], str) and _is_texts(row["equals"])
