"""Forms of this room."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.fields import TypedDate, between, needed
from core.words import _l


class PeriodForm(Schema):
    period = fields.String(required=True, error_messages=needed(_l("Write a quarter like 2026Q3.")))


class AuditCaseForm(Schema):
    question = fields.String(load_default="")
    indicator = fields.String(load_default="", validate=validate.Length(max=10))
    period = fields.String(load_default="", validate=validate.Length(max=8))


class FindingForm(Schema):
    finding = fields.String(load_default="")
    finding_text = fields.String(load_default="")


_DAY = needed(_l("Write a day like 2026-07-01."))
_SIZE = _l("Draw 1 to 5,000 lines, or leave it empty.")


class SampleForm(Schema):
    valid_from = TypedDate(required=True, error_messages=_DAY)
    valid_until = TypedDate(required=True, error_messages=_DAY)
    announced = fields.String(load_default="")
    size = fields.Integer(
        load_default=None, allow_none=True, validate=between(1, 5000, _SIZE), error_messages={"invalid": _SIZE}
    )
    case = fields.String(load_default="")
