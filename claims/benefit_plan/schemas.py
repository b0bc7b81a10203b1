"""The shape of a benefits plan file: which keys a table may have and what their values look like."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from core.errors import DomainError
from core.money import from_decimal
from core.words import _l

exponent: ContextVar[int] = ContextVar("exponent", default=2)

PERIODS = ("day", "week", "month", "year", "cover")
KINDS = ("surgery", "delivery", "antenatal", "hospital_stay", "consultation", "other", "visit")
# What must have been recorded: visits, attendance, nights in a place of the provider (all, those not in hospital,
# those in hospital), works accepted after a quote.
MATCHES = ("visit", "attendance", "occupancy", "occupancy_present", "occupancy_away", "quote")
VISIT_TYPES = ("emergency", "referral", "other")
UNITS = ("each", "visit", "15 minutes", "hour", "day", "night", "month")


class Amount(fields.Field[int]):
    """A decimal string in major units, read into minor units of the plan's currency."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, str):
            raise ValidationError([str(_l("Write the amount between quotation marks, like “12.500”."))])
        try:
            minor = from_decimal(value, exponent.get())
        except DomainError as error:
            raise ValidationError([str(error)]) from error
        if minor < 0:
            raise ValidationError([str(_l("An amount of the plan is never negative."))])
        return minor


class Quantity(fields.Field[int]):
    """A number or decimal string of units, read into thousandths."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        try:
            milli = Decimal(str(value)) * 1000
        except InvalidOperation as error:
            raise ValidationError([str(_l("Write a number, like 12 or “0.5”."))]) from error
        if isinstance(value, float | bool) or milli != int(milli) or milli < 0:
            raise ValidationError([str(_l("Write a number from 0 with at most three decimals, like 12 or “0.5”."))])
        return int(milli)


class Day(fields.Field[date]):
    """A TOML date: 2026-01-01 without quotation marks."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if type(value) is not date:
            raise ValidationError([str(_l("Write a date without quotation marks, like 2026-01-31."))])
        return value


class Choice(fields.String):
    def __init__(self, *allowed: str, **kwargs: Any) -> None:
        super().__init__(validate=validate.OneOf(allowed), **kwargs)


def basis_points(**kwargs: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(0, 10_000), **kwargs)


def counting(least: int = 0, **kwargs: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(least), **kwargs)


class PlanHead(Schema):
    version = fields.String(required=True, validate=validate.Length(1, 40))
    currency_exponent = fields.Integer(required=True, strict=True, validate=validate.Range(0, 4))
    valid_from = Day(required=True)
    valid_until = Day(load_default=None)
    filing_days = counting(1, load_default=90)
    appeal_days = counting(1, load_default=30)
    review_days = counting(1, load_default=10)
    pays_after_days = counting(0, load_default=6)
    cash_after_days = counting(0, load_default=15)
    second_person_above = Amount(load_default=0)
    price_rule = Choice("lower", "tariff", load_default="lower")
    returns = Choice("line", "claim", load_default="line")
    diagnosis_system = fields.String(load_default="ICD-10")
    when_undeclared = Choice("highest_share", "ordinary_share", load_default="highest_share")
    basis = fields.String(required=True, validate=validate.Length(1))


class NamedLine(Schema):
    name = fields.String(required=True)
    basis = fields.String(required=True, validate=validate.Length(1))


class Package(NamedLine):
    lines = fields.List(fields.String(), required=True, validate=validate.Length(1))
    without = fields.List(fields.String(), load_default=list)


class Limit(Schema):
    quantity = Quantity(required=True)
    per = Choice(*PERIODS, required=True)


class Document(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 60))
    days = counting(1, required=True)
    amount_from = Amount(load_default=0)


class Service(Schema):
    code = fields.String(required=True, validate=validate.Length(1))
    code_system = fields.String(load_default="fund")
    line = fields.String(required=True)
    name = fields.String(required=True)
    kind = Choice(*KINDS, load_default="other")
    unit = Choice(*UNITS, required=True)
    basis = fields.String(required=True, validate=validate.Length(1))
    valid_from = Day(load_default=None)
    valid_until = Day(load_default=None)
    category = fields.String(load_default="")
    sex = Choice("", "female", "male", load_default="")
    age_from_months = counting(load_default=None)
    age_until_months = counting(load_default=None)
    waiting_group = fields.String(load_default="")
    frequency_days = counting(load_default=0)
    match = Choice("", *MATCHES, load_default="")
    needs_certificate = fields.String(load_default="")
    never_during = fields.String(load_default="")
    price_of = fields.String(load_default="")
    price_percent = counting(load_default=0)
    entitlement = Choice("", "childcare", load_default="")
    care_level_from = fields.Integer(strict=True, validate=validate.Range(0, 5), load_default=0)
    needs_authorisation = fields.Boolean(load_default=False)
    needs_diagnosis = fields.Boolean(load_default=False)
    diagnoses = fields.List(fields.String(validate=validate.Length(1, 10)), load_default=list)
    needs_referral = fields.Boolean(load_default=False)
    needs_professional = fields.Boolean(load_default=False)
    setting = Choice("", "inpatient", "outpatient", load_default="")
    documents = fields.List(fields.Nested(Document), load_default=list)
    includes = fields.List(fields.String(), load_default=list)
    includes_days = counting(load_default=0)
    is_stay_exempt = fields.Boolean(load_default=False)
    is_restricted = fields.Boolean(load_default=False)
    share = basis_points(load_default=0)
    share_by_band = fields.Dict(Choice("poverty", "high"), basis_points(), load_default=dict)
    has_family_fee = fields.Boolean(load_default=False)
    copayment = Amount(load_default=0)
    unit_limit = Amount(load_default=None)
    limits = fields.List(fields.Nested(Limit), load_default=list)


class Reach(Schema):
    """Which services a limit reaches: named lines, categories or codes; none named = all."""

    key = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9_]+$"))
    name = fields.String(required=True)
    basis = fields.String(required=True, validate=validate.Length(1))
    lines = fields.List(fields.String(), load_default=list)
    categories = fields.List(fields.String(), load_default=list)
    codes = fields.List(fields.String(), load_default=list)
    valid_from = Day(load_default=None)
    valid_until = Day(load_default=None)


class Deductible(Reach):
    amount = Amount(required=True)
    per = Choice("claim", *PERIODS, required=True)
    scope = Choice("claim", "member", "household", required=True)


class Ceiling(Reach):
    amount = Amount(load_default=None)
    by_care_level = fields.Dict(fields.String(), Amount(), load_default=dict)
    cash_by_care_level = fields.Dict(fields.String(), Amount(), load_default=dict)
    per = Choice(*PERIODS, required=True)
    scope = Choice("member", "household", required=True)
    ceiling_basis = Choice("net", "gross", required=True)
    visit_types = fields.List(Choice(*VISIT_TYPES), load_default=list)


class Count(Reach):
    count = counting(required=True)
    kinds = fields.List(Choice(*KINDS), load_default=list)
    per = Choice(*PERIODS, required=True)


class ChildcareTable(Schema):
    basis = fields.String(required=True, validate=validate.Length(1))
    weekly_hours = fields.Dict(fields.String(), Quantity(), required=True)
    rates = fields.List(basis_points(), required=True, validate=validate.Length(1))
    income_floor = Amount(required=True)
    income_ceiling = Amount(required=True)
    ratio_from = Quantity(load_default=0)
    ratio_until = Quantity(load_default=0)
    tariff_cut = Amount(load_default=0)
    counted_after_days = counting(0, load_default=15)
    absence_days = counting(load_default=None)


class IncomeBandRow(Schema):
    """A monthly income `above` the one bound, `upto` the other; a bound that is left out is open."""

    band = Choice("poverty", "high", required=True)
    above = Amount(load_default=None)
    upto = Amount(load_default=None)
    valid_from = Day(load_default=None)
    valid_until = Day(load_default=None)
    basis = fields.String(required=True, validate=validate.Length(1))


class ReviewTable(Schema):
    basis = fields.String(required=True, validate=validate.Length(1))
    seed = fields.String(load_default="", validate=validate.Length(0, 40))
    share = basis_points(load_default=0)
    amount_above = Amount(load_default=None)
    first_claims = fields.Integer(strict=True, validate=validate.Range(0, 1000), load_default=0)
    near_days = fields.Integer(strict=True, validate=validate.Range(0, 60), load_default=0)
    near_services = fields.List(fields.String(), load_default=list)
    exclusive_services = fields.List(fields.List(fields.String(), validate=validate.Length(1)), load_default=list)


class PlanFile(Schema):
    plan = fields.Nested(PlanHead, required=True)
    service_lines = fields.Dict(fields.String(), fields.Nested(NamedLine), required=True)
    packages = fields.Dict(fields.String(), fields.Nested(Package), required=True)
    services = fields.List(fields.Nested(Service), required=True)
    deductibles = fields.List(fields.Nested(Deductible), load_default=list)
    ceilings = fields.List(fields.Nested(Ceiling), load_default=list)
    counts = fields.List(fields.Nested(Count), load_default=list)
    childcare = fields.Nested(ChildcareTable, load_default=None)
    review = fields.Nested(ReviewTable, load_default=None)
    income_bands = fields.List(fields.Nested(IncomeBandRow), load_default=list)
