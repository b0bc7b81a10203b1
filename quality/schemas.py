"""Forms of this room."""

from __future__ import annotations

from marshmallow import Schema, fields

from core.web.fields import needed
from core.words import _l


class PeriodForm(Schema):
    period = fields.String(required=True, error_messages=needed(_l("Write a quarter like 2026Q3.")))
