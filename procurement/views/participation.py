"""A unit's evidence for reserved lots: recorded once, looked up for every bid."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from marshmallow import Schema, fields

from core.errors import InputErrors
from core.permissions import Permission
from core.web import actor, allow, done, load, page
from core.web.fields import TypedDate, needed
from core.words import _, _l
from procurement.queries import participation as queries
from procurement.reserving import EVIDENCE
from procurement.services import participation as verbs

blueprint = Blueprint("participation", __name__, url_prefix="/tenders")


class EvidenceIn(Schema):
    kind = fields.String(load_default="")
    statement = fields.String(load_default="")
    certificate = fields.String(load_default="")
    people = fields.Decimal(load_default=None, error_messages=needed(_l("Write a number, like 3 or 2.5.")))
    total = fields.Decimal(load_default=None, error_messages=needed(_l("Write a number, like 10 or 9.5.")))
    counted_in = fields.String(load_default="")
    counted_on = TypedDate(load_default=None)
    valid_until = TypedDate(required=True, error_messages=needed(_l("Say until when it is valid.")))


@blueprint.get("/evidence")
@allow(Permission.BID)
def evidence() -> Any:
    return _evidence()


@blueprint.post("/evidence")
@allow(Permission.BID)
def record() -> Any:
    """One kind at a time; the newer replaces the older."""
    try:
        terms = verbs.EvidenceTerms(**load(EvidenceIn()))
        verbs.record_evidence(terms, by=actor())
    except InputErrors as errors:
        return _evidence(errors)
    return done(url_for("participation.evidence"), _("Recorded. It counts for every bid until its last day."))


def _evidence(errors: InputErrors | None = None) -> Any:
    return page(
        "tenders/evidence.html", errors=errors, rows=queries.evidence_of(actor().organisation_id), words=EVIDENCE,
        choices=list(EVIDENCE.items()), typed=request.form,
    )  # fmt: skip
