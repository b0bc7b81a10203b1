"""The plan part `samples`, from TOML text to SampleRules."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import asdict, dataclass
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from core import clock, plan
from core.config import fund
from core.errors import InputErrors, Problem
from core.words import _l
from quality.samples.estimates import Terms
from quality.samples.models import AuditSample

PART = "samples"


@dataclass(frozen=True, slots=True)
class SampleRules:
    """Shares are parts of 1; a sample keeps these numbers from its announcement on."""

    basis: str
    confidence: float
    precision: float
    relative_precision: float
    tolerable: float
    expected: float
    spares: float
    strata: int
    floor: int
    floor_with_certainty: int
    due_days: int
    reminder_days: int
    longest_extension_days: int
    second_every: int
    least_rate: float
    least_lines: int
    least_errors: int
    appeal_days: int

    @property
    def floors(self) -> tuple[int, int]:
        return self.floor, self.floor_with_certainty

    @property
    def terms(self) -> Terms:
        return Terms(self.confidence, self.least_rate, self.least_lines, self.least_errors, self.basis)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def rules_in_force(on: dt.date) -> SampleRules:
    """Raises NotInForce."""
    found: SampleRules = plan.in_force(PART, on)
    return found


def rules_of(row: AuditSample) -> SampleRules:
    """Those announced with the sample; a sample from before announcements takes the plan of today."""
    return SampleRules(**row.rules) if row.rules else rules_in_force(clock.today(fund().zone))


_share = validate.Range(min=0, max=1, min_inclusive=False, max_inclusive=False)
_days = validate.Range(min=1, max=365)
_count = validate.Range(min=1, max=1000)


class _Size(Schema):
    confidence = fields.Float(required=True, validate=validate.Range(min=0.5, max=0.999))
    precision = fields.Float(required=True, validate=_share)
    relative_precision = fields.Float(required=True, validate=_share)
    tolerable = fields.Float(required=True, validate=_share)
    expected = fields.Float(required=True, validate=validate.Range(min=0, max=1))
    spares = fields.Float(required=True, validate=validate.Range(min=0, max=1))
    strata = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=10))
    floor = fields.Integer(required=True, strict=True, validate=_count)
    floor_with_certainty = fields.Integer(required=True, strict=True, validate=_count)


class _Papers(Schema):
    due_days = fields.Integer(required=True, strict=True, validate=_days)
    reminder_days = fields.Integer(required=True, strict=True, validate=_days)
    longest_extension_days = fields.Integer(required=True, strict=True, validate=_days)


class _Review(Schema):
    second_every = fields.Integer(required=True, strict=True, validate=_count)


class _Recovery(Schema):
    least_rate = fields.Float(required=True, validate=validate.Range(min=0, max=1))
    least_lines = fields.Integer(required=True, strict=True, validate=_count)
    least_errors = fields.Integer(required=True, strict=True, validate=_count)
    appeal_days = fields.Integer(required=True, strict=True, validate=_days)


class _Rules(Schema):
    basis = fields.String(required=True, validate=validate.Length(min=1))
    size = fields.Nested(_Size, required=True)
    papers = fields.Nested(_Papers, required=True)
    review = fields.Nested(_Review, required=True)
    recovery = fields.Nested(_Recovery, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SampleRules:
        return SampleRules(data["basis"], **data["size"], **data["papers"], **data["review"], **data["recovery"])


def parse(text: str) -> SampleRules:
    """Read the plan part, or raise InputErrors that name table and field."""
    try:
        found: SampleRules = _Rules().load(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputErrors.at(PART, str(error)) from error
    except ValidationError as error:
        raise InputErrors(_problems("", error.messages)) from error
    if found.expected >= found.tolerable:
        message = _l("No sample can show less than what is expected: write less than what is tolerable.")
        raise InputErrors.at("size.expected", message, found.expected)
    return found


def _problems(path: str, messages: Any) -> list[Problem]:
    if not isinstance(messages, dict):
        return [Problem(path, " ".join(map(str, messages)))]
    return [one for key, inner in messages.items() for one in _problems(f"{path}.{key}".lstrip("."), inner)]
