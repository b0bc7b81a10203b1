"""The fee of a complaint, where the plan in force asks one; by default it costs nothing."""

from __future__ import annotations

import datetime as dt

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import DomainError, InputErrors
from core.words import _l
from procurement.calendar import Fee
from procurement.models.complaint import Complaint
from procurement.queries import complaints as queries
from procurement.services.rules import periods


def fee_rule() -> Fee | None:
    """As in force today; None: a complaint costs nothing."""
    return periods(clock.today(fund().zone)).complaint_fee


def ask_fee(row: Complaint) -> None:
    """Of what the complaint is about: the lot's ceiling, or the whole tender's value."""
    today, rule = clock.today(fund().zone), fee_rule()
    if rule is None:
        return
    row.fee = rule.amount(row.lot.ceiling if row.lot is not None else row.tender.value)
    row.fee_due_on = today + dt.timedelta(days=rule.days)


def pay_fee(complaint: Complaint, paid_on: dt.date | None, *, by: Actor) -> None:
    """The complaints officer has seen the money."""
    row = queries.locked_complaint(complaint.number)
    if not row.owes_fee or row.state not in ("pending", "accepted"):
        raise DomainError(_l("No fee is open here."), code="no_fee")
    if paid_on is None or not clock.local_day(row.made_at, fund().zone) <= paid_on <= clock.today(fund().zone):
        found = paid_on.isoformat() if paid_on else ""
        raise InputErrors.at("paid_on", _l("The day lies between the complaint and today."), found)
    row.fee_paid_on = paid_on
    db.session.flush()
    after = {"fee": row.fee, "paid_on": paid_on.isoformat()}
    audit.record(row.tender.stream, Act.COMPLAINT_MOVED, row.number, by=by, after=after)


def refuse_unpaid(row: Complaint) -> None:
    """Nobody takes up a complaint whose fee is open."""
    if row.owes_fee:
        raise DomainError(
            _l("The fee is open. Enter its payment, or, when its last day is over, find the complaint not admissible."),
            code="unpaid",
        )


def may_refuse_unpaid(row: Complaint) -> bool:
    """Whether “fee not paid” is true: one was due, its last day is over, nothing came."""
    return row.owes_fee and row.fee_due_on is not None and clock.today(fund().zone) > row.fee_due_on
