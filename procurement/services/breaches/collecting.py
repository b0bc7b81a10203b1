"""A penalty is posted against the provider once nobody can contest it, and given back if the decision is annulled."""

from __future__ import annotations

from core import clock
from core.actors import SYSTEM, Actor
from core.config import fund
from core.db import database_now, db, unit_of_work
from payments.services import NewPayable, post_payables
from procurement.models.breach import Breach
from procurement.queries import breaches as queries


def collect_what_is_due() -> int:
    """The job: how many penalties were posted. Each is a transaction of its own, so one that fails stops no other."""
    with unit_of_work():
        numbers = queries.to_collect(database_now())
    return sum(_collect(number) for number in numbers)


def _collect(number: str) -> bool:
    with unit_of_work():
        row = queries.locked_breach(number)
        if number not in queries.to_collect(database_now()):
            return False
        row.collected_at = clock.now()
        post_payables([_payable(row, -row.penalty, "")], by=SYSTEM)
        db.session.flush()
    return True


def give_back(row: Breach, *, by: Actor) -> None:
    """Only what was taken; `by` annulled the decision."""
    if row.collected_at is not None and row.penalty:
        post_payables([_payable(row, row.penalty, ":annulled")], by=by)


def _payable(row: Breach, amount: int, ending: str) -> NewPayable:
    today = clock.today(fund().zone)
    line = row.contract.service_line if row.contract else ""
    return NewPayable(
        f"penalty:{row.number}{ending}", "penalty", row.organisation_id, row.number, amount, today, today, line,
        {"what": "penalty", "breach": row.number}, contract_id=row.contract_id,
    )  # fmt: skip
