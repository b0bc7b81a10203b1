"""A running contract ends, or gets a price that it lacked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core import audit, issued
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import Conflict, Forbidden, InputErrors
from core.words import _l
from procurement import continuity
from procurement.models.contract import Contract, ContractLine
from procurement.services.contracts.applying import close_capitation
from procurement.services.contracts.signing import FUND_SIGNERS
from procurement.services.contracts.telling import PAPER, STREAM, issue, tell_others
from procurement.states.contract import CONTRACT


def end(contract: Contract, *, on: dt.date, reason: str, by: Actor) -> None:
    """At once, while nobody is cared for under it later; else its end is prepared. `on` is the last day."""
    CONTRACT.after(contract.state, "end")
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why the contract ends. The provider reads it."))
    check_last_day(contract, on)
    if continuity.after(contract.id, on).people:
        raise Conflict(_l("People are cared for under it after that day: prepare its end, with a plan for each."))
    close(contract, "end", on=on, reason=reason, by=by)


def check_last_day(contract: Contract, on: dt.date) -> None:
    if not contract.valid_from <= on <= contract.valid_until:
        days = {"from_day": contract.valid_from.isoformat(), "until_day": contract.valid_until.isoformat()}
        message = _l("The last day lies between %(from_day)s and %(until_day)s.", **days)
        raise InputErrors.at("ends_on", message, on.isoformat())


def close(contract: Contract, action: str, *, on: dt.date, reason: str, by: Actor) -> None:
    """Earlier days keep their price, lines that had not begun fall away; claims of later days find none."""
    before = {"valid_until": contract.valid_until.isoformat(), "state": contract.state}
    contract.state, contract.valid_until = CONTRACT.after(contract.state, action), on
    close_lines(contract, on)
    close_capitation(contract, on)
    db.session.flush()
    after = {"valid_until": on.isoformat(), "state": contract.state}
    audit.record(STREAM, Act.CONTRACT_ENDED, contract.number, by=by, reason=reason, before=before, after=after)
    tell_others("contract.ended", contract, on + dt.timedelta(days=1))
    if issued.code_of(PAPER, contract.number):
        issue(contract, by)


def agree_rate(
    contract: Contract, service: str, rate: Decimal, *, reason: str, by: Actor, site_id: int | None = None
) -> ContractLine:
    """The price that a line of a running contract still lacked, for all its days; minor units per unit.

    A line that has a rate keeps it: a new price is an amendment, with a line of its own.
    """
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer agrees on prices."))
    if contract.state != "active":
        raise Conflict(_l("A price is agreed while the contract is in force."))
    if rate < 0:
        raise InputErrors.at("rate", _l("A rate is not negative."), str(rate))
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say how this price was agreed. The provider reads it."))
    open_lines = [
        row for row in contract.lines if (row.service, row.site_id) == (service, site_id) and row.rate is None
    ]
    if not open_lines:
        raise InputErrors.at("service", _l("This contract has no line without a price for this service."), service)
    line = min(open_lines, key=lambda row: row.valid_from)
    line.rate = rate
    db.session.flush()
    after = {"service": service, "site": site_id, "rate": rate, "from": line.valid_from}
    audit.record(STREAM, Act.RATE_AGREED, contract.number, by=by, reason=reason.strip(), after=after)
    tell_others("contract.rate_agreed", contract, line.valid_from)
    return line


def close_lines(contract: Contract, on: dt.date) -> None:
    for line in list(contract.lines):
        if line.valid_from > on:
            db.session.delete(line)
        elif line.valid_until > on:
            line.valid_until = on
