"""The plan part `quality`, from TOML text to a QualityPlan: core.plan.declare(PART, parse)."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate

from core.errors import DomainError, InputErrors, Problem
from core.words import _l
from quality import parameters
from quality.definitions import Counting, Gate, Group, Indicator, Kind, QualityPlan, Season, Sector, Source, Span
from quality.names import PART
from quality.record_checks.terms import CheckSchema
from quality.safety import SafetySchema
from quality.scoring.arithmetic import ScoreRules
from quality.scoring.settlement import Terms, VerificationTerms
from quality.statistics.funnel import Direction

_positive = validate.Range(min=1)
_part = validate.Range(min=0, max=1)
_MEANT = {
    "C": (Source.ATTENDANCE, Span.QUARTER),
    "H": (Source.CLAIMS, Span.TWELVE_MONTHS),
    "L": (Source.VISITS, Span.QUARTER),
}
"""Where the first definitions read, before they said it."""


class ScoreSchema(Schema):
    minimum_reportable = fields.Decimal(required=True, validate=_part)
    cap = fields.Decimal(required=True, validate=validate.Range(min=0, max=100))
    far_below = fields.Decimal(required=True)
    good = fields.Decimal(required=True)
    groups = fields.Dict(fields.Enum(Group, by_value=True), fields.Decimal(validate=validate.Range(min=0)))

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


class SeasonSchema(Schema):
    first_month = fields.Integer(required=True, strict=True, validate=validate.Range(1, 12))
    months = fields.Integer(required=True, strict=True, validate=validate.Range(1, 12))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Season:
        return Season(**data)


class IndicatorSchema(Schema):
    id = fields.String(required=True, validate=validate.Regexp(r"[HCLX]-\d{2}$"))
    version = fields.Integer(required=True, strict=True, validate=_positive)
    name = fields.String(required=True, validate=validate.Length(1, 80))
    kind = fields.Enum(Kind, by_value=True, required=True)
    sector = fields.Enum(Sector, by_value=True, required=True)
    source = fields.Enum(Source, by_value=True, required=True)
    period = fields.Enum(Span, by_value=True, required=True)
    direction = fields.Enum(Direction, by_value=True, required=True)
    group = fields.Enum(Group, by_value=True, required=True)
    weight = fields.Decimal(required=True, validate=validate.Range(min=0))
    numerator = fields.String(required=True)
    denominator = fields.String(required=True)
    numerator_text = fields.String(required=True, validate=validate.Length(1, 200))
    denominator_text = fields.String(required=True, validate=validate.Length(1, 200))
    exclusions = fields.List(fields.String(), load_default=list)
    adjustment = fields.List(fields.String(), load_default=list)
    counting = fields.Enum(Counting, by_value=True, required=True)
    unit = fields.String(required=True)
    multiplier = fields.Integer(required=True, strict=True, validate=_positive)
    size_unit = fields.String(required=True)
    minimum = fields.Integer(required=True, strict=True, validate=_positive)
    threshold = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    floor = fields.Decimal(required=True)
    target = fields.Decimal(required=True)
    gate = fields.Enum(Gate, by_value=True, load_default=None, allow_none=True)
    cap = fields.Decimal(load_default=None, allow_none=True)
    is_clustered = fields.Boolean(load_default=False)
    is_minimum_of_cases = fields.Boolean(load_default=False)
    basis = fields.String(required=True, validate=validate.Length(1))
    valid_from = fields.Raw(required=True)
    valid_until = fields.Raw(load_default=None)
    parameters = fields.Dict(load_default=dict)

    @pre_load
    def before_sources(self, data: Any, **_: Any) -> Any:
        """Texts approved before a definition named its source and its words still stand, with what was meant then."""
        if not isinstance(data, Mapping) or "source" in data or "numerator_text" in data:
            return data
        letter = str(data.get("id", ""))[:1]
        source, span = _MEANT.get(letter, (Source.NONE, Span.QUARTER))
        words = {f"{name}_text": str(data.get(name, "")).replace("_", " ") for name in ("numerator", "denominator")}
        numbers = {"parameters": parameters.meant_before(data)}
        return {"source": source.value, "period": span.value, **words, **numbers, **data}

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Indicator:
        tuples = {name: tuple(data[name]) for name in ("exclusions", "adjustment")}
        return Indicator(**{**data, **tuples, "parameters": _numbers(data)})


def _numbers(row: dict[str, Any]) -> dict[str, Any]:
    """The numbers that the definition's reader asks for; a problem names the definition: its path has only a place."""
    try:
        return parameters.read(row["denominator"], row["numerator"], row["parameters"])
    except ValidationError as error:
        code, said = f"{row['id']}.{row['version']}", dict[str, list[str]]()
        for one in _problems("", error.messages, row["parameters"]):
            said.setdefault(one.where, []).append(f"{code} {one.where}: {one.message}")
        raise ValidationError({"parameters": said}) from error


class QualityPlanSchema(Schema):
    run_out_days = fields.Integer(required=True, strict=True)
    appeal_days = fields.Integer(required=True, strict=True, validate=_positive)
    review_days = fields.Integer(load_default=45, strict=True, validate=_positive)  # texts before had no such row
    cure_days = fields.Integer(load_default=90, strict=True, validate=_positive)
    record_years = fields.Integer(load_default=3, strict=True, validate=_positive)
    illness = fields.List(fields.String(), load_default=list)
    primary_care = fields.Raw()  # in texts approved before the part quality_codes had such lists
    alarm_or_meal = fields.List(fields.String(), load_default=list)
    season = fields.Nested(SeasonSchema, load_default=Season)
    score = fields.Nested(ScoreSchema, required=True)
    settlement = fields.Nested(SettlementSchema, required=True)
    verification = fields.Nested(VerificationSchema, required=True)
    indicators = fields.List(
        fields.Nested(IndicatorSchema), data_key="indicator", required=True, validate=validate.Length(min=1)
    )

    checks = fields.List(fields.Nested(CheckSchema), data_key="check", load_default=list)
    safety = fields.List(fields.Nested(SafetySchema), load_default=list)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> QualityPlan:
        data.pop("primary_care", None)
        lists = ("indicators", "illness", "alarm_or_meal", "checks", "safety")
        return QualityPlan(**{**data, **{name: tuple(data[name]) for name in lists}})


def parse(text: str) -> QualityPlan:
    """Read the plan part, or raise InputErrors that name table, row and field."""
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise InputErrors.at(PART, str(error)) from error
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
    yield from _unknown_checks(plan)
    yield from _unwatchable(plan)
    groups = {row.group for row in plan.indicators if row.weight}
    if plan.score.groups and not groups <= plan.score.groups.keys():
        missing = ", ".join(sorted(groups - plan.score.groups.keys()))
        yield Problem("score.groups", _l("Give every group its weight, or none."), missing)
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


def _unknown_checks(plan: QualityPlan) -> Iterator[Problem]:
    from quality.record_checks.queries import VIOLATIONS

    for code, times in Counter(one.id for one in plan.checks).items():
        if times > 1:
            yield Problem(code, _l("This check stands twice."), str(times))
    for row in plan.checks:
        if row.violation not in VIOLATIONS:
            yield Problem(f"{row.id}.violation", _l("Nobody counts this in the records."), row.violation)
        if type(row.valid_from) is not dt.date or (row.valid_until and type(row.valid_until) is not dt.date):
            yield Problem(f"{row.id}.valid_from", _l("Write a date like 2026-01-01."), str(row.valid_from))


def _unwatchable(plan: QualityPlan) -> Iterator[Problem]:
    """Harm is counted by a share or rate that is better low, and the accepted one is below all."""
    counted = {
        row.id: row.multiplier
        for row in plan.indicators
        if row.kind in (Kind.PROPORTION, Kind.RATE) and row.direction is Direction.DOWN
    }
    for row in plan.safety:
        if row.indicator not in counted:
            yield Problem("safety.indicator", _l("Only a share or rate that is better low counts harm."), row.indicator)
        elif row.accepted >= counted[row.indicator]:
            yield Problem("safety.accepted", _l("Write a rate below one event for each case."), str(row.accepted))
