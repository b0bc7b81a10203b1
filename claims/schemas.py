"""What comes in as a claim: one schema for the form and the API; a file's rows take the same line checks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from claims.benefit_plan.schemas import VISIT_TYPES
from claims.intake.reading import line_of, line_problems
from claims.queries import facts as queries
from claims.sent import OWN_CODES, ClaimInput
from core.config import fund
from core.errors import InputErrors, Problem
from core.money import UnreadableAmount, from_decimal, parse_amount
from core.tables.values import BadValue, parse_quantity
from core.web.fields import TypedDate, needed, sized
from core.words import _, _l

_is_typed: ContextVar[bool] = ContextVar("is_typed", default=False)


@contextmanager
def typed_by_hand() -> Iterator[None]:
    """Amounts inside are read as people type them; otherwise digits and a dot, as machines write."""
    token = _is_typed.set(True)
    try:
        yield
    finally:
        _is_typed.reset(token)


class Amount(fields.Field[int]):
    """Major units as text → minor units. A JSON float is refused: it may have lost its last digit."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, float | bool):
            raise ValidationError(_l("Send amounts as text, like “5.400”."))
        read = parse_amount if _is_typed.get() else from_decimal
        try:
            return read(str(value), fund().currency.exponent)
        except UnreadableAmount as error:
            raise ValidationError(str(error.message)) from error


class Quantity(fields.Field[Decimal]):
    """A count or measure with at most three decimals."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, float | bool):
            raise ValidationError(_l("Send quantities as text, like “2.5”."))
        try:
            found = parse_quantity(str(value))
        except BadValue as error:
            raise ValidationError(f"{error.reason} {error.fix}") from error
        if found <= 0:
            raise ValidationError(_l("Write a quantity above zero."))
        return found


def _text(most: int, **more: Any) -> fields.String:
    words = _l("Write at most %(most)s characters.", most=most)
    return fields.String(validate=sized(0, most, words), **({"load_default": ""} | more))


class LineSchema(Schema):
    """One line; amounts and quantities are texts in major units."""

    class Meta:
        unknown = EXCLUDE

    line_no = fields.Integer(load_default=0)
    code = fields.String(
        required=True,
        validate=sized(1, 30, _l("A service code has 1 to 30 characters.")),
        error_messages=needed(_l("Choose the service.")),
    )
    code_system = _text(30, load_default=OWN_CODES)
    service_start = TypedDate(required=True, error_messages=needed(_l("Write the first day, like 2026-10-01.")))
    service_end = TypedDate(load_default=None)
    quantity = Quantity(required=True, error_messages=needed(_l("Write how many.")))
    unit_price = Amount(load_default=None)
    amount = Amount(load_default=None)
    practitioner_id = _text(40)
    authorisation_no = _text(40)
    visit_id = _text(40)
    diagnosis_1 = _text(10)
    diagnosis_2 = _text(10)
    diagnosis_3 = _text(10)


_ELIGIBILITY = "shown by a member who is not placed with you; a dry run needs it, a claim does not"


class ClaimSchema(Schema):
    """A claim as sent by API; the form fills it with one line."""

    class Meta:
        unknown = EXCLUDE

    claim_no = fields.String(
        required=True,
        validate=sized(1, 40, _l("A claim number has 1 to 40 characters.")),
        error_messages=needed(_l("Write your own number for this claim.")),
    )
    member_id = fields.String(
        required=True,
        validate=sized(1, 40, _l("A member number has 1 to 40 characters.")),
        error_messages=needed(_l("Write the member number from the card.")),
    )
    facility_id = _text(20)
    prior_claim_no = _text(40)
    referral_no = _text(40)
    visit_type = fields.String(
        load_default="",
        validate=validate.OneOf(("", *VISIT_TYPES), error=_l("Choose emergency, referral or other.")),
    )
    total = Amount(load_default=None, allow_none=True)
    note = _text(1000)
    eligibility_no = _text(40, metadata={"description": _ELIGIBILITY})
    lines = fields.List(
        fields.Nested(LineSchema),
        required=True,
        validate=sized(1, 500, _l("A claim has 1 to 500 lines.")),
        error_messages=needed(_l("Send at least one line.")),
    )


def claim_from(values: Mapping[str, Any], organisation_id: int, channel: str) -> ClaimInput:
    """From loaded values to the shape that is decided; raises InputErrors naming `lines.2.quantity`."""
    problems = [
        Problem(f"lines.{index}.{problem.where}", problem.message, problem.found)
        for index, line in enumerate(values["lines"])
        for problem in line_problems(line)
    ]
    site = values["facility_id"]
    site_id = queries.sites_by_number({organisation_id}).get((organisation_id, site)) if site else None
    if site and site_id is None:
        problems.append(Problem("facility_id", _l("You have no site with this number."), site))
    if problems:
        raise InputErrors(problems)
    return ClaimInput(
        organisation_id=organisation_id,
        provider_claim_no=values["claim_no"],
        member_number=values["member_id"].strip(),
        lines=[line_of(line) for line in values["lines"]],
        site_id=site_id,
        replaces_no=values["prior_claim_no"],
        note=values["note"],
        referral_no=values["referral_no"].strip(),
        visit_type=values["visit_type"],
        stated_total=values["total"],
        eligibility_no=values["eligibility_no"].strip(),
        channel=channel,
    )


FORM_HEAD = ("member_id", "eligibility_no", "claim_no", "prior_claim_no", "referral_no", "visit_type")
FORM_LINE = (
    "code", "service_start", "service_end", "quantity", "unit_price", "practitioner_id", "authorisation_no",
    "diagnosis_1",
)  # fmt: skip
VISITS = {"emergency": _l("Emergency"), "referral": _l("After a referral"), "other": _l("Another visit")}
LABELS = {
    "member_id": _l("Member number"),
    "eligibility_no": _l("Eligibility number"),
    "claim_no": _l("Your own number"),
    "prior_claim_no": _l("Replaced claim"),
    "referral_no": _l("Referral number"),
    "visit_type": _l("Kind of visit"),
    "practitioner_id": _l("Who gave the care"),
    "code": _l("Service"),
    "service_start": _l("First day"),
    "service_end": _l("Last day"),
    "quantity": _l("How many"),
    "unit_price": _l("Price of one"),
    "authorisation_no": _l("Authorisation number"),
    "diagnosis_1": _l("Diagnosis"),
    "declared": _l("Declaration"),
}
_PLACE = re.compile(r"lines\.(\d{1,3})\.(\w+)")


def places_of(typed: Mapping[str, Any]) -> list[int]:
    """The lines of the form that hold something, by their place; an empty form has its first."""
    found = {int(match[1]) for name, value in typed.items() if value and (match := _PLACE.fullmatch(name))}
    return sorted(found) or [0]


def from_form(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The flat fields `lines.0.code` as a claim; a line left blank is none."""
    lines = [
        {name: typed[where] for name in FORM_LINE if typed.get(where := f"lines.{place}.{name}")}
        for place in places_of(typed)
    ]
    return {**{name: typed[name] for name in FORM_HEAD if typed.get(name)}, "lines": lines}


def at_fields(errors: InputErrors, typed: Mapping[str, Any]) -> InputErrors:
    """Problems at the fields as they stand on the form, in its order; one problem a field."""
    found: dict[str, Problem] = {}
    for problem in errors.problems:
        where = _on_form(problem.where, places_of(typed))
        found.setdefault(where, Problem(where, problem.message, problem.found))
    return InputErrors(sorted(found.values(), key=lambda problem: _order(problem.where)))


def _on_form(where: str, places: list[int]) -> str:
    match = _PLACE.fullmatch(where)
    if match is None:
        return where
    name = "unit_price" if match[2] == "amount" else match[2]
    return f"lines.{places[int(match[1])]}.{name}"


def _order(where: str) -> tuple[int, int]:
    match = _PLACE.fullmatch(where)
    if match is not None and match[2] in FORM_LINE:
        return int(match[1]) + 1, FORM_LINE.index(match[2])
    return (0, FORM_HEAD.index(where)) if where in ("member_id", "eligibility_no") else (1000, 0)


def labelled(errors: InputErrors, typed: Mapping[str, Any]) -> InputErrors:
    """For the summary: “Line 2, price of one: 5,40 could mean …”."""
    places = places_of(typed)
    return InputErrors([Problem(p.where, _labelled(p, places), p.found) for p in errors.problems])


def _labelled(problem: Problem, places: list[int]) -> str:
    match = _PLACE.fullmatch(problem.where)
    label = LABELS.get(match[2] if match else problem.where)
    if label is None:
        return str(problem.message)
    if match and len(places) > 1:
        line = places.index(int(match[1])) + 1
        return _("Line %(line)s, %(label)s: %(message)s", line=line, label=label, message=problem.message)
    return _("%(label)s: %(message)s", label=label, message=problem.message)
