"""The plan part `audit`: how long each step of a case and of a complaint may take."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from core import plan
from core.web.forms import load_toml

PART = "audit"


def _days() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=366))


@dataclass(frozen=True, slots=True)
class Lane:
    """Working days for each step."""

    conclude_days: int
    reply_days: int
    decision_days: int
    appeal_days: int


@dataclass(frozen=True, slots=True)
class ComplaintDays:
    """Working days until a complaint is answered; until one about safety is begun."""

    answer_days: int
    safeguarding_days: int


@dataclass(frozen=True, slots=True)
class DoubleReviewRules:
    """Of the month's decisions by reviewers; working days for the second reviewer."""

    per_cent: int
    days: int


@dataclass(frozen=True, slots=True)
class AuditPlan:
    ordinary: Lane
    safeguarding: Lane
    complaints: ComplaintDays
    most_instalments: int
    double_review: DoubleReviewRules
    scorecard_minimum: int

    def lane(self, *, is_safeguarding: bool) -> Lane:
        return self.safeguarding if is_safeguarding else self.ordinary


class LaneSchema(Schema):
    conclude_days = _days()
    reply_days = _days()
    decision_days = _days()
    appeal_days = _days()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Lane:
        return Lane(**data)


class ComplaintSchema(Schema):
    answer_days = _days()
    safeguarding_days = _days()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ComplaintDays:
        return ComplaintDays(**data)


class DoubleReviewSchema(Schema):
    per_cent = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=100))
    days = _days()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> DoubleReviewRules:
        return DoubleReviewRules(**data)


class ScorecardSchema(Schema):
    minimum = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))


class AuditPlanSchema(Schema):
    ordinary = fields.Nested(LaneSchema, required=True)
    safeguarding = fields.Nested(LaneSchema, required=True)
    complaints = fields.Nested(ComplaintSchema, required=True)
    most_instalments = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=60))
    double_review = fields.Nested(DoubleReviewSchema, required=True)
    scorecard = fields.Nested(ScorecardSchema, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> AuditPlan:
        minimum = data.pop("scorecard")["minimum"]
        return AuditPlan(**data, scorecard_minimum=minimum)


def parse(text: str) -> AuditPlan:
    """Read the plan part, or raise InputErrors that name table and field."""
    read: AuditPlan = load_toml(AuditPlanSchema(), text, PART)
    return read


def rules_on(day: dt.date) -> AuditPlan:
    """As in force that day."""
    found: AuditPlan = plan.in_force(PART, day)
    return found
