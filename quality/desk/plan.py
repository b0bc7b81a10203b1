"""The plan part `screens`: thresholds of the nightly screens, numbers of the auditors' year; plan/screens.toml."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from core import plan
from core.errors import InputErrors, Problem
from core.web.forms import load_toml
from core.words import _l

PART = "screens"
ACTIONS = {
    "reject": _l("The claim rules refuse it; here is how often."),
    "review": _l("A person looks before it is paid; here is how often."),
    "list": _l("Audit list: a reason to look."),
    "info": _l("For information."),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """One screen as the plan has it; the fields are explained at the head of plan/screens.toml."""

    code: str
    name: str
    threshold: float
    unit: str
    months: int
    action: str
    basis: str
    valid_from: dt.date
    valid_until: dt.date | None = None
    minimum: float = 0
    peers: int = 0
    reasons: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    ladders: tuple[tuple[str, ...], ...] = ()
    peer_group: tuple[str, ...] = ()
    bounds: tuple[int, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)

    def is_valid_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class YearTerms:
    """How auditor-days are shared out; what is neither risk nor random is for rotation."""

    rotation_years: int
    risk_share: Fraction
    random_share: Fraction
    small_until: int
    medium_until: int
    days_small: int
    days_medium: int
    days_large: int
    basis: str

    def days(self, members: int) -> int:
        """Auditor-days that a visit to a provider of this size takes."""
        if members < self.small_until:
            return self.days_small
        return self.days_medium if members < self.medium_until else self.days_large


@dataclass(frozen=True, slots=True)
class RiskTerms:
    """When the risk list says visit: so many different reasons; findings in 1,000 that are a reason of their own."""

    visit_from: int
    refused_from: float
    basis: str


@dataclass(frozen=True, slots=True)
class ScreenPlan:
    screens: tuple[Terms, ...]
    risk: RiskTerms
    year: YearTerms

    def on(self, day: dt.date) -> tuple[Terms, ...]:
        return tuple(one for one in self.screens if one.is_valid_on(day))


_text = validate.Length(1, 80)
_count = validate.Range(min=1, max=1_000_000)


class _TermsSchema(Schema):
    code = fields.String(required=True, validate=validate.Regexp(r"[DF]\d{1,2}$"))
    name = fields.String(required=True, validate=_text)
    threshold = fields.Float(required=True, validate=validate.Range(min=0, min_inclusive=False))
    unit = fields.String(required=True, validate=_text)
    months = fields.Integer(required=True, strict=True, validate=validate.Range(1, 60))
    action = fields.String(required=True, validate=validate.OneOf(list(ACTIONS)))
    basis = fields.String(required=True, validate=validate.Length(1))
    valid_from = fields.Raw(required=True)
    valid_until = fields.Raw(load_default=None)
    minimum = fields.Float(load_default=0, validate=validate.Range(min=0))
    peers = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0))
    reasons = fields.List(fields.String(), load_default=list)
    checks = fields.List(fields.String(), load_default=list)
    services = fields.List(fields.String(), load_default=list)
    acts = fields.List(fields.String(), load_default=list)
    ladders = fields.List(fields.List(fields.String(), validate=validate.Length(min=2)), load_default=list)
    peer_group = fields.List(
        fields.String(validate=validate.OneOf(("service_line", "size", "region"))), load_default=list
    )
    bounds = fields.List(fields.Integer(strict=True, validate=_count), load_default=list)
    numbers = fields.Dict(fields.String(), fields.Float(), load_default=dict)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Terms:
        rows = {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
        return Terms(**{**data, **rows, "ladders": tuple(map(tuple, data["ladders"]))})


class _YearSchema(Schema):
    rotation_years = fields.Integer(required=True, strict=True, validate=validate.Range(1, 20))
    risk_share = fields.Decimal(required=True, validate=validate.Range(0, 1))
    random_share = fields.Decimal(required=True, validate=validate.Range(0, 1))
    small_until = fields.Integer(required=True, strict=True, validate=_count)
    medium_until = fields.Integer(required=True, strict=True, validate=_count)
    days_small = fields.Integer(required=True, strict=True, validate=_count)
    days_medium = fields.Integer(required=True, strict=True, validate=_count)
    days_large = fields.Integer(required=True, strict=True, validate=_count)
    basis = fields.String(required=True, validate=validate.Length(1))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> YearTerms:
        shares = {name: Fraction(data[name]) for name in ("risk_share", "random_share")}
        return YearTerms(**{**data, **shares})


class _RiskSchema(Schema):
    visit_from = fields.Integer(required=True, strict=True, validate=_count)
    refused_from = fields.Float(required=True, validate=validate.Range(min=0))
    basis = fields.String(required=True, validate=validate.Length(1))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> RiskTerms:
        return RiskTerms(**data)


class _ScreenPlanSchema(Schema):
    screens = fields.List(
        fields.Nested(_TermsSchema), data_key="screen", required=True, validate=validate.Length(min=1)
    )
    risk = fields.Nested(_RiskSchema, required=True)
    year = fields.Nested(_YearSchema, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ScreenPlan:
        return ScreenPlan(tuple(data["screens"]), data["risk"], data["year"])


def parse(text: str) -> ScreenPlan:
    """Read the plan part, or raise InputErrors that name table, row and field."""
    found: ScreenPlan = load_toml(_ScreenPlanSchema(), text, PART)
    problems = list(_contradictions(found))
    if problems:
        raise InputErrors(problems)
    return found


def in_force(day: dt.date) -> ScreenPlan:
    found: ScreenPlan = plan.in_force(PART, day)
    return found


def _contradictions(found: ScreenPlan) -> Iterator[Problem]:
    for row in found.screens:
        if type(row.valid_from) is not dt.date or (row.valid_until and type(row.valid_until) is not dt.date):
            yield Problem(f"{row.code}.valid_from", _l("Write a date like 2026-01-01."), str(row.valid_from))
            return
    for code, times in Counter(row.code for row in found.screens if row.valid_until is None).items():
        if times > 1:
            yield Problem(code, _l("This screen stands twice without an end; end the older one."), str(times))
    if found.year.risk_share + found.year.random_share > 1:
        yield Problem("year.random_share", _l("Risk and random together are more than all days."))
