"""What people type into a field, read through the same eyes as a cell of a file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection
from typing import Any

from marshmallow import ValidationError, fields

from core.tables.values import BadValue, parse_date, parse_time


class TypedDate(fields.Field[dt.date]):
    """2026-03-27 or 27/3/2026."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.date:
        try:
            return parse_date(value)
        except BadValue as error:
            raise ValidationError(f"{error.reason} {error.fix}") from error


class TypedTime(fields.Field[int]):
    """8:30, as minutes after midnight."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        try:
            time = parse_time(value)
        except BadValue as error:
            raise ValidationError(f"{error.reason} {error.fix}") from error
        return time.hour * 60 + time.minute


def one_of(choices: Collection[str], message: Any) -> Callable[[str], None]:
    """marshmallow's own validators read their message when the class is made; these leave it lazy."""
    return _check(lambda value: value in choices, message)


def matching(pattern: str, message: Any) -> Callable[[str], None]:
    return _check(lambda value: re.fullmatch(pattern, value) is not None, message)


def between(least: int, most: int, message: Any) -> Callable[[int], None]:
    """Both ends inclusive."""
    return _check(lambda value: least <= value <= most, message)


def sized(least: int, most: int, message: Any) -> Callable[[Any], None]:
    """So many characters or items, both ends inclusive."""
    return _check(lambda value: least <= len(value) <= most, message)


def needed(message: Any, invalid: Any = None) -> dict[str, Any]:
    """`error_messages` of a field that must be there; `invalid` is said of what cannot be read."""
    return {"required": message, "null": message, "invalid": invalid or message}


def _check(holds: Callable[[Any], bool], message: Any) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        if not holds(value):
            raise ValidationError(str(message))  # a lazy one would be taken apart into letters

    return check
