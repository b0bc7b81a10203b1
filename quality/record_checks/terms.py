"""A check as the plan has it: what may be missing or odd, how much of it, and how bad that is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from marshmallow import Schema, fields, post_load, validate


class Kind(StrEnum):
    COMPLETENESS = "completeness"
    CONFORMANCE = "conformance"
    PLAUSIBILITY = "plausibility"


class Severity(StrEnum):
    """Fatal: what is counted from these records cannot be trusted. Characterization: worth knowing, no fault."""

    FATAL = "fatal"
    CONVENTION = "convention"
    CHARACTERIZATION = "characterization"


@dataclass(frozen=True, slots=True)
class CheckTerms:
    """`violation` names what quality.record_checks.violations counts; `threshold` is the share that may violate it."""

    id: str
    name: str
    kind: Kind
    severity: Severity
    violation: str
    threshold: Decimal
    basis: str
    valid_from: dt.date
    valid_until: dt.date | None = None

    def is_valid_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class CheckSchema(Schema):
    id = fields.String(required=True, validate=validate.Regexp(r"[A-Z]-\d{2}$"))
    name = fields.String(required=True, validate=validate.Length(1, 80))
    kind = fields.Enum(Kind, by_value=True, required=True)
    severity = fields.Enum(Severity, by_value=True, required=True)
    violation = fields.String(required=True)
    threshold = fields.Decimal(required=True, validate=validate.Range(min=0, max=1))
    basis = fields.String(required=True, validate=validate.Length(1))
    valid_from = fields.Raw(required=True)
    valid_until = fields.Raw(load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> CheckTerms:
        return CheckTerms(**data)
