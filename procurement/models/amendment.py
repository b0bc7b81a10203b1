"""A change of a running contract: drafted by one officer, approved by another person, accepted by the provider."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.states import one_of
from core.steps import guard
from procurement.amending import KINDS
from procurement.models.contract import Contract
from procurement.states.contract import AMENDMENT

OPEN = ("drafted", "approved")
_OPEN = text(one_of("state", OPEN))


class ContractAmendment(Model):
    """`changes` are kept as they were shown; at most one of a contract is on its way."""

    __tablename__ = "contract_amendment"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    place: Mapped[int] = mapped_column(Integer, comment="1, 2, 3 … within the contract")
    code: Mapped[str] = mapped_column(String(8), comment="eForms code of its justification")
    cause: Mapped[str] = mapped_column(String(40), default="", comment="what it was drafted for with others, or empty")
    state: Mapped[str] = mapped_column(String(10), default=AMENDMENT.initial)
    terms: Mapped[Any] = mapped_column(Json, comment="as `procurement.amending` writes them")
    changes: Mapped[Any] = mapped_column(Json, comment="[{where, service, label, before, after}]")
    reason: Mapped[str] = mapped_column(Text)
    lowering_reason: Mapped[str] = mapped_column(Text, default="", comment="why a promise is lowered")
    effective_from: Mapped[dt.date] = mapped_column(Date)
    original_value: Mapped[int | None] = mapped_column(BigId, comment="of the contract as signed, minor units")
    value_change: Mapped[int | None] = mapped_column(BigId, comment="minor units; null: not known, no limit asks")
    drafted_by: Mapped[str] = mapped_column(String(60), comment="person")
    drafted_at: Mapped[dt.datetime] = mapped_column(Instant)
    approved_by: Mapped[str | None] = mapped_column(String(60), comment="another person")
    approved_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    accepted_by: Mapped[str | None] = mapped_column(String(60), comment="person of the provider")
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="accepted, declined or dropped")
    answer: Mapped[str] = mapped_column(Text, default="", comment="why it was declined or dropped")

    contract: Mapped[Contract] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("contract_id", "place"),
        CheckConstraint(AMENDMENT.check_sql(), name="state"),
        CheckConstraint(one_of("code", KINDS), name="code"),
        CheckConstraint("approved_by IS NULL OR approved_by <> drafted_by", name="four_eyes"),
        CheckConstraint(
            "state NOT IN ('approved', 'in_force', 'declined') OR approved_by IS NOT NULL", name="approved"
        ),
        CheckConstraint("(state = 'in_force') = (accepted_by IS NOT NULL)", name="accepted"),
        CheckConstraint(
            "accepted_by IS NULL OR (accepted_by <> drafted_by AND accepted_by <> approved_by)", name="both_sides"
        ),
        Index("uq_contract_amendment_open", "contract_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )


guard(ContractAmendment.__table__, AMENDMENT)
