"""Forms of this room."""

from __future__ import annotations

from marshmallow import Schema, fields

from core.web.fields import TypedDate, needed
from core.words import _l


class PeriodForm(Schema):
    period = fields.String(required=True, error_messages=needed(_l("Choose a period.")))


class ClosingForm(Schema):
    """What is said of a suspended withhold: the day of the cure, empty where there was none."""

    reason = fields.String(allow_none=True, required=True)
    cured_on = TypedDate(allow_none=True, required=True)
