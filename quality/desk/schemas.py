"""What auditors type at their desk."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class YearForm(Schema):
    year = fields.Integer(required=True, validate=validate.Range(2000, 2100))
    announced = fields.String(load_default="", validate=validate.Length(max=200))


class ChangeForm(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(("add", "drop")))
    provider = fields.String(load_default="", validate=validate.Length(max=24))
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class WithdrawForm(Schema):
    reason = fields.String(load_default="", validate=validate.Length(max=500))
