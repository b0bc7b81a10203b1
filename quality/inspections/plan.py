"""The plan part `inspections`, from TOML text to an InspectionPlan: core.plan.declare("inspections", parse)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from core import plan
from core.errors import InputErrors
from core.web.forms import load_toml
from core.words import _l
from quality.inspections.checklists import Checklist, InspectionPlan, Item, Scale, Section

PART = "inspections"


def _text(most: int = 200) -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, most))


def _count() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(1, 1_000))


class _Item(Schema):
    code = fields.String(required=True, validate=validate.Regexp(r"[A-Z]\d{1,2}$"))
    text = _text()
    scale = fields.Enum(Scale, by_value=True, required=True)
    basis = _text()
    is_critical = fields.Boolean(load_default=False)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Item:
        return Item(**data)


class _Section(Schema):
    title = _text(80)
    items = fields.List(fields.Nested(_Item), data_key="item", required=True, validate=validate.Length(1))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Section:
        return Section(data["title"], tuple(data["items"]))


class _Checklist(Schema):
    code = fields.String(required=True, validate=validate.Regexp(r"[a-z][a-z-]{1,29}$"))
    title = _text(120)
    sector = fields.String(required=True, validate=validate.OneOf(("health", "childcare", "long_term_care", "all")))
    sections = fields.List(fields.Nested(_Section), data_key="section", required=True, validate=validate.Length(1))
    valid_from = fields.Raw(required=True, validate=lambda day: type(day) is dt.date)
    valid_until = fields.Raw(load_default=None, validate=lambda day: day is None or type(day) is dt.date)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Checklist:
        return Checklist(**{**data, "sections": tuple(data["sections"])})


class _File(Schema):
    finding_below = fields.Integer(required=True, strict=True, validate=validate.Range(1, 7))
    mend_within_days = _count()
    reply_days = _count()
    double_share = fields.Decimal(required=True, validate=validate.Range(0, 1))
    turns = _count()
    basis = _text()
    checklists = fields.List(fields.Nested(_Checklist), data_key="checklist", required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> InspectionPlan:
        return InspectionPlan(**{**data, "checklists": tuple(data["checklists"])})


def parse(text: str) -> InspectionPlan:
    """`plan/inspections.toml` as a value; InputErrors name table and key."""
    found: InspectionPlan = load_toml(_File(), text, PART)
    for row in found.checklists:
        codes = [item.code for section in row.sections for item in section.items]
        if len(set(codes)) < len(codes):
            raise InputErrors.at(f"checklist.{row.code}", _l("An item stands twice in this checklist."))
        others = [one for one in found.checklists if one is not row and one.code == row.code]
        if any(one.is_valid_on(row.valid_from) for one in others):
            raise InputErrors.at(f"checklist.{row.code}.valid_from", _l("Another version is in force on that day."))
    return found


def inspections_on(day: dt.date) -> InspectionPlan | None:
    """As in force on the day; None where the fund has no checklist yet."""
    if not any(row.valid_from <= day for row in plan.versions_in_force(PART)):
        return None
    found: InspectionPlan = plan.in_force(PART, day)
    return found
