"""`/api/v1/returns`: what a provider is asked, its rows by the columns of the file, and sending; its own alone."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.errors import InputErrors, NotFound, Problem
from core.permissions import Permission
from core.web import actor, allow
from core.words import _l
from quality.returns import queries, reading, services
from quality.returns.asked import Table
from quality.returns.models import QualityReturn
from quality.returns.services.filling import MOST_ROWS
from quality.returns.standing import asked_in

blueprint = Blueprint("returns-api", __name__, url_prefix="/returns", description="Returns on quality")


class ReturnOut(Schema):
    number = fields.String()
    version = fields.Integer()
    indicator = fields.String()
    valid_from = fields.Date()
    valid_until = fields.Date()
    due_at = fields.DateTime()
    state = fields.String()
    numerator = fields.Decimal(as_string=True, allow_none=True)
    denominator = fields.Decimal(as_string=True, allow_none=True)


class RowsIn(Schema):
    """`rows`: objects whose keys are the columns of the file, values as text; `figures`: code → figure."""

    rows = fields.List(
        fields.Dict(keys=fields.String(), values=fields.String()), load_default=list,
        validate=validate.Length(max=MOST_ROWS),
    )  # fmt: skip
    figures = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    evidence = fields.String(load_default="", validate=validate.Length(max=200))


class SendIn(Schema):
    name = fields.String(required=True, validate=validate.Length(3, 120))
    note = fields.String(load_default="", validate=validate.Length(max=2000))


@blueprint.route("")
class Returns(MethodView):
    @blueprint.response(200, ReturnOut(many=True))
    @allow(Permission.READ_RETURNS)
    def get(self) -> Any:
        """Those to send and those that were sent back, by their last day."""
        return queries.listed(("draft", "returned"), actor().organisation_id or 0, limit=200)


@blueprint.route("/<number>")
class OneReturn(MethodView):
    @blueprint.response(200, ReturnOut)
    @allow(Permission.READ_RETURNS)
    def get(self, number: str) -> QualityReturn:
        """The newest version."""
        return _own(number)


@blueprint.route("/<number>/rows")
class Rows(MethodView):
    @allow(Permission.FILL_RETURNS)
    @blueprint.arguments(RowsIn)
    @blueprint.response(200, ReturnOut)
    def post(self, sent: dict[str, Any], number: str) -> QualityReturn:
        """Put rows or figures into the draft, all or none; a code that is there already is written anew."""
        row = _own(number)
        ask, rules = asked_in(row)
        if ask.table is Table.FACTS:
            services.keep_figures(row, ask, sent["figures"], sent["evidence"], by=actor())
            return row
        judge, said, problems = reading.Judge(row, ask, rules), [], []
        for place, cells in enumerate(sent["rows"]):
            try:
                said.append(reading.typed_row(cells, ask, judge))
            except InputErrors as errors:
                problems += [Problem(f"rows.{place}.{one.where}", one.message, one.found) for one in errors.problems]
        if problems:
            raise InputErrors(problems)
        services.put_rows(row, said, by=actor())
        return row


@blueprint.route("/<number>/send")
class Sending(MethodView):
    @allow(Permission.FILL_RETURNS)
    @blueprint.arguments(SendIn)
    @blueprint.response(200, ReturnOut)
    def post(self, sent: dict[str, Any], number: str) -> QualityReturn:
        """Send the draft under a statement by name. Papers are added on its page."""
        row = _own(number)
        ask, rules = asked_in(row)
        services.send(row, ask, rules, name=sent["name"], note=sent["note"], by=actor())
        return row


def _own(number: str) -> QualityReturn:
    row = queries.newest(number, actor().organisation_id or 0)
    if row is None:
        raise NotFound(_l("There is no return with this number."))
    return row
