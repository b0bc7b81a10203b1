"""The periods of the register: plan part `providers`, the format of plan/providers.toml."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from typing import Any

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
    completion_days: int
    completion_reminder_days: tuple[int, ...]
    appeal_days: int
    cool_off_days: int
    previous_pays: bool

    def reminder_due(self, days_left: int) -> int | None:
        return step_due(self.reminder_days, days_left)


def step_due(steps: tuple[int, ...], days_left: int) -> int | None:
    """The step that a mail is due for: the nearest that is reached; -1 once the end has passed."""
    if days_left < 0:
        return -1
    return min((step for step in steps if days_left <= step), default=None)


class _Table(Schema):
    basis = fields.String(required=True, validate=validate.Length(min=1))


def _steps() -> fields.List[Any]:
    days = fields.Integer(strict=True, validate=validate.Range(0, 730))
    return fields.List(days, required=True, validate=validate.Length(1, 12))


class _Accreditation(_Table):
    reminder_days = _steps()
    renewal_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 730))
    papers = fields.List(fields.String(validate=validate.OneOf(DOCUMENT_KINDS)), required=True)


class _Completion(_Table):
    days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 365))
    reminder_days = _steps()


class _Appeal(_Table):
    days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 365))


class _Account(_Table):
    cool_off_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 90))
    meanwhile = fields.String(required=True, validate=validate.OneOf(("previous", "hold")))


class _ProviderFile(Schema):
    accreditation = fields.Nested(_Accreditation, required=True)
    completion = fields.Nested(_Completion, required=True)
    appeal = fields.Nested(_Appeal, required=True)
    account = fields.Nested(_Account, required=True)


def parse(text: str) -> ProviderPlan:
    """`plan/providers.toml` as a value; InputErrors name table and key."""
    try:
        raw = _ProviderFile().load(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputErrors.at(PART, str(error)) from error
    except ValidationError as error:
        raise InputErrors(problems(error)) from error
    life, completion = raw["accreditation"], raw["completion"]
    return ProviderPlan(
        reminder_days=_longest_first(life["reminder_days"]),
        renewal_days=life["renewal_days"],
        papers=tuple(life["papers"]),
        completion_days=completion["days"],
        completion_reminder_days=_longest_first(completion["reminder_days"]),
        appeal_days=raw["appeal"]["days"],
        cool_off_days=raw["account"]["cool_off_days"],
        previous_pays=raw["account"]["meanwhile"] == "previous",
    )


def _longest_first(days: list[int]) -> tuple[int, ...]:
    return tuple(sorted(set(days), reverse=True))


def plan_on(on: dt.date) -> ProviderPlan | None:
    """As in force on the day; None: the fund has not settled these periods yet."""
    if not any(row.valid_from <= on for row in plan.versions_in_force(PART)):
        return None
    found: ProviderPlan = plan.in_force(PART, on)
    return found
