"""The periods of the register: plan part `providers`, the format of plan/providers.toml."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from core import plan
from core.texts import said
from core.web.forms import load_toml
from core.words import _l
from providers.states import DOCUMENT_KINDS, REQUIREMENT_KINDS, STAGES

PART = "providers"


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a stage asks for; `kind` (REQUIREMENT_KINDS) says what shows it, `paper` which kind of document."""

    key: str
    stage: str
    kind: str
    basis: str
    paper: str = ""
    name: str = ""

    @property
    def title(self) -> Any:
        return said(self.name) if self.name else DOCUMENT_KINDS[self.paper]


@dataclass(frozen=True, slots=True)
class ProviderPlan:
    """Days are calendar days, the longest first; see plan/providers.toml."""

    reminder_days: tuple[int, ...]
    renewal_days: int
    requirements: tuple[Requirement, ...]
    completion_days: int
    completion_reminder_days: tuple[int, ...]
    appeal_days: int
    cool_off_days: int
    previous_pays: bool

    def asked_for(self, stage: str) -> list[Requirement]:
        return [row for row in self.requirements if row.stage == stage]

    @property
    def papers(self) -> list[str]:
        """Kinds of documents that must be valid on the first day of an accreditation, the first or a renewed one."""
        return [row.paper for row in self.asked_for("accredited") if row.kind == "paper"]

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
    papers = fields.List(fields.String(validate=validate.OneOf(DOCUMENT_KINDS)), load_default=[])


class _Requirement(_Table):
    key = fields.String(required=True, validate=validate.Length(1, 30))
    stage = fields.String(required=True, validate=validate.OneOf(STAGES))
    kind = fields.String(required=True, validate=validate.OneOf(REQUIREMENT_KINDS))
    paper = fields.String(load_default="", validate=validate.OneOf(("", *DOCUMENT_KINDS)))
    name = fields.String(load_default="")

    @validates_schema
    def is_whole(self, data: dict[str, Any], **_rest: Any) -> None:
        if (data["kind"] == "paper") != bool(data["paper"]):
            raise ValidationError(str(_l("A requirement of kind “paper” names its paper, no other does.")), "paper")
        if not data["paper"] and not data["name"]:
            raise ValidationError(str(_l("Give it a name.")), "name")


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
    requirement = fields.List(fields.Nested(_Requirement), load_default=[])

    @validates_schema
    def names_once(self, data: dict[str, Any], **_rest: Any) -> None:
        keys = [row["key"] for row in data["requirement"]]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValidationError(str(_l("“%(key)s” stands twice.", key=twice[0])), "requirement")


def parse(text: str) -> ProviderPlan:
    """`plan/providers.toml` as a value; InputErrors name table and key."""
    raw = load_toml(_ProviderFile(), text, PART)
    life, completion = raw["accreditation"], raw["completion"]
    return ProviderPlan(
        reminder_days=_longest_first(life["reminder_days"]),
        renewal_days=life["renewal_days"],
        requirements=_requirements(raw),
        completion_days=completion["days"],
        completion_reminder_days=_longest_first(completion["reminder_days"]),
        appeal_days=raw["appeal"]["days"],
        cool_off_days=raw["account"]["cool_off_days"],
        previous_pays=raw["account"]["meanwhile"] == "previous",
    )


def _requirements(raw: dict[str, Any]) -> tuple[Requirement, ...]:
    """As listed; a version of the plan from before the two stages names papers of the accreditation alone."""
    named = [Requirement(**row) for row in raw["requirement"]]
    life = raw["accreditation"]
    return (*named, *(Requirement(kind, "accredited", "paper", life["basis"], kind) for kind in life["papers"]))


def _longest_first(days: list[int]) -> tuple[int, ...]:
    return tuple(sorted(set(days), reverse=True))


def plan_on(on: dt.date) -> ProviderPlan | None:
    """As in force on the day; None: the fund has not settled these periods yet."""
    if not any(row.valid_from <= on for row in plan.versions_in_force(PART)):
        return None
    found: ProviderPlan = plan.in_force(PART, on)
    return found
