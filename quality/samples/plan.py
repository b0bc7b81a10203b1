"""The plan part `samples`, from TOML text to SampleRules."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from core import clock, plan
from core.config import fund
from core.errors import InputErrors, Problem
from core.words import _l
from procurement.scored import TWO_SIDED, RecoveryTerms, recovery_read
from quality.samples.estimates import Terms
from quality.samples.models import AuditSample

PART = "samples"


@dataclass(frozen=True, slots=True)
class SampleRules:
    """Shares are parts of 1; a sample keeps these numbers from its announcement on. `limit_confidence`: of what is
    taken back; None: that of the sizes, in plans from before it had its own. `contracts`: the recovery rules of the
    provider's contracts by number, as `procurement.scored` writes them."""

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
    limit_confidence: float | None = None
    sides: int = TWO_SIDED
    contracts: dict[str, Any] = field(default_factory=dict)

    @property
    def floors(self) -> tuple[int, int]:
        return self.floor, self.floor_with_certainty

    @property
    def recovery(self) -> RecoveryTerms:
        """As the plan says it."""
        confidence = Decimal(str(self.limit_confidence or self.confidence))
        return RecoveryTerms(confidence, self.sides, Decimal(str(self.least_rate)), self.least_lines, self.least_errors)

    @property
    def terms(self) -> list[Terms]:
        """Of each contract; none names a rule: the plan's alone."""
        found = [Terms(rule, number) for number, raw in self.contracts.items() if (rule := recovery_read(raw))]
        return found or [Terms(self.recovery)]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def rules_in_force(on: dt.date) -> SampleRules:
    """Raises NotInForce."""
    found: SampleRules = plan.in_force(PART, on)
    return found


def recovery_on(day: dt.date) -> RecoveryTerms | None:
    """What a contract copies; None: no plan of samples is in force."""
    rows = [row for row in plan.versions_in_force(PART) if row.valid_from <= day]
    rules: SampleRules | None = plan.parsed(rows[-1]) if rows else None
    return rules.recovery if rules else None


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
    limit_confidence = fields.Float(
        data_key="confidence", load_default=None, validate=validate.Range(min=0.5, max=0.999, min_inclusive=False)
    )
    sides = fields.Integer(load_default=TWO_SIDED, strict=True, validate=validate.OneOf((1, TWO_SIDED)))
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
