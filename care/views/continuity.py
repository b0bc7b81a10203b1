"""The plan of care when a contract ends: each person by number, with the next provider or what is arranged."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from care.models import Placement
from care.queries import continuity as queries
from care.services import continuity as services
from care.views import blueprint
from care.views.granting import fund_only
from core.codes import service_names
from core.errors import InputErrors, NotFound
from core.permissions import Permission, may
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.models.contract import Contract
from procurement.models.ending import ContractEnding
from procurement.queries.contracts import contract_by_number
from procurement.queries.endings import latest_ending
from procurement.states.ending import ENDING, OPEN


@blueprint.get("/continuity/<number>")
@allow(Permission.READ_CARE)
def continuity(number: str) -> Any:
    """`number`: of the contract."""
    contract, ending = _ending(number)
    rows = queries.plan_of(contract.id, ending.last_on, ending.id, actor())
    may_plan = ending.state in OPEN and may(Permission.PLACE_MEMBERS, actor().roles)
    return page(
        "care/continuity.html", contract=contract, ending=ending, rows=rows, names=service_names(), may_plan=may_plan,
        machine=ENDING, open=sum(not row.is_covered for row in rows),
    )  # fmt: skip


@blueprint.get("/continuity/<number>/<placement>")
@allow(Permission.PLACE_MEMBERS)
def arrangement(number: str, placement: str) -> Any:
    contract, ending = _ending(number)
    return _form(contract, ending, _placement(ending, placement))


@blueprint.post("/continuity/<number>/<placement>")
@allow(Permission.PLACE_MEMBERS)
def arrange(number: str, placement: str) -> Any:
    contract, ending = _ending(number)
    row, typed = _placement(ending, placement), request.form
    try:
        services.arrange(
            ending, row, reason=typed.get("reason", ""), arrangement=typed.get("arrangement", ""), by=actor()
        )
    except InputErrors as errors:
        return _form(contract, ending, row, errors)
    said = _("What is arranged for placement %(number)s is written down.", number=row.number)
    return done(url_for(".continuity", number=contract.number), said)


def _form(contract: Contract, ending: ContractEnding, row: Placement, errors: InputErrors | None = None) -> Any:
    saved = queries.arrangement_of(ending.id, row.id)
    values = (
        request.form if errors else {} if saved is None else {"reason": saved.reason, "arrangement": saved.arrangement}
    )
    return page(
        "care/arrangement.html", errors=errors, contract=contract, ending=ending, row=row, values=values,
        names=service_names(),
    )  # fmt: skip


def _ending(number: str) -> tuple[Contract, ContractEnding]:
    fund_only()
    contract = contract_by_number(number, who=actor())
    ending = latest_ending(contract.id) if contract else None
    if contract is None or ending is None or ending.state == "dropped":
        raise NotFound(_l("No end of such a contract is being prepared."))
    return contract, ending


def _placement(ending: ContractEnding, number: str) -> Placement:
    row = queries.cut_placement(ending, number, actor()) if ending.state in OPEN else None
    if row is None:
        raise NotFound(_l("There is no such placement."))
    return row
