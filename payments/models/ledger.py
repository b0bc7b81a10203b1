"""Double entry: journals of at least two postings whose sum is zero; nothing is changed, only reversed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.references import SetReference
from core.written_once import written_once


class LedgerAccount(Model):
    """`kind`: A asset, L liability, E equity, R revenue, X expense. One per organisation where it owes or is owed."""

    __tablename__ = "ledger_account"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True, comment="payable:12, expense:childcare, bank")
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(1))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(BigId, index=True, comment="what is owed to a member")

    __table_args__ = (CheckConstraint("kind IN ('A', 'L', 'E', 'R', 'X')", name="kind"),)


class Journal(Model):
    """One event of money. The same business key with the same content again is no new journal."""

    __tablename__ = "journal"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    business_key: Mapped[str] = mapped_column(String(80), unique=True, comment="claim:123:v1, run:R-2026-4-K:release")
    kind: Mapped[str] = mapped_column(String(30))
    occurred_on: Mapped[dt.date] = mapped_column(Date)
    posted_at: Mapped[dt.datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(60), comment="person")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("journal.id"), unique=True, comment="reversed once only")
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), comment="SHA-256 of key, day and postings")

    postings: Mapped[list[Posting]] = relationship(back_populates="journal", order_by="Posting.line")


class Posting(Model):
    """One side of a journal: debit above zero, credit below, minor units of the fund's currency."""

    __tablename__ = "posting"
    journal_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    account_id: Mapped[int] = mapped_column(BigId, index=True)
    amount: Mapped[int] = mapped_column(BigId)

    journal: Mapped[Journal] = relationship(back_populates="postings")
    account: Mapped[LedgerAccount] = relationship()

    __table_args__ = (
        SetReference(["journal_id"], ["journal.id"]),
        SetReference(["account_id"], ["ledger_account.id"]),
        CheckConstraint("amount <> 0", name="amount"),
    )


for kept in (Journal, Posting):
    written_once(kept.__table__)
