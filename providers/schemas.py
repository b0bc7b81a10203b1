"""What is typed about a provider; the same schemas serve form and API."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from core.errors import InputErrors
from core.organisations import LEGAL_FORMS
from core.web.fields import TypedDate, between, matching, needed, one_of, sized
from core.words import _l
from providers.facts import PERIODS
from providers.identifiers import SCHEMES, checked_number
from providers.services.registration import OrganisationFacts

_EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"


class FactsForm(Schema):
    """The organisation: task 1."""

    name = fields.String(
        required=True,
        error_messages=needed(_l("Write the name as it stands in the register.")),
        validate=sized(2, 160, _l("A name has 2 to 160 characters.")),
    )
    legal_form = fields.String(
        required=True,
        error_messages=needed(_l("Choose the legal form.")),
        validate=one_of(LEGAL_FORMS, _l("Choose a legal form from the list.")),
    )
    register_scheme = fields.String(
        required=True,
        error_messages=needed(_l("Choose the register.")),
        validate=one_of(SCHEMES, _l("Choose a register from the list.")),
    )
    register_number = fields.String(required=True, error_messages=needed(_l("Write the register number.")))
    district = fields.String(
        required=True,
        error_messages=needed(_l("Write the district of your seat.")),
        validate=sized(2, 60, _l("A district has 2 to 60 characters.")),
    )
    email = fields.String(load_default="", validate=matching(_EMAIL, _l("Write an e-mail like name@example.org.")))
    phone = fields.String(load_default="", validate=sized(0, 40, _l("A phone number has at most 40 characters.")))
    founded_on = TypedDate(load_default=None)
    summary = fields.String(load_default="", validate=sized(0, 2000, _l("At most 2,000 characters.")))

    @validates_schema(skip_on_field_errors=False)
    def register(self, data: dict[str, Any], **_rest: Any) -> None:
        """Check digits need no database, so the form says them with everything else."""
        try:
            if {"register_scheme", "register_number"} <= data.keys():
                checked_number(data["register_scheme"], data["register_number"])
        except InputErrors as error:
            raise ValidationError(str(error.problems[0].message), "register_number") from error

    @post_load
    def facts(self, data: dict[str, Any], **_rest: Any) -> OrganisationFacts:
        return OrganisationFacts(**data)


class AccountForm(Schema):
    """Who registers, when nobody is signed in."""

    person_name = fields.String(
        required=True,
        error_messages=needed(_l("Write your own name.")),
        validate=sized(2, 120, _l("A name has 2 to 120 characters.")),
    )
    account_email = fields.String(
        required=True,
        error_messages=needed(_l("Write your e-mail. You sign in with it.")),
        validate=matching(_EMAIL, _l("Write an e-mail like name@example.org.")),
    )
    password = fields.String(
        required=True,
        error_messages=needed(_l("Choose a password of at least 12 characters.")),
        validate=sized(12, 128, _l("Choose a password of at least 12 characters.")),
    )


class SiteForm(Schema):
    """One place of care; the places per kind of care are read beside."""

    name = fields.String(
        required=True,
        error_messages=needed(_l("Give the site a name.")),
        validate=sized(1, 120, _l("A name has at most 120 characters.")),
    )
    district = fields.String(
        required=True,
        error_messages=needed(_l("Write the district.")),
        validate=sized(2, 60, _l("A district has 2 to 60 characters.")),
    )
    address = fields.String(load_default="", validate=sized(0, 200, _l("An address has at most 200 characters.")))


class DocumentForm(Schema):
    kind = fields.String(required=True, error_messages=needed(_l("Say which document this is.")))
    valid_until = TypedDate(load_default=None)


class AccreditForm(Schema):
    valid_from = TypedDate(required=True, error_messages=needed(_l("Write the first day.")))
    valid_until = TypedDate(required=True, error_messages=needed(_l("Write the last day.")))
    reason = fields.String(load_default="")


class PeriodForm(Schema):
    """The last day of a period whose first day follows from the one before."""

    valid_until = TypedDate(required=True, error_messages=needed(_l("Write the last day.")))
    reason = fields.String(load_default="", data_key="renewal_reason")


class SiteOut(Schema):
    number = fields.Integer()
    name = fields.String()
    district = fields.String()
    languages = fields.List(fields.String(), metadata={"description": "ISO 639"})
    places = fields.Dict(fields.String(), fields.Integer(), metadata={"description": "kind of care → licensed places"})
    free = fields.Dict(
        fields.String(),
        fields.String(),
        metadata={"description": "kind of care → none, few, many (11 or more); empty: too few places to say"},
    )
    hours = fields.Dict(fields.String(), fields.String(), metadata={"description": "kind of care → opening hours"})


class ProviderOut(Schema):
    """A provider as anyone may know it (`open_records`); no person appears."""

    number = fields.String()
    name = fields.String()
    legal_form = fields.String()
    is_sse = fields.Boolean(metadata={"description": "social and solidarity economy, as the register assessed it"})
    is_sse_assessed = fields.Boolean(metadata={"description": "false: not assessed yet, so by the legal form alone"})
    district = fields.String()
    service_lines = fields.List(fields.String())
    sites = fields.List(fields.Nested(SiteOut))
    authorised_from = fields.Date()
    accredited_until = fields.Date()


class ProviderQuery(Schema):
    words = fields.String(load_default="")
    service = fields.String(load_default="", metadata={"description": "a kind of care or a single service"})
    district = fields.String(load_default="")
    language = fields.String(load_default="", metadata={"description": "ISO 639"})
    day = fields.String(load_default="", metadata={"description": "0 Monday … 6 Sunday: open on that day"})
    time = fields.String(load_default="", metadata={"description": "like 22:00: open at that time"})
    free = fields.String(load_default="", metadata={"description": "yes: not full"})
    limit = fields.Integer(load_default=50, validate=between(1, 200, _l("Between 1 and 200.")))
    offset = fields.Integer(load_default=0, validate=between(0, 1_000_000, _l("0 or more.")))


class FactIn(Schema):
    """One figure, of a day or of the period that ends on it."""

    code = fields.String(required=True, error_messages=needed(_l("Name the figure, as the plan does.")))
    figure = fields.String(
        required=True,
        error_messages=needed(_l("Write the figure."), _l('Write the figure as text, like "12" or "9.5".')),
        validate=sized(1, 30, _l("At most 30 characters.")),
        metadata={"description": "count, share, decimal string of money, yes or no"},
    )
    said_of = TypedDate(required=True, error_messages=needed(_l("Write the day.")))
    period = fields.String(load_default="day", validate=one_of(PERIODS, _l("Write day, quarter or year.")))
    evidence = fields.String(
        required=True,
        error_messages=needed(_l("Name the evidence: paper, page, day.")),
        validate=sized(1, 500, _l("At most 500 characters.")),
    )


class FactsIn(Schema):
    facts = fields.List(fields.Nested(FactIn), required=True, validate=sized(1, 100, _l("Send 1 to 100 figures.")))


class FactOut(Schema):
    code = fields.String()
    name = fields.String()
    figure = fields.String(metadata={"description": "<5 where the reader may not know a small count"})
    period = fields.String()
    said_of = fields.Date()
    good_until = fields.Date(allow_none=True)
    state = fields.String(metadata={"description": "stated, verified or corrected"})
    source = fields.String()
    reference = fields.String()
    evidence = fields.String()


def places_of(site: Any) -> dict[str, int]:
    """Service line → licensed places as they run now."""
    return {row.service_line: row.licensed_places for row in site.capacities if row.valid_until is None}
