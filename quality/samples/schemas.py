"""Forms of samples."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields

from core.config import fund
from core.money import UnreadableAmount, parse_amount
from core.web.fields import TypedDate, between, matching, needed, sized
from core.words import _l

_DAY = needed(_l("Write a day like 2026-07-01."))
_SIZE = _l("Draw 2 to 5,000 lines, or leave it empty.")
_VARIATION = _l("Write a number above 0 and up to 50, like 4.53.")
_SOURCE = _l("Write 300 characters at most.")


class TypedAmount(fields.Field[int]):
    """An amount in major units, as people type it; minor units come out."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        try:
            return parse_amount(str(value), fund().currency.exponent)
        except UnreadableAmount as error:
            raise ValidationError(f"{error.reason} {error.fix}") from error


class CodeList(fields.Field[tuple[str, ...]]):
    """Service codes with spaces or commas between them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[str, ...]:
        return tuple(sorted({code.upper() for code in re.split(r"[\s,;]+", str(value)) if code}))


class PlanForm(Schema):
    design = fields.String(load_default="")
    covered = fields.String(load_default="")
    valid_from = TypedDate(required=True, error_messages=_DAY)
    valid_until = TypedDate(required=True, error_messages=_DAY)
    services = CodeList(load_default=())
    size = fields.Integer(load_default=None, validate=between(2, 5000, _SIZE), error_messages={"invalid": _SIZE})
    variation = fields.Float(
        load_default=None,
        validate=lambda value: matching("ok", _VARIATION)("ok" if 0 < value <= 50 else ""),
        error_messages={"invalid": _VARIATION, "special": _VARIATION},
    )
    certain_from = TypedAmount(load_default=None)
    source = fields.String(load_default="", validate=sized(0, 300, _SOURCE))
    source_on = TypedDate(load_default=None)
    case = fields.String(load_default="", validate=sized(0, 24, _l("No audit case has this number.")))


class FindingForm(Schema):
    error = fields.String(load_default="")
    allowed = TypedAmount(load_default=None)
    evidence = fields.String(load_default="")
    text = fields.String(load_default="")


class ExtensionForm(Schema):
    until = TypedDate(required=True, error_messages=_DAY)
    reason = fields.String(load_default="")
