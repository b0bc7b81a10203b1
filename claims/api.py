"""`/api/v1/claims`: send, try, read a decision. Amounts are decimal texts in major units."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from claims import documents, encoding, presenters, services
from claims.case import ClaimDecision, LineDecision
from claims.explanation import sentence
from claims.intake import importing
from claims.queries import records
from claims.schemas import ClaimSchema, claim_from
from claims.views.scope import found, reader
from claims.views.sending import organisation_id, sent_document, when
from core import clock
from core.config import fund
from core.errors import InputErrors
from core.money import to_decimal
from core.permissions import Permission
from core.web import actor, allow, keep, load
from core.web.limits import dry_run_limit

blueprint = Blueprint("claims_api", __name__, url_prefix="/claims", description="Claims and their decisions")
BODY = {"required": True, "content": {"application/json": {"schema": ClaimSchema}}}
KEY = {
    "in": "header", "name": "Idempotency-Key", "required": True, "schema": {"type": "string", "maxLength": 255},
    "description": "the same key with the same body gets the first answer again",
}  # fmt: skip
PARTS = {
    "name": {"type": "string", "description": "as the reason ADM-08 names it"},
    "file": {"type": "string", "format": "binary", "description": "PDF, PNG or JPEG, at most 10 MB"},
}
DOCUMENT = {
    "required": True,
    "content": {"multipart/form-data": {"schema": {"type": "object", "properties": PARTS, "required": list(PARTS)}}},
}
DRY_RUN = "The answer to a claim, without sending it: about a member placed with you, or with an eligibility number"
SUMS = ("submitted", "undecided", "benefit", "member_share", "write_off")


class FindingOut(Schema):
    code = fields.String()
    effect = fields.String(metadata={"description": "R returned, D denied, P pending, A reduced, I information"})
    sentence = fields.String()
    amount = fields.String()


class LineOut(Schema):
    line_no = fields.Integer()
    state = fields.String()
    headline = fields.String()
    submitted = fields.String()
    undecided = fields.String()
    benefit = fields.String()
    member_share = fields.String()
    write_off = fields.String()
    findings = fields.List(fields.Nested(FindingOut))


class DecisionOut(Schema):
    number = fields.String(allow_none=True, metadata={"description": "empty in a dry run"})
    claim_no = fields.String()
    outcome = fields.String(
        metadata={"description": "complete, partial, queued (received, decision follows) or error, as in FHIR"}
    )
    state = fields.String()
    version = fields.Integer(allow_none=True)
    currency = fields.String()
    submitted = fields.String()
    undecided = fields.String()
    benefit = fields.String()
    member_share = fields.String()
    write_off = fields.String()
    lines = fields.List(fields.Nested(LineOut))


@blueprint.route("")
class Claims(MethodView):
    permission = Permission.SUBMIT_CLAIMS

    @blueprint.doc(summary="Send a claim; it is decided at once", requestBody=BODY, parameters=[KEY])
    @blueprint.response(200, DecisionOut)
    @allow(Permission.SUBMIT_CLAIMS)
    def post(self) -> Any:
        claim = _read()
        return _stored(services.submit(claim, **when()).number)


@blueprint.route("/dry-run")
class DryRun(MethodView):
    permission = Permission.SUBMIT_CLAIMS

    @blueprint.doc(summary=DRY_RUN, requestBody=BODY, parameters=[KEY])
    @blueprint.response(200, DecisionOut)
    @allow(Permission.SUBMIT_CLAIMS)
    @dry_run_limit()
    def post(self) -> Any:
        claim = _read(is_noted=False)
        return _answer(claim.provider_claim_no, services.dry_run(claim, **when()), clock.today(fund().zone))


@blueprint.route("/<number>/documents")
class Documents(MethodView):
    permission = Permission.SUBMIT_CLAIMS

    @blueprint.doc(
        summary="Send a document that the claim waits for; it is decided again", requestBody=DOCUMENT, parameters=[KEY]
    )
    @blueprint.response(200, DecisionOut)
    @allow(Permission.SUBMIT_CLAIMS)
    def post(self, number: str) -> Any:
        claim, _version = found(number)
        documents.attach(claim.number, *sent_document(), **when())
        return _stored(number)


@blueprint.route("/<number>")
class Decision(MethodView):
    permission = Permission.READ_CLAIMS

    @blueprint.doc(summary="The live decision on a claim")
    @blueprint.response(200, DecisionOut)
    @allow(Permission.READ_CLAIMS)
    def get(self, number: str) -> Any:
        return _stored(number)


def _read(is_noted: bool = True) -> Any:
    """The body as a claim; what cannot be read leaves a receipt and is answered 422."""
    body = request.get_json(silent=True)
    try:
        if not isinstance(body, dict):
            raise InputErrors.at("", "Send one JSON object.")
        return claim_from(load(ClaimSchema(), body), organisation_id(), "api")
    except InputErrors as errors:
        if is_noted:
            who = actor()
            importing.note_unreadable(
                request.get_data(), errors, channel="api", organisation_id=who.organisation_id, by=who, at=clock.now()
            )
            keep()
        errors.is_recorded = is_noted
        raise


def _stored(number: str) -> dict[str, Any]:
    claim, version = found(number)
    lines = [encoding.line_of(row) for row in records.decided_lines(claim, version.version)]
    sums = {name: getattr(version, name) for name in SUMS}
    decision = ClaimDecision(claim.id, claim.number, version.state, version.headline, lines=lines, **sums)
    return {**_answer(claim.provider_claim_no, decision, claim.service_until), "version": version.version}


def _answer(claim_no: str, decision: ClaimDecision, on: dt.date) -> dict[str, Any]:
    return {
        "number": decision.claim_number or None,
        "claim_no": claim_no,
        "outcome": {"received": "queued", "returned": "error", "pended": "partial"}.get(decision.state, "complete"),
        "state": str(decision.state),
        "version": None,
        "currency": fund().currency.code,
        **_sums(decision),
        "lines": [_line(line, on) for line in decision.lines],
    }


def _line(line: LineDecision, on: dt.date) -> dict[str, Any]:
    relation = reader().relation
    return {
        "line_no": line.line_no,
        "state": str(line.state),
        "headline": line.headline,
        **_sums(line),
        "findings": [
            {
                "code": found.code,
                "effect": found.effect,
                "sentence": sentence(found.code, found.part, found.parameters, presenters.FIGURES, on, relation),
                "amount": _decimal(found.amount),
            }
            for found in line.findings
        ],
    }


def _sums(row: Any) -> dict[str, str]:
    return {name: _decimal(getattr(row, name)) for name in SUMS}


def _decimal(minor: int) -> str:
    return to_decimal(minor, fund().currency.exponent)
