"""The list of contracts: filtered, sorted, a page of it. A provider's people see their own rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from core.actors import Actor
from core.among import among
from core.db import db
from core.organisations import Organisation
from procurement.models.contract import Contract
from procurement.queries.contracts import known_contracts

SORTED_BY: dict[str, Any] = {
    "provider": Organisation.name,
    "origin": Contract.origin,
    "budget": func.coalesce(Contract.budget, -1),
    "until": Contract.valid_until,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Blank: all. `ends_by` is inclusive, `ids` narrows to these, `sort` is of `SORTED_BY`, with a minus downwards."""

    organisation_id: int | None = None
    state: str = ""
    service_line: str = ""
    origin: str = ""
    legal_form: str = ""
    district: str = ""
    ends_by: dt.date | None = None
    ids: Collection[int] | None = None
    sort: str = ""

    def conditions(self) -> Iterator[Any]:
        """As a part of a query that joins the organisation."""
        exact = {
            Contract.organisation_id: self.organisation_id, Contract.state: self.state,
            Contract.service_line: self.service_line, Contract.origin: self.origin,
            Organisation.legal_form: self.legal_form, Organisation.district: self.district,
        }  # fmt: skip
        yield from (column == value for column, value in exact.items() if value not in ("", None))
        if self.ends_by is not None:
            yield Contract.valid_until <= self.ends_by
        if self.ids is not None:
            yield among(Contract.id, self.ids)

    def order(self) -> list[Any]:
        """As wished; else those that need a signature first, then the newest."""
        column = SORTED_BY.get(self.sort.removeprefix("-"))
        if column is None:
            return [Contract.state != "drawn", Contract.valid_from.desc(), Contract.number.desc()]
        return [column.desc() if self.sort.startswith("-") else column, Contract.number]


def listed(who: Actor, wanted: Wanted, *, limit: int, offset: int = 0) -> tuple[int, Sequence[Contract]]:
    """How many there are that `who` may know of, and one page of them."""
    base = select(Contract).join(Organisation, Organisation.id == Contract.organisation_id)
    base = base.where(*known_contracts(who), *wanted.conditions())
    count = db.session.execute(base.with_only_columns(func.count())).scalar_one()
    rows = db.session.execute(base.order_by(*wanted.order()).limit(limit).offset(offset)).scalars().all()
    return int(count), rows


def districts_of(who: Actor, organisation_id: int | None) -> Sequence[str]:
    """Where providers with a contract are at home."""
    query = select(Organisation.district).join(Contract, Contract.organisation_id == Organisation.id)
    query = query.where(*known_contracts(who))
    if organisation_id is not None:
        query = query.where(Contract.organisation_id == organisation_id)
    return db.session.execute(query.distinct().order_by(Organisation.district)).scalars().all()
