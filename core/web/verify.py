"""`/verify/<code>`: anyone with a paper in hand learns whether we issued it and whether it still stands."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for

from core import issued
from core.permissions import Permission
from core.web.access import allow
from core.web.forms import page
from core.web.limits import verify_limit
from core.words import _l

blueprint = Blueprint("verify", __name__, url_prefix="/verify")
KINDS: dict[str, Any] = {
    "bid_receipt": _l("Receipt for an offer"),
    "award_letter": _l("Award letter"),
    "opening_minutes": _l("Minutes of an opening"),
    "contract": _l("Contract"),
    "contract_to_sign": _l("Contract, to be signed"),
    "remittance": _l("Remittance advice"),
    "decision": _l("Decision letter"),
    "statement": _l("Statement"),
    "sample_receipt": _l("Receipt for papers"),
    "sample_working": _l("Working papers of a sample"),
}


@blueprint.get("")
@allow(Permission.PUBLIC)
def ask() -> Any:
    """The field for a code typed from paper."""
    return page("house/verify.html", document=None, code="", kinds=KINDS)


@blueprint.post("")
@allow(Permission.PUBLIC)
def look_up() -> Any:
    code = issued.plain_code(request.form.get("code", "")[:60])
    return redirect(url_for(".show", code=code) if code else url_for(".ask"), 303)


@blueprint.get("/<code>")
@allow(Permission.PUBLIC)
@verify_limit
def show(code: str) -> Any:
    """Valid, withdrawn, or not ours (404)."""
    document = issued.document_by_code(code)
    answer = page("house/verify.html", document=document, code=issued.plain_code(code), kinds=KINDS)
    return answer if document else (answer, 404)
