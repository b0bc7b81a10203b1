"""What people type into a field, read through the same eyes as a cell of a file."""

from __future__ import annotations

import datetime as dt
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
