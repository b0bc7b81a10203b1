"""What comes in about people: one schema for the form and for a row of a roster."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validates_schema

from core.web.fields import TypedDate, between, matching, needed, one_of, sized
from core.words import _l
from members.models import COVER_STATES
from members.people import DEFAULT_PACKAGE, SEXES, MemberRow, Person, Spell

_TOO_LONG = _l("Write at most 60 characters.")


class _PersonFields(Schema):
    """The life, identity and cover of one person."""

    class Meta:
        unknown = EXCLUDE

    born_on = TypedDate(required=True, error_messages=needed(_l("Write the day of birth, like 1985-03-27.")))
    sex = fields.String(
        required=True,
        validate=one_of(SEXES, _l("Choose female, male or other.")),
        error_messages=needed(_l("Choose female, male or other.")),
    )
    died_on = TypedDate(load_default=None)
    given_names = fields.String(load_default="", validate=sized(0, 60, _TOO_LONG))
    family_name = fields.String(load_default="", validate=sized(0, 60, _TOO_LONG))
    national_id = fields.String(
        load_default="", validate=sized(0, 30, _l("An identity number has at most 30 characters."))
    )
    phone = fields.String(
        load_default="",
        validate=matching(r"[+\d][\d\s().-]{5,24}", _l("Write the phone with digits, like 71 555 010.")),
    )
    package = fields.String(load_default=DEFAULT_PACKAGE, validate=sized(1, 30, _l("Write at most 30 characters.")))
    cover_from = TypedDate(load_default=None)
    cover_until = TypedDate(load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def check_life(self, data: dict[str, Any], **_: Any) -> None:
        if data["died_on"] and data["died_on"] < data["born_on"]:
            raise ValidationError(_l("The day of death stands before the day of birth."), "died_on")
        if data["cover_until"] and not data["cover_from"]:
            raise ValidationError(_l("Write the first day of cover too."), "cover_from")
        if data["cover_until"] and data["cover_until"] < data["cover_from"]:
            raise ValidationError(_l("Cover ends before it begins."), "cover_until")

    def person(self, data: dict[str, Any]) -> Person:
        names = ("born_on", "died_on", "given_names", "family_name", "national_id", "phone")
        return Person(
            sex=SEXES[data["sex"]],
            has_disability=bool(data.get("has_disability")),
            **{name: data[name] for name in names},
        )

    def spell(self, data: dict[str, Any]) -> Spell | None:
        if not data["cover_from"]:
            return None
        return Spell(data["package"], data["cover_from"], data["cover_until"])


class NewMember(_PersonFields):
    """The form: a person with a name, in a new household or in one whose number is given."""

    family_name = fields.String(
        required=True, validate=sized(1, 60, _TOO_LONG), error_messages=needed(_l("Write the family name."))
    )
    district = fields.String(load_default="", validate=sized(0, 60, _TOO_LONG))
    household_number = fields.String(load_default="")
    children = fields.Integer(
        load_default=0,
        validate=between(0, 30, _l("Write a number from 0 to 30.")),
        error_messages={"invalid": _l("Write a number from 0 to 30.")},
    )
    monthly_income = fields.String(load_default="")
    has_disability = fields.Boolean(load_default=False)

    @validates_schema(skip_on_field_errors=True)
    def check_household(self, data: dict[str, Any], **_: Any) -> None:
        if not data["household_number"] and not data["district"]:
            raise ValidationError(_l("Write the district of the new household."), "district")


class MemberFileRow(_PersonFields):
    """A row of a roster; without a household number the person is a household of their own."""

    member_number = fields.String(
        required=True,
        validate=sized(1, 20, _l("A member number has at most 20 characters.")),
        error_messages=needed(_l("Write the member number.")),
    )
    household_no = fields.String(
        load_default="", validate=sized(0, 24, _l("A household number has at most 24 characters."))
    )
    district = fields.String(load_default="", validate=sized(0, 60, _TOO_LONG))

    @post_load
    def make_row(self, data: dict[str, Any], **_: Any) -> MemberRow:
        number = data["member_number"]
        return MemberRow(number, data["household_no"] or number, self.person(data), data["district"], self.spell(data))


class NewCover(Schema):
    """A spell of cover entered for a member who is here."""

    package = fields.String(load_default=DEFAULT_PACKAGE)
    cover_from = TypedDate(required=True, error_messages=needed(_l("Write the first day of cover.")))
    cover_until = TypedDate(load_default=None)
    evidence = fields.String(
        required=True,
        validate=sized(3, 60, _l("Say in 3 to 60 characters what shows the cover.")),
        error_messages=needed(_l("Say what shows the cover, like a receipt number.")),
    )


class CorrectedCover(Schema):
    """A spell as it should have stood."""

    cover_from = TypedDate(required=True, error_messages=needed(_l("Write the first day of cover.")))
    cover_until = TypedDate(load_default=None)
    state = fields.String(
        required=True,
        validate=one_of(COVER_STATES, _l("Choose active, in grace, suspended or lapsed.")),
        error_messages=needed(_l("Choose active, in grace, suspended or lapsed.")),
    )
    evidence = fields.String(
        required=True,
        validate=sized(3, 60, _l("Say in 3 to 60 characters what shows the cover.")),
        error_messages=needed(_l("Say what shows the cover, like a receipt number.")),
    )
