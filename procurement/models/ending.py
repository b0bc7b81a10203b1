"""The early end of a contract: why, from when, whether everybody had a next provider, and what came of the contract."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.states import one_of
from core.steps import guard
from procurement.models.breach import Breach
from procurement.models.contract import Contract
from procurement.states.ending import ENDING, KINDS, OPEN, RESULTS

_OPEN = text(one_of("state", OPEN))


class ContractEnding(Model):
    """At most one of a contract is on its way."""

    __tablename__ = "contract_ending"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    breach_id: Mapped[int | None] = mapped_column(ForeignKey("breach.id"), comment="the found breach it rests on")
    last_on: Mapped[dt.date] = mapped_column(Date, comment="the last day of care under the contract")
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12), default=ENDING.initial)
    prepared_by: Mapped[str] = mapped_column(String(60), comment="person")
    prepared_by_name: Mapped[str] = mapped_column(String(120))
    prepared_at: Mapped[dt.datetime] = mapped_column(Instant)
    agreed_by: Mapped[str | None] = mapped_column(String(60), comment="person of the provider")
    agreed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(String(60), comment="another person carried it out; or gave it up")
    closed_by_name: Mapped[str] = mapped_column(String(120), default="")
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closing_reason: Mapped[str] = mapped_column(Text, default="", comment="why it was given up")
    result: Mapped[str] = mapped_column(String(8), default="", comment="success or failure, once carried out")
    people: Mapped[int] = mapped_column(Integer, default=0, comment="placed after the last day, when carried out")
    uncovered: Mapped[int] = mapped_column(Integer, default=0, comment="of them without next provider or arrangement")
    uncovered_reason: Mapped[str] = mapped_column(Text, default="", comment="of the chair")

    contract: Mapped[Contract] = relationship(lazy="joined")
    breach: Mapped[Breach | None] = relationship()

    __table_args__ = (
        CheckConstraint(ENDING.check_sql(), name="state"),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint("(kind = 'breach') = (breach_id IS NOT NULL)", name="breach"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint(f"({one_of('result', RESULTS)}) = (state = 'carried_out')", name="result"),
        CheckConstraint("state <> 'carried_out' OR closed_by <> prepared_by", name="four_eyes"),
        CheckConstraint("state <> 'carried_out' OR kind <> 'agreement' OR agreed_at IS NOT NULL", name="agreement"),
        CheckConstraint("uncovered = 0 OR uncovered_reason <> ''", name="uncovered"),
        Index("uq_contract_ending_open", "contract_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )


guard(ContractEnding.__table__, ENDING)
