"""Returns as the fund judges them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request

from core import plan
from core.errors import InputErrors, Problem
from core.permissions import Permission
from core.tables.values import BadValue, parse_quantity
from core.web import actor, allow, form_values
from core.words import _
from quality.names import PART
from quality.returns import services
from quality.returns.standing import asked_in
from quality.returns.views.filling import acted
from quality.returns.views.showing import blueprint, found


@blueprint.post("/<number>/judge")
@allow(Permission.JUDGE_RETURNS)
def judge(number: str) -> Any:
    row = found(number)
    ask, rules = asked_in(row)
    decision, excused = request.form.get("decision", ""), request.form.get("excused", "")
    terms = plan.in_force(PART, row.valid_until).verification

    def act() -> None:
        if request.form.get("answer") == "return":
            services.send_back(row, decision=decision, by=actor())
        elif request.form.get("answer") == "reject":
            services.reject(row, decision=decision, by=actor())
        else:
            seen = _seen()
            services.verify(row, ask, rules, terms, seen=seen, decision=decision, excused=excused, by=actor())

    return acted(row, act, _("Return %(number)s is judged. The provider is told.", number=number))


def _seen() -> dict[str, Decimal]:
    """What was written beside a row; an empty field takes it as said."""
    found, problems = {}, []
    for name, text in form_values().items():
        if name.startswith("seen-"):
            try:
                found[name.removeprefix("seen-")] = parse_quantity(text)
            except BadValue as error:
                problems.append(Problem(name, f"{error.reason} {error.fix}", text))
    if problems:
        raise InputErrors(problems)
    return found
