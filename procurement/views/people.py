"""Who carries a tender, and the page on which an evaluator is replaced."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from core.errors import InputErrors
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _
from procurement.models.tender import Tender
from procurement.services import opening
from procurement.services.declaring import own_row
from procurement.services.opening.replacing import NOW
from procurement.views.tenders import staff_tender

blueprint = Blueprint("people", __name__, url_prefix="/tenders")


@blueprint.get("/<number>/people")
@allow(Permission.REPLACE_EVALUATOR)
def show(number: str) -> Any:
    return _page(staff_tender(number))


@blueprint.post("/<number>/people")
@allow(Permission.REPLACE_EVALUATOR)
def replace(number: str) -> Any:
    """Somebody else in the place of an evaluator, with the reason."""
    tender, key = staff_tender(number), request.form.get("account_id", "")
    person, reason = request.form.get("person", ""), request.form.get("reason", "")
    try:
        row = opening.replace_evaluator(tender, person, int(key) if key.isdigit() else None, reason, by=actor())
    except InputErrors as errors:
        return _page(tender, errors)
    words = _("%(new)s scores in the place of %(old)s.", new=row.name, old=row.replaces)
    return done(url_for("people.show", number=number), words)


def _page(tender: Tender, errors: InputErrors | None = None) -> Any:
    me = own_row(tender, actor().person)
    is_declared = not tender.quality_opened_at or (me is not None and me.may_read)
    evaluators = tender.people_as("evaluator")
    return page(
        "tenders/people.html", errors=errors, tender=tender, evaluators=evaluators, holders=tender.key_holders, me=me,
        is_now=tender.state in NOW, is_declared=is_declared,
        hints=[] if is_declared else opening.hints(tender, actor().person),
        leaving=[(row.person, row.name) for row in evaluators if row.left_at is None],
        candidates=[(row.id, row.name) for row in opening.candidates(tender)],
    )  # fmt: skip
