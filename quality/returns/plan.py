"""The plan part `returns`, from TOML text to a ReturnsPlan: core.plan.declare("returns", parse)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from core import plan
from core.errors import InputErrors
from core.web.forms import load_toml
from core.words import _l
from quality.returns.asked import Ask, IncidentRules, ReturnsPlan, StaffRules, SurveyRules, Table

PART = "returns"
PAIRS = {Table.FACTS: (2, 4)}


def _text() -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, 200))


def _count(least: int = 1) -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(least, 10_000))


def _codes(**more: Any) -> fields.List[str]:
    return fields.List(fields.String(validate=validate.Regexp(r"[a-z][a-z_]{1,39}")), **more)


class _Incident(Schema):
    report_within_hours = _count()
    injury_codes = fields.List(fields.String(validate=validate.Length(1, 7)), required=True)
    kinds = _codes(required=True, validate=validate.Length(1))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> IncidentRules:
        return IncidentRules(data["report_within_hours"], tuple(data["injury_codes"]), tuple(data["kinds"]))


class _Staff(Schema):
    baseline_hours = _count()
    gone_days = _count()
    leave_days = _count()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> StaffRules:
        return StaffRules(**data)


class _Survey(Schema):
    top_boxes = _count()
    points = _count(2)
    basis = _text()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SurveyRules:
        return SurveyRules(**data)


class _Return(Schema):
    indicator = fields.String(required=True, validate=validate.Regexp(r"[HCLX]-\d{2}$"))
    table = fields.Enum(Table, by_value=True, required=True)
    every = fields.String(required=True, validate=validate.OneOf(("quarter", "year")))
    evidence = _text()
    basis = _text()
    facts = _codes(load_default=list)
    compared_with = _codes(load_default=list)
    has_proof = fields.Boolean(load_default=False)
    has_deduction = fields.Boolean(load_default=False)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Ask:
        return Ask(**{**data, "facts": tuple(data["facts"]), "compared_with": tuple(data["compared_with"])})


class _File(Schema):
    due_days = _count()
    reminder_days = _count()
    reminders = _count(0)
    correction_days = _count()
    sample = _count()
    statement = _text()
    incident = fields.Nested(_Incident, required=True)
    staff = fields.Nested(_Staff, required=True)
    survey = fields.Nested(_Survey, required=True)
    asks = fields.List(fields.Nested(_Return), data_key="return", required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ReturnsPlan:
        return ReturnsPlan(**{**data, "asks": tuple(data["asks"])})


def parse(text: str) -> ReturnsPlan:
    """`plan/returns.toml` as a value; InputErrors name table and key."""
    found: ReturnsPlan = load_toml(_File(), text, PART)
    for row in found.asks:
        if len(row.facts) not in PAIRS.get(row.table, (0,)):
            words = _l(
                "A return of figures names a pair of facts, or two pairs for shares; a return of rows names none."
            )
            raise InputErrors.at(f"return.{row.indicator}.facts", words, ", ".join(row.facts))
    if len({row.indicator for row in found.asks}) < len(found.asks):
        raise InputErrors.at("return.indicator", _l("An indicator is asked for once."))
    return found


def returns_on(day: dt.date) -> ReturnsPlan | None:
    """As in force on the day; None where the fund has not settled what it asks."""
    if not any(row.valid_from <= day for row in plan.versions_in_force(PART)):
        return None
    found: ReturnsPlan = plan.in_force(PART, day)
    return found
