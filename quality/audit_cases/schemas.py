"""Forms of audit cases."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.fields import TypedDate, needed
from core.words import _l

_DAY = needed(_l("Write a day like 2026-07-01."), _l("Write a day like 2026-07-01."))
MOST_RECOMMENDATIONS = 4


class QuestionForm(Schema):
    question = fields.String(load_default="")
    source = fields.String(load_default="other")
    reference = fields.String(load_default="", validate=validate.Length(max=60))
    indicator = fields.String(load_default="", validate=validate.Length(max=10))
    period = fields.String(load_default="", validate=validate.Length(max=8))
    is_safeguarding = fields.Boolean(load_default=False)


class EntryForm(Schema):
    kind = fields.String(load_default="")
    text = fields.String(load_default="")
    happened_on = TypedDate(load_default=None, allow_none=True, error_messages=_DAY)
    is_shared = fields.Boolean(load_default=False)


class ConclusionForm(Schema):
    finding = fields.String(load_default="")
    finding_text = fields.String(load_default="")
    sample = fields.String(load_default="")
    rule = fields.String(load_default="")


class DecisionForm(Schema):
    finding = fields.String(load_default="")
    finding_text = fields.String(load_default="")
    instalments = fields.Integer(
        load_default=1, error_messages={"invalid": _l("Write a whole number of months, like 6.")}
    )
    first_due_on = TypedDate(load_default=None, allow_none=True, error_messages=_DAY)
    referred_to = fields.String(load_default="")


class RecommendationForm(Schema):
    """One row of the decision's table."""

    text = fields.String(load_default="")
    due_on = TypedDate(load_default=None, allow_none=True, error_messages=_DAY)
