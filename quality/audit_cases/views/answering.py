"""What the provider does in a case about it, and the third person who rules on its appeal."""

from __future__ import annotations

from typing import Any

from flask import request

from core.permissions import Permission
from core.web import actor, allow
from core.words import _
from quality.audit_cases import services
from quality.audit_cases.views.showing import acted, found, typed_amount, uploads
from quality.views.blueprint import blueprint


@blueprint.post("/audit/<number>/provider")
@allow(Permission.ANSWER_AUDIT_CASE)
def answer_case(number: str) -> Any:
    """`act`: reply, accept or appeal."""
    row, act = found(number), request.form.get("act", "")
    if act == "accept":
        return acted(row, lambda: services.accept(row, by=actor()), _("You accepted the decision. It is final."))
    if act == "appeal":
        words = _("Your appeal is made. Someone who had no part in it rules.")
        return acted(row, lambda: services.appeal(row, request.form.get("appeal", ""), by=actor()), words)
    text = request.form.get("reply", "")
    return acted(row, lambda: services.reply(row, text, uploads(), by=actor()), _("Your reply is with the fund."))


@blueprint.post("/audit/<number>/recommendations/<int:place>/report")
@allow(Permission.ANSWER_AUDIT_CASE)
def report_recommendation(number: str, place: int) -> Any:
    row, text = found(number), request.form.get(f"report_{place}", "")
    return acted(row, lambda: services.report(row, place, text, by=actor()), _("The fund reads what you did."))


@blueprint.post("/audit/<number>/ruling")
@allow(Permission.RULE_AUDIT_CASE)
def rule_case(number: str) -> Any:
    row, reasons = found(number), request.form.get("ruling", "")
    words = _("The ruling is written to the provider.")
    return acted(row, lambda: services.rule(row, typed_amount("amount"), reasons, by=actor()), words)
