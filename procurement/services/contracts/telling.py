"""The paper of a contract, and the event that higher rooms hear."""

from __future__ import annotations

import datetime as dt
from functools import partial

from core import events, issued
from core.actors import Actor
from core.db import db
from procurement.contract_paper import contract_paper
from procurement.models.contract import Contract

STREAM = "contracts"
PAPER = "contract"


def issue(contract: Contract, by: Actor) -> None:
    """The paper that stands from now on: signed, or with its new last day."""
    db.session.expire(contract, ["lines"])
    amount = "" if contract.budget is None else issued.printed(contract.budget)
    issued.issue(PAPER, contract.number, partial(contract_paper, contract), by=by, amount=amount)


def tell_others(kind: str, contract: Contract, effective_from: dt.date) -> None:
    data = {"organisation_id": contract.organisation_id, "contract_id": contract.id}
    events.publish(kind, contract.number, effective_from=effective_from, data=data)
