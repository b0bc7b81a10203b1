"""Applications to open lists: who asked to join, what was checked, decided and appealed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.organisations import Organisation
from core.states import one_of
from core.steps import guard
from procurement.models.contract import Contract
from procurement.models.open_list import OpenList
from procurement.states.open_list import APPEAL, APPLICATION, ON_THE_LIST, UNDECIDED

_LIVING = text(one_of("state", (*UNDECIDED, *ON_THE_LIST)))
_PENDING = text("state = 'pending'")


class ListApplication(Model):
    """One provider and one list, from the signature under the terms to the last day on the list."""

    __tablename__ = "list_application"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, J-2026-014-K")
    open_list_id: Mapped[int] = mapped_column(ForeignKey("open_list.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=APPLICATION.initial)
    remarks: Mapped[str] = mapped_column(Text, default="", comment="in the applicant’s words")
    signed_by: Mapped[str] = mapped_column(String(60), comment="person, for the provider")
    submitted_at: Mapped[dt.datetime] = mapped_column(Instant)
    checks: Mapped[Any] = mapped_column(Json, comment="[[condition, is_met]] at the last sending or proposal")
    confirmed_version: Mapped[int] = mapped_column(Integer, comment="of the terms, by the provider")
    confirmed_at: Mapped[dt.datetime] = mapped_column(Instant)
    asked: Mapped[str] = mapped_column(Text, default="", comment="what is missing")
    complete_by: Mapped[dt.date | None] = mapped_column(Date, comment="last day, inclusive")
    completion: Mapped[str] = mapped_column(Text, default="", comment="the answer")
    proposal: Mapped[str | None] = mapped_column(String(6), comment="admit or refuse")
    reason_code: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="", comment="the provider reads it")
    acted_by: Mapped[str | None] = mapped_column(String(60), comment="first officer of the pending or last act")
    decided_by: Mapped[str | None] = mapped_column(String(60), comment="second officer")
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), unique=True)
    admitted_on: Mapped[dt.date | None] = mapped_column(Date)
    ended_on: Mapped[dt.date | None] = mapped_column(Date, comment="last day on the list, or day before a suspension")

    open_list: Mapped[OpenList] = relationship()
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    contract: Mapped[Contract | None] = relationship()

    __table_args__ = (
        CheckConstraint(APPLICATION.check_sql(), name="state"),
        CheckConstraint("proposal IS NULL OR proposal = 'admit' OR proposal = 'refuse'", name="proposal"),
        CheckConstraint("decided_by IS NULL OR acted_by IS NULL OR decided_by <> acted_by", name="four_eyes"),
        CheckConstraint(
            "(state <> 'admitted' AND state <> 'suspended') OR (contract_id IS NOT NULL AND admitted_on IS NOT NULL)",
            name="admitted",
        ),
        CheckConstraint(
            "(state <> 'refused' AND state <> 'suspended' AND state <> 'removed') OR reason_code IS NOT NULL",
            name="reason",
        ),
        Index(
            "uq_list_application_living",
            "open_list_id",
            "organisation_id",
            unique=True,
            sqlite_where=_LIVING,
            postgresql_where=_LIVING,
        ),
    )


class ListAppeal(Model):
    """A provider against a refusal, a suspension or a removal; somebody who did not act decides."""

    __tablename__ = "list_appeal"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("list_application.id"), index=True)
    against: Mapped[str] = mapped_column(String(10), comment="refused, suspended or removed")
    state: Mapped[str] = mapped_column(String(10), default=APPEAL.initial)
    text: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(60), comment="person")
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    application: Mapped[ListApplication] = relationship()

    __table_args__ = (
        CheckConstraint(APPEAL.check_sql(), name="state"),
        CheckConstraint(one_of("against", ("refused", "suspended", "removed")), name="against"),
        CheckConstraint("state = 'pending' OR (decided_by IS NOT NULL AND answer <> '')", name="decided"),
        Index(
            "uq_list_appeal_pending",
            "application_id",
            unique=True,
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
    )


guard(ListApplication.__table__, APPLICATION)
guard(ListAppeal.__table__, APPEAL)
