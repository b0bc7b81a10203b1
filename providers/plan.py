"""The periods of the register: plan part `providers`, the format of plan/providers.toml."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass

from marshmallow import Schema, ValidationError, fields, validate

from core import plan
from core.errors import InputErrors
from core.web.forms import problems
from providers.states import DOCUMENT_KINDS

PART = "providers"


@dataclass(frozen=True, slots=True)
class ProviderPlan:
    """Days are calendar days, the longest first; see plan/providers.toml."""

    reminder_days: tuple[int, ...]
    renewal_days: int
    papers: tuple[str, ...]

    def reminder_due(self, days_left: int) -> int | None:
        """The step that a mail is due for: the nearest that is reached; -1 once the end has passed."""
        if days_left < 0:
            return -1
        return min((step for step in self.reminder_days if days_left <= step), default=None)


class _Table(Schema):
    basis = fields.String(required=True, validate=validate.Length(min=1))


class _Accreditation(_Table):
    reminder_days = fields.List(
        fields.Integer(strict=True, validate=validate.Range(0, 730)), required=True, validate=validate.Length(1, 12)
    )
    renewal_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 730))
    papers = fields.List(fields.String(validate=validate.OneOf(DOCUMENT_KINDS)), required=True)


class _ProviderFile(Schema):
    accreditation = fields.Nested(_Accreditation, required=True)


def parse(text: str) -> ProviderPlan:
    """`plan/providers.toml` as a value; InputErrors name table and key."""
    try:
        raw = _ProviderFile().load(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputErrors.at(PART, str(error)) from error
    except ValidationError as error:
        raise InputErrors(problems(error)) from error
    table = raw["accreditation"]
    steps = sorted(set(table["reminder_days"]), reverse=True)
    return ProviderPlan(tuple(steps), table["renewal_days"], tuple(table["papers"]))


def plan_on(on: dt.date) -> ProviderPlan | None:
    """As in force on the day; None: the fund has not settled these periods yet."""
    if not any(row.valid_from <= on for row in plan.versions_in_force(PART)):
        return None
    found: ProviderPlan = plan.in_force(PART, on)
    return found
