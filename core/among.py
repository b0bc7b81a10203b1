"""`column IN (many values)` as one parameter, so that a statement reads the same whatever their number."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Boolean, Text, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator


class _Values(TypeDecorator[Any]):
    """PostgreSQL takes the text of an array, SQLite a list as JSON: a driver that looks at each of many thousands takes
    longer than the database."""

    impl = Text
    cache_ok = True

    def __init__(self, is_text: bool) -> None:
        super().__init__()
        self.is_text = is_text

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(NullType())  # the cast says what it is

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        values = list(value or ())
        if dialect.name != "postgresql":
            return json.dumps(values)
        return array(values, is_text=self.is_text)


def array(values: Iterable[Any], *, is_text: bool) -> str:
    """PostgreSQL's text of an array: so a statement is the same one for small and large numbers."""
    return f"{{{','.join(map(_quoted if is_text else str, values))}}}"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class among(FunctionElement[bool]):  # noqa: N801 - reads as a function of SQL
    """`among(Member.id, ids)`, or with a name in place of the values for a statement that is built once."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Any, values: Collection[Any] | str) -> None:
        kind = _Values(column.type.python_type is str)
        value = bindparam(values, type_=kind) if isinstance(values, str) else bindparam(None, list(values), type_=kind)
        super().__init__(column, value)

    def self_group(self, against: Any = None) -> Any:
        """A condition as it is: SQLite would else be asked whether it `= 1`, and look at every row to answer."""
        return self


@compiles(among)
def _on_sqlite(element: among, compiler: SQLCompiler, **more: Any) -> str:
    column, values = (compiler.process(clause, **more) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - a place for a parameter


@compiles(among, "postgresql")
def _on_postgresql(element: among, compiler: SQLCompiler, **more: Any) -> str:
    column, values = (compiler.process(clause, **more) for clause in element.clauses)
    is_text = next(iter(element.clauses)).type.python_type is str
    return f"{column} = ANY(CAST({values} AS {'TEXT' if is_text else 'BIGINT'}[]))"
