"""R- numbers, for the box on every page: a run, or one payment of it."""

from __future__ import annotations

from flask import url_for

from core.actors import Actor
from core.permissions import Permission, may
from core.web.search import add_resolver
from payments import queries
from payments.models import Payment


def register() -> None:
    add_resolver("R", run_or_payment)


def run_or_payment(number: str, who: Actor) -> str | None:
    """A cooperative finds its own sent payments and no run."""
    sees_all = may(Permission.READ_LEDGER, who.roles)
    if sees_all and (run := queries.run_by_number(number)):
        return url_for("payments.show", number=run.number)
    if not may(Permission.READ_PAYMENTS, who.roles):
        return None
    row = queries.payment_by_reference(number)
    if row is None or not (sees_all or _is_theirs(row, who)):
        return None
    return url_for("payments.payment", end_to_end_id=row.end_to_end_id)


def _is_theirs(row: Payment, who: Actor) -> bool:
    return (
        row.organisation_id is not None
        and row.organisation_id == who.organisation_id
        and row.state in ("sent", "paid", "returned")
    )
