"""An accepted amendment in the rows of the contract: a line closes, another opens; no day gets a second price."""

from __future__ import annotations

import datetime as dt

from core.db import db
from procurement.amended import line_on
from procurement.amending import NewRate, NewTerms
from procurement.capitation import Capitation
from procurement.indexation import Clause
from procurement.models.capitation import CapitationRate
from procurement.models.contract import Contract, ContractLine
from procurement.models.contract_score import ContractScore
from procurement.models.indexation import ContractIndexation
from procurement.scored import NewScore, noted


def apply(contract: Contract, terms: NewTerms) -> None:
    """Days before an amendment keep their price. Volume, budget and last day are of the whole term."""
    for row in terms.rates:
        _move_rate(contract, row)
    for one in terms.volumes:
        for line in [line for line in contract.lines if (line.service, line.site_id) == (one.service, one.site_id)]:
            line.volume = one.volume
    if terms.capitation is not None:
        _capitate(contract, terms.capitation)
    if terms.indexation is not None:
        _index(contract, terms.indexation)
    if terms.score is not None:
        _score(contract, terms.score)
    if terms.valid_until is not None:
        _prolong(contract, terms.valid_until)
    if terms.budget is not None:
        contract.budget = terms.budget
    for promise in contract.indicators:
        promise.committed = (terms.promises or {}).get(promise.code, promise.committed)
    db.session.flush()


def _move_rate(contract: Contract, row: NewRate) -> None:
    line = line_on(contract, (row.service, row.site_id), row.from_on)
    if line is None:
        raise LookupError(f"{contract.number}: no line of {row.service} on {row.from_on}")
    _opened(contract, line, row.from_on).rate = row.rate


def _opened(contract: Contract, line: ContractLine, on: dt.date) -> ContractLine:
    """The line from `on` to its end, to be changed; its earlier days stand as they were."""
    if line.valid_from >= on:
        return line
    last_on, line.valid_until = line.valid_until, on - dt.timedelta(days=1)
    db.session.flush()
    opened = ContractLine(
        service=line.service, site_id=line.site_id, rate=line.rate, volume=line.volume, valid_from=on,
        valid_until=last_on, is_capitated=line.is_capitated,
    )  # fmt: skip
    contract.lines.append(opened)
    return opened


def _capitate(contract: Contract, new: Capitation) -> None:
    """The new bands and services from that day on, instead of those before."""
    close_capitation(contract, new.from_on - dt.timedelta(days=1))
    for band in new.bands:
        row = CapitationRate(age_from=band.age_from, age_until=band.age_until, sex=band.sex, rate=band.rate)
        row.valid_from, row.valid_until = new.from_on, contract.valid_until
        contract.capitation.append(row)
    for line in [line for line in contract.lines if line.valid_until >= new.from_on]:
        is_included = line.service in new.services
        if line.is_capitated != is_included:
            _opened(contract, line, new.from_on).is_capitated = is_included


def _index(contract: Contract, clause: Clause) -> None:
    """This clause instead of the one before; a share of 0 is none."""
    if contract.indexation is not None:
        db.session.delete(contract.indexation)
        contract.indexation = None
        db.session.flush()
    if clause.share:
        contract.indexation = ContractIndexation(
            index_name=clause.index, share=clause.share, first_on=clause.first_on, month=clause.month,
            threshold=clause.threshold, cap=clause.cap,
        )  # fmt: skip


def _score(contract: Contract, new: NewScore) -> None:
    """Earlier contract years keep theirs."""
    row = ContractScore(place=len(contract.scores) + 1, valid_from=new.from_on, terms=noted(new.terms))
    contract.scores.append(row)


def close_capitation(contract: Contract, last_on: dt.date) -> None:
    """`last_on` is the last day of its bands; those that had not begun fall away."""
    for row in list(contract.capitation):
        if row.valid_from > last_on:
            contract.capitation.remove(row)
            db.session.delete(row)
        elif row.valid_until > last_on:
            row.valid_until = last_on
    db.session.flush()


def _prolong(contract: Contract, ends: dt.date) -> None:
    """Lines that went to the last day go to the new one."""
    rows: list[ContractLine | CapitationRate] = [*contract.lines, *contract.capitation]
    for row in rows:
        if row.valid_until == contract.valid_until:
            row.valid_until = ends
    contract.valid_until = ends
