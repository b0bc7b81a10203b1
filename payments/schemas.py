"""What the forms of this room take."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.fields import TypedDate, needed
from core.words import _l


class RunForm(Schema):
    value_on = TypedDate(required=True, error_messages=needed(_l("Enter the day the bank pays, like 2026-03-27.")))


class SendBackForm(Schema):
    reason = fields.String(
        required=True,
        validate=validate.Length(max=2000),
        error_messages={"required": _l("Say why you send it back.")},
    )


class AccountForm(Schema):
    kind = fields.String(
        required=True,
        validate=validate.OneOf(["iban", "domestic", "wallet"]),
        error_messages={"required": _l("Choose the kind of account.")},
    )
    number = fields.String(required=True, error_messages={"required": _l("Enter the account or phone number.")})
    holder = fields.String(required=True, error_messages={"required": _l("Enter the account holder's name.")})
    bank = fields.String(load_default="")
