"""Figures of many organisations at the opening of a fund, as a set: few statements, one entry in the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import bulk_insert
from core.errors import InputErrors, Problem
from providers.facts import catalogue_on, first_day
from providers.models import OrganisationFact
from providers.services import STREAM
from providers.services.facts.judging import Judge, Statement


def bring_in(said: Mapping[int, Sequence[Statement]], *, source: str, by: Actor) -> None:
    """By organisation; counts, shares and numbers alone. Raises InputErrors that name organisation and code."""
    catalogue = catalogue_on(clock.today(fund().zone))
    judges = {key: Judge((), catalogue) for key in said}
    if problems := [
        Problem(f"organisation {key}, {row.code}", text)
        for key, statements in said.items()
        for row, text in judges[key].problems(statements, "opening")
    ]:
        raise InputErrors(problems)
    same: dict[str, Any] = {"source": "opening", "reference": source, "reason": "", "amount": None, "file_id": None}
    same |= {"supersedes_id": None, "stated_by": by.person, "stated_by_name": by.name, "stated_at": clock.now()}
    rows = [
        same | {
            "organisation_id": key, "code": row.code, "period": row.period, "value": Decimal(row.figure),
            "valid_from": first_day(row.period, row.said_of), "valid_until": row.said_of, "evidence": row.evidence,
        }
        for key, statements in said.items() for row in statements
    ]  # fmt: skip
    bulk_insert(OrganisationFact.__table__, rows)
    leaves = [
        audit.canonical([row["organisation_id"], row["code"], row["valid_until"], str(row["value"])]) for row in rows
    ]
    after = {"facts": len(rows), "merkle_root": audit.merkle_root(leaves).hex()}
    audit.record(STREAM, Act.FACT_STATED, f"{len(said)} organisations", by=by, reason=source, after=after)
