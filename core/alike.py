"""A row like another: every column but its own key, whatever columns are added later."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import inspect

from core.db import Model

Row = TypeVar("Row", bound=Model)


def alike(row: Row, **changes: Any) -> Row:
    """A new, unsaved row of the same table; `changes` take the place of what stands there."""
    names = {column.key for column in inspect(type(row)).column_attrs} - {"id"}
    return type(row)(**({name: getattr(row, name) for name in names} | changes))
