"""What comes in about grants and placements."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validates_schema

from care.records import Slot
from core.web.fields import TypedDate, TypedTime, between, needed, one_of, sized
from core.words import _l

ENTITLEMENTS = {"full": _l("Full"), "half": _l("Half")}
DAYS = needed(_l("Write a day, like 2026-03-27."))


class _Input(Schema):
    class Meta:
        unknown = EXCLUDE


class NewGrant(_Input):
    """The assessor's form."""

    member = fields.String(required=True, error_messages=needed(_l("Write the member number.")))
    service_line = fields.String(required=True, error_messages=needed(_l("Choose the service line.")))
    service = fields.String(load_default="")
    care_level = fields.Integer(
        load_default=None,
        validate=between(1, 5, _l("A care level is 1 to 5.")),
        error_messages={"invalid": _l("A care level is 1 to 5.")},
    )
    quantity = fields.Integer(
        load_default=None,
        validate=between(1, 1_000_000, _l("Write a number from 1 up, or leave it blank.")),
        error_messages={"invalid": _l("Write a number from 1 up, or leave it blank.")},
    )
    workers = fields.Integer(
        load_default=1,
        validate=between(1, 4, _l("One to four care workers may visit together.")),
        error_messages={"invalid": _l("One to four care workers may visit together.")},
    )
    entitlement = fields.String(load_default="", validate=one_of(("", *ENTITLEMENTS), _l("Choose full or half.")))
    is_urgent = fields.Boolean(load_default=False)
    valid_from = TypedDate(required=True, error_messages=DAYS)
    valid_until = TypedDate(required=True, error_messages=DAYS)
    reason = fields.String(
        required=True,
        validate=sized(5, 1000, _l("Give the reason in 5 to 1000 characters.")),
        error_messages=needed(_l("Give the reason: it stands in the decision.")),
    )


class NewPlacement(_Input):
    """The offer: to whom, what, when in the week. One start and one end for all chosen weekdays."""

    organisation = fields.Integer(required=True, error_messages=needed(_l("Choose the provider.")))
    site = fields.Integer(load_default=None, error_messages={"invalid": _l("Choose a site.")})
    service = fields.String(required=True, error_messages=needed(_l("Choose the service.")))
    unit = fields.String(load_default="", validate=sized(0, 60, _l("Write at most 60 characters.")))
    weekdays = fields.List(
        fields.Integer(validate=between(0, 6, _l("Choose days of the week."))),
        required=True,
        error_messages=needed(_l("Choose at least one day of the week.")),
    )
    starts = TypedTime(required=True, error_messages=needed(_l("Write the start, like 08:30.")))
    ends = TypedTime(required=True, error_messages=needed(_l("Write the end, like 10:00.")))
    valid_from = TypedDate(required=True, error_messages=DAYS)
    valid_until = TypedDate(required=True, error_messages=DAYS)

    @pre_load
    def list_weekdays(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        days = data.get("weekdays")
        return data if days is None or isinstance(days, list) else {**data, "weekdays": [days]}

    @validates_schema(skip_on_field_errors=True)
    def check_times(self, data: dict[str, Any], **_: Any) -> None:
        if data["ends"] <= data["starts"]:
            raise ValidationError(_l("The end lies before the start."), "ends")

    def pattern(self, data: dict[str, Any]) -> list[Slot]:
        return [Slot(day, data["starts"], data["ends"] - data["starts"]) for day in sorted(set(data["weekdays"]))]


class EndPlacement(_Input):
    on = TypedDate(required=True, error_messages=needed(_l("Write the last day.")))
    reason = fields.String(
        required=True,
        validate=sized(3, 500, _l("Give the reason in 3 to 500 characters.")),
        error_messages=needed(_l("Give the reason.")),
    )
