"""Cash beside care in kind: finance sees every month, a member the own statements."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import request, url_for
from marshmallow import Schema, ValidationError, fields

from claims.cash import paying, queries
from claims.views import blueprint
from core import clock
from core.errors import InputErrors
from core.permissions import Permission, may
from core.restricted import SCOPE
from core.roles import Role
from core.web import actor, allow, done, load, page
from core.web.fields import needed
from core.words import _, _l
from payments import presenters as payment_words
from payments.queries import payees


class Month(fields.Field[dt.date]):
    """Typed as 2026-06; its first day."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.date:
        try:
            return dt.date.fromisoformat(f"{str(value).strip()}-01")
        except ValueError:
            raise ValidationError(str(_l("Enter a month, like 2026-06."))) from None


class MonthForm(Schema):
    month = Month(required=True, error_messages=needed(_l("Enter a month, like 2026-06.")))


@blueprint.get("/cash")
@allow(Permission.READ_CASH)
def cash() -> Any:
    return _cash_page()


@blueprint.post("/cash")
@allow(Permission.PREPARE_RUN)
def pay_cash() -> Any:
    """Begin the work on a closed month; done again it posts only what changed."""
    try:
        paying.start(load(MonthForm())["month"], at=clock.now())
    except InputErrors as errors:
        return _cash_page(errors)
    return done(url_for(".cash"), _("The month is being computed. Load this page again in a moment."))


def _cash_page(errors: InputErrors | None = None) -> Any:
    who = actor()
    is_own = who.has(Role.MEMBER, Role.REPRESENTATIVE) and not who.has(Role.FINANCE_OFFICER, Role.AUDITOR)
    own = sorted(who.scopes - {SCOPE}) if is_own else None
    at = max(request.args.get("page", 1, type=int), 1)
    rows = queries.statements_of(own, at)
    numbers = {row.public_id for row in rows}
    return page(
        "claims/cash.html",
        errors=errors,
        rows=rows,
        total=queries.statement_count(own),
        number=at,
        pages=max(1, -(-queries.statement_count(own) // queries.PAGE)),
        is_own=is_own,
        months=[] if is_own else queries.months(),
        paid=_payments(numbers) if numbers else {},
        may_pay=may(Permission.PREPARE_RUN, who.roles),
        show=payment_words,
    )


def _payments(numbers: set[str]) -> dict[str, Any]:
    """Business key of a payable → its payment, None while it waits."""
    return {payable.business_key: payment for payable, payment in payees.of_member(numbers, "cash")}
