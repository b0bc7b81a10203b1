"""Payables that the bank has paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import select

from core.db import db
from payments.models import Payable, Payment, PaymentItem, PaymentRun


def settled_payables(organisation_ids: Collection[int], *, before: dt.date) -> Iterator[tuple[int, dt.date, int, Any]]:
    """(organisation, value date, minor units, summary) of claims paid before a day, streaming."""
    query = select(Payable.organisation_id, PaymentRun.value_on, Payable.amount, Payable.summary)
    query = query.join(PaymentItem, PaymentItem.payable_id == Payable.id).join(Payment).join(PaymentRun)
    query = query.where(
        Payable.organisation_id.in_(organisation_ids),
        Payable.kind.in_(("claim", "recovery")),
        PaymentItem.is_live,
        Payment.state == "paid",
        PaymentRun.value_on < before,
    )
    for row in db.session.execute(query.execution_options(yield_per=1000)):
        yield row.organisation_id, row.value_on, row.amount, row.summary
