"""Which steps a kind of procedure has: rows of the plan switch steps of the state table off."""

from __future__ import annotations

from core import clock, plan
from core.config import fund
from core.errors import DomainError, InputErrors
from core.words import _l
from procurement.calendar import PART, Periods
from procurement.models.tender import Tender
from procurement.queries import portal as queries

OWN = "own"


def off(procedure: str) -> frozenset[str]:
    """The actions that this kind of procedure does not have. Raises InputErrors for a kind the plan does not know."""
    rules: Periods = plan.in_force(PART, clock.today(fund().zone))
    if procedure not in rules.procedures and procedure != OWN:
        raise InputErrors.at("procedure", _l("The plan knows no such procedure."), procedure)
    return rules.procedures.get(procedure, frozenset())


def refuse_switched_off(tender: Tender, action: str) -> None:
    """A step that this procedure does not have is refused, whatever the state."""
    row = queries.portal_procedure(tender.id)
    if action in off(row.procedure if row else OWN):
        place = row.portal if row else fund().name
        raise DomainError(
            _l("This procedure is led on %(portal)s: it does not have this step here.", portal=place),
            code="switched_off",
        )
