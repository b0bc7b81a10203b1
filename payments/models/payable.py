"""What the fund owes, the runs that pay it, and where the money goes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.json_text import TextJson
from core.organisations import Organisation
from core.references import SetReference
from payments.states import PAYMENT, RUN


class PayeeAccount(Model):
    """A payee's bank account or wallet: a change needs a second person and a cool-off before first use."""

    __tablename__ = "payee_account"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(BigId, comment="a payee who is a member; no key: members live above")
    member_number: Mapped[str] = mapped_column(String(20), default="", server_default="", comment="random public id")
    kind: Mapped[str] = mapped_column(String(10), comment="iban, domestic or wallet")
    holder: Mapped[str] = mapped_column(String(160))
    number: Mapped[bytes] = mapped_column(LargeBinary, comment="encrypted")
    last_four: Mapped[str] = mapped_column(String(4))
    bank: Mapped[str] = mapped_column(String(20), default="", comment="BIC or domestic bank code")
    entered_by: Mapped[str] = mapped_column(String(60), comment="person")
    entered_at: Mapped[dt.datetime] = mapped_column(Instant)
    confirmed_by: Mapped[str | None] = mapped_column(String(60), comment="another person")
    usable_from: Mapped[dt.date | None] = mapped_column(Date, comment="after the cool-off")
    is_current: Mapped[bool] = mapped_column(default=True)
    stands_in: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="was current, and pays until the current one may be used"
    )
    number_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True, comment="keyed digest, to find twins")

    __table_args__ = (
        CheckConstraint("kind IN ('iban', 'domestic', 'wallet')", name="kind"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> entered_by", name="four_eyes"),
        Index(
            "uq_payee_account_current",
            "organisation_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
        Index(
            "uq_payee_account_member",
            "member_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
        CheckConstraint("(organisation_id IS NULL) <> (member_id IS NULL)", name="one_payee"),
    )


class Payable(Model):
    """One sum owed, signed: a recovery is below zero. `summary` is frozen, so that remittances print alone."""

    __tablename__ = "payable"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    business_key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(
        String(20), comment="claim, capitation, recovery, settlement, penalty, cash, opening"
    )
    organisation_id: Mapped[int | None] = mapped_column(BigId)
    member_id: Mapped[int | None] = mapped_column(BigId, comment="a payee who is a member; no key: members live above")
    member_number: Mapped[str] = mapped_column(String(20), default="", server_default="", comment="random public id")
    subject: Mapped[str] = mapped_column(String(40), index=True, comment="claim number or other reference")
    amount: Mapped[int] = mapped_column(BigId)
    due_on: Mapped[dt.date] = mapped_column(Date)
    summary: Mapped[Any] = mapped_column(TextJson)
    journal_id: Mapped[int] = mapped_column(BigId)
    contract_id: Mapped[int | None] = mapped_column(
        BigId, comment="what it is owed under, if that is one contract; no key: contracts live above"
    )

    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        SetReference(["organisation_id"], ["organisation.id"]),
        SetReference(["journal_id"], ["journal.id"]),
        Index(None, "organisation_id", "due_on"),
        Index(None, "member_id", "due_on"),
        CheckConstraint("(organisation_id IS NULL) <> (member_id IS NULL)", name="one_payee"),
        CheckConstraint("amount <> 0", name="amount"),
    )


class PaymentRun(Model):
    """A locked batch of payments on one value date."""

    __tablename__ = "payment_run"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, R-2026-014-K")
    state: Mapped[str] = mapped_column(String(12), default=RUN.initial)
    value_on: Mapped[dt.date] = mapped_column(Date)
    prepared_by: Mapped[str] = mapped_column(String(60), comment="person")
    prepared_by_name: Mapped[str] = mapped_column(String(120))
    prepared_at: Mapped[dt.datetime] = mapped_column(Instant)
    released_by: Mapped[str | None] = mapped_column(String(60), comment="another person")
    released_by_name: Mapped[str] = mapped_column(String(120), default="")
    released_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text, default="", comment="why it was sent back")
    file_sha256: Mapped[str] = mapped_column(String(64), default="", comment="of the bank file")

    payments: Mapped[list[Payment]] = relationship(back_populates="run", order_by="Payment.end_to_end_id")

    __table_args__ = (
        CheckConstraint(RUN.check_sql(), name="state"),
        CheckConstraint("released_by IS NULL OR released_by <> prepared_by", name="four_eyes"),
        CheckConstraint("(state IN ('released', 'completed')) = (released_by IS NOT NULL)", name="released"),
    )


class Payment(Model):
    """One transfer: a payee's net sum in a run."""

    __tablename__ = "payment"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("payment_run.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(BigId, index=True, comment="a payee who is a member")
    member_number: Mapped[str] = mapped_column(String(20), default="", server_default="", comment="random public id")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("payee_account.id"))
    end_to_end_id: Mapped[str] = mapped_column(String(35), unique=True)
    benefit: Mapped[int] = mapped_column(BigId, comment="sum of payables above zero")
    recovered: Mapped[int] = mapped_column(BigId, comment="sum of payables below zero")
    state: Mapped[str] = mapped_column(String(10), default=PAYMENT.initial)
    note: Mapped[str] = mapped_column(Text, default="", comment="why blocked or returned")

    run: Mapped[PaymentRun] = relationship(back_populates="payments")
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    account: Mapped[PayeeAccount | None] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("run_id", "organisation_id"),
        UniqueConstraint("run_id", "member_id"),
        CheckConstraint("(organisation_id IS NULL) <> (member_id IS NULL)", name="one_payee"),
        CheckConstraint(PAYMENT.check_sql(), name="state"),
        CheckConstraint("benefit + recovered > 0", name="never_negative"),
    )

    @property
    def amount(self) -> int:
        return self.benefit + self.recovered

    @property
    def payee_name(self) -> str:
        """What the fund's own pages and letters say: an organisation's name, a member's random number."""
        return self.organisation.name if self.organisation else self.member_number

    @property
    def payee_number(self) -> str:
        return self.organisation.number if self.organisation else self.member_number


class PaymentItem(Model):
    """A payable inside a payment; live in at most one, so nothing is paid twice."""

    __tablename__ = "payment_item"
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), primary_key=True)
    payable_id: Mapped[int] = mapped_column(ForeignKey("payable.id"), primary_key=True)
    is_live: Mapped[bool] = mapped_column(
        default=True, comment="false once the run was sent back or the bank returned it"
    )

    __table_args__ = (
        Index(
            "uq_payment_item_live",
            "payable_id",
            unique=True,
            sqlite_where=text("is_live"),
            postgresql_where=text("is_live"),
        ),
    )
