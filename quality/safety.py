"""Which indicators count harm, so that their events are watched one by one: rows of the plan part `quality`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, post_load, validate


@dataclass(frozen=True, slots=True)
class SafetyTerms:
    """`accepted` is the rate, in the unit of the indicator, that worse odds are told apart from.

    It is the fund's word and not the mean of all: so it moves with nobody's figure, and tells of nobody.
    """

    indicator: str
    accepted: Decimal
    odds_ratio: Decimal
    signal_at: Decimal
    basis: str
    valid_from: dt.date
    valid_until: dt.date | None = None

    def is_valid_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class SafetySchema(Schema):
    indicator = fields.String(required=True)
    accepted = fields.Decimal(required=True, validate=validate.Range(min=0, min_inclusive=False))
    odds_ratio = fields.Decimal(load_default=Decimal(2), validate=validate.Range(min=1, min_inclusive=False))
    signal_at = fields.Decimal(load_default=Decimal("3.5"), validate=validate.Range(min=0, min_inclusive=False))
    basis = fields.String(required=True, validate=validate.Length(1))
    valid_from = fields.Raw(required=True, validate=lambda day: type(day) is dt.date)
    valid_until = fields.Raw(load_default=None, allow_none=True, validate=lambda day: type(day) is dt.date)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SafetyTerms:
        return SafetyTerms(**data)
