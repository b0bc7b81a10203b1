"""JSON that nothing searches in: kept as the text that was written, whatever the database.

PostgreSQL's own types would read every value when it is stored; its binary one costs more than the rest of the row.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class JsonText(str):
    """A JSON value whose text is there already: a column stores it as it is."""

    __slots__ = ()


_compact = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def json_text(value: Any) -> str:
    return value if isinstance(value, JsonText) else _compact(value)


class TextJson(TypeDecorator[Any]):
    """A column of such values; Python sees what they say."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)
