"""The plan part `quality`, from TOML text to a QualityPlan: core.plan.declare("quality", parse)."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from core.errors import DomainError, InputErrors, Problem
from core.words import _l
from quality.definitions import Counting, Group, Indicator, Kind, QualityPlan, Sector
from quality.score import ScoreRules
from quality.settlement import Terms, VerificationTerms
from quality.statistics.funnel import Direction

_positive = validate.Range(min=1)
_part = validate.Range(min=0, max=1)


class ScoreSchema(Schema):
    minimum_reportable = fields.Decimal(required=True, validate=_part)
    cap = fields.Decimal(required=True, validate=validate.Range(min=0, max=100))
    far_below = fields.Decimal(required=True)
    good = fields.Decimal(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ScoreRules:
        return ScoreRules(**data)


class SettlementSchema(Schema):
    withheld = fields.Decimal(required=True, validate=_part)
    bonus = fields.Decimal(required=True, validate=_part)
    nothing_at = fields.Decimal(required=True)
    all_at = fields.Decimal(required=True)
    bonus_full_at = fields.Decimal(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Terms:
        try:
            return Terms(**data)
        except DomainError as error:
            raise ValidationError(str(error)) from error


class VerificationSchema(Schema):
    tolerance = fields.Decimal(required=True, validate=_part)
    slope = fields.Decimal(required=True)
    most = fields.Decimal(required=True, validate=_part)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> VerificationTerms:
        return VerificationTerms(**data)


class IndicatorSchema(Schema):
    id = fields.String(required=True, validate=validate.Regexp(r"[HCLX]-\d{2}$"))
    version = fields.Integer(required=True, strict=True, validate=_positive)
    name = fields.String(required=True, validate=validate.Length(1, 80))
    kind = fields.Enum(Kind, by_value=True, required=True)
    sector = fields.Enum(Sector, by_value=True, required=True)
    direction = fields.Enum(Direction, by_value=True, required=True)
    group = fields.Enum(Group, by_value=True, required=True)
    weight = fields.Decimal(required=True, validate=validate.Range(min=0))
    numerator = fields.String(required=True)
    denominator = fields.String(required=True)
    exclusions = fields.List(fields.String(), load_default=list)
    counting = fields.Enum(Counting, by_value=True, required=True)
    unit = fields.String(required=True)
    multiplier = fields.Integer(required=True, strict=True, validate=_positive)
    size_unit = fields.String(required=True)
    minimum = fields.Integer(required=True, strict=True, validate=_positive)
    threshold = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    floor = fields.Decimal(required=True)
    target = fields.Decimal(required=True)
    is_clustered = fields.Boolean(load_default=False)
    basis = fields.String(required=True, validate=validate.Length(1))
    valid_from = fields.Raw(required=True)
    valid_until = fields.Raw(load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Indicator:
        return Indicator(**{**data, "exclusions": tuple(data["exclusions"])})


class QualityPlanSchema(Schema):
    run_out_days = fields.Integer(required=True, strict=True)
    appeal_days = fields.Integer(required=True, strict=True, validate=_positive)
    primary_care = fields.List(fields.String(), load_default=list)
    illness = fields.List(fields.String(), load_default=list)
    score = fields.Nested(ScoreSchema, required=True)
    settlement = fields.Nested(SettlementSchema, required=True)
    verification = fields.Nested(VerificationSchema, required=True)
    indicators = fields.List(
        fields.Nested(IndicatorSchema), data_key="indicator", required=True, validate=validate.Length(min=1)
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> QualityPlan:
        return QualityPlan(
            **{**data, **{name: tuple(data[name]) for name in ("indicators", "primary_care", "illness")}}
        )


def parse(text: str) -> QualityPlan:
    """Read the plan part, or raise InputErrors that name table, row and field."""
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise InputErrors.at("quality", str(error)) from error
    try:
        plan: QualityPlan = QualityPlanSchema().load(document)
    except ValidationError as error:
        raise InputErrors(_problems("", error.messages, document)) from error
    problems = [*_contradictions(plan)]
    if problems:
        raise InputErrors(problems)
    return plan


def _problems(path: str, messages: Any, found: Any) -> Iterator[Problem]:
    """Flatten marshmallow's nested messages; rows count from 1, as people do."""
    if not isinstance(messages, Mapping):
        yield Problem(path, " ".join(map(str, messages)), "" if isinstance(found, (dict, list)) else str(found))
        return
    for key, inner in messages.items():
        place = f"{path}.{key + 1 if isinstance(key, int) else key}".lstrip(".")
        yield from _problems(place, inner, _inside(found, key))


def _inside(found: Any, key: Any) -> Any:
    try:
        return found[key]
    except (KeyError, IndexError, TypeError):
        return ""


def _contradictions(plan: QualityPlan) -> Iterator[Problem]:
    """What single fields cannot see: order of floor and target, dates, the same indicator twice on a day."""
    for code, times in Counter(one.code for one in plan.indicators).items():
        if times > 1:
            yield Problem(code, _l("This version stands twice; a change needs a new version number."), str(times))
    for row in plan.indicators:
        if (row.target > row.floor) != (row.direction is Direction.UP) or row.target == row.floor:
            found = f"{row.floor} > {row.target}"
            yield Problem(f"{row.code}.target", _l("Floor and target must rise in the better direction."), found)
        if type(row.valid_from) is not dt.date or (row.valid_until and type(row.valid_until) is not dt.date):
            yield Problem(f"{row.code}.valid_from", _l("Write a date like 2026-01-01."), str(row.valid_from))
        elif row.valid_until and row.valid_until < row.valid_from:
            yield Problem(f"{row.code}.valid_until", _l("Validity ends before it starts."), str(row.valid_until))
        elif any(_overlap(row, other) for other in plan.indicators):
            yield Problem(f"{row.code}.valid_from", _l("Another version is in force on that day."), str(row.valid_from))


def _overlap(row: Indicator, other: Indicator) -> bool:
    is_other_version = row.id == other.id and row.version > other.version
    return is_other_version and type(other.valid_from) is dt.date and other.is_valid_on(row.valid_from)
