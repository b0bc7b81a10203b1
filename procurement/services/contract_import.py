"""Contracts that are in force already, as sets: the opening of a fund, the demo, open lists (DECISIONS 30)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.among import among
from core.config import fund
from core.db import bulk_insert, db
from core.errors import Conflict
from core.events import Event
from core.numbers import numbers
from core.words import _l
from procurement.models.contract import (
    Contract,
    ContractIndicator,
    ContractLine,
    ContractServiceUse,
    ContractUse,
)
from procurement.services.contracts import STREAM, Terms, check_terms, contract_values, indicator_values, line_values
from procurement.services.promises import promises_of, take_back_promises


def draw_in_force(
    rows: Sequence[Terms], *, by: Actor, signed_by_provider: str, signed_by_fund: str, year: int | None = None
) -> dict[str, int]:
    """Write signed contracts with lines and promises in a few statements; number → contract id, in the order given.

    The two signers are persons (or the name of the source file): they differ, as on paper.
    """
    if signed_by_provider == signed_by_fund:
        raise ValueError("One person signed for both sides.")
    for place, terms in enumerate(rows, start=1):
        check_terms(terms, f"contract {place}, ")
    if not rows:
        return {}
    now = clock.now()
    given = numbers("C", year or clock.local_day(now, fund().zone).year, len(rows))
    fixed = {
        "state": "active", "signed_by_provider": signed_by_provider, "signed_by_fund": signed_by_fund,
        "signed_at": now, "created_at": now,
    }  # fmt: skip
    values = [{"number": number, **contract_values(terms), **fixed} for number, terms in zip(given, rows, strict=True)]
    found = db.session.execute(insert(Contract).returning(Contract.number, Contract.id), values)
    found_ids = {number: key for number, key in found}  # noqa: C416 - rows are not pairs to mypy
    ids = {number: found_ids[number] for number in given}
    _write_parts(list(ids.values()), rows, clock.local_day(now, fund().zone))
    _tell(ids, rows, now, by)
    return ids


def _write_parts(ids: Sequence[int], rows: Sequence[Terms], today: dt.date) -> None:
    pairs = list(zip(ids, rows, strict=True))
    lines = [{"contract_id": key, **values} for key, terms in pairs for values in line_values(terms)]
    promises = [
        {"contract_id": key, **values} for key, terms in pairs for values in indicator_values(terms, running_on=today)
    ]
    bulk_insert(ContractLine.__table__, lines)
    bulk_insert(ContractIndicator.__table__, [{**row, "measured": None} for row in promises])


def _tell(ids: dict[str, int], rows: Sequence[Terms], now: dt.datetime, by: Actor) -> None:
    """One event per contract, one entry in the trail for all, with the root over their numbers and rates."""
    told = [
        {
            "kind": "contract.signed", "subject": number, "effective_from": terms.valid_from,
            "data": {"organisation_id": terms.organisation_id, "contract_id": key}, "recorded_at": now,
        }
        for (number, key), terms in zip(ids.items(), rows, strict=True)
    ]  # fmt: skip
    bulk_insert(Event.__table__, told)
    leaves = [audit.canonical([number, *line_values(terms)]) for number, terms in zip(ids, rows, strict=True)]
    after = {"contracts": len(rows), "merkle_root": audit.merkle_root(leaves).hex()}
    reason = rows[0].opened_from or rows[0].origin_reference or rows[0].origin
    audit.record(STREAM, Act.CONTRACT_SIGNED, f"{len(rows)} contracts", by=by, reason=reason, after=after)


def opened_numbers(numbers: Collection[str]) -> dict[str, str]:
    """Numbers of a source that came in before, and the file that brought each."""
    query = select(Contract.paper_number, Contract.opened_from).where(Contract.opened_from != "")
    rows = db.session.execute(query.where(among(Contract.paper_number, list(numbers))))
    return {row.paper_number: row.opened_from for row in rows}


def take_back(opened_from: str, *, by: Actor) -> None:
    """Remove the contracts of an opening file; refused as soon as a claim was paid by one of them."""
    rows = db.session.execute(select(Contract).where(Contract.opened_from == opened_from)).scalars().all()
    ids = [row.id for row in rows]
    paid = select(ContractUse).where(ContractUse.contract_id.in_(ids), ContractUse.lines > 0)
    if used := db.session.execute(paid).scalars().first():
        number = next(row.number for row in rows if row.id == used.contract_id)
        raise Conflict(_l("Claims were paid by contract %(number)s of this file, so the file stays.", number=number))
    for row in rows:
        data = {"organisation_id": row.organisation_id, "contract_id": row.id}
        events.publish("contract.ended", row.number, effective_from=row.valid_from, data=data)
    numbers = [row.number for row in rows]
    audit.record(STREAM, Act.CONTRACT_ENDED, opened_from, by=by, reason="taken back", before={"numbers": numbers})
    take_back_promises(promises_of(ids))
    try:
        with db.session.begin_nested():
            for part in (ContractLine, ContractUse, ContractServiceUse):
                db.session.execute(delete(part).where(part.contract_id.in_(ids)))
            db.session.execute(delete(Contract).where(Contract.id.in_(ids)))
    except IntegrityError as error:
        raise Conflict(_l("Something stands on a contract of this file, so the file stays.")) from error
