"""Who may sign in, and as what: an assignment is (account, role, organisation?, scope?, dates, deputy for?)."""

from __future__ import annotations

import datetime as dt

from flask_security import AsaList, UserMixin
from flask_security import RoleMixin as SecurityRole
from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, true
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.organisations import Organisation
from core.roles import FUND_STAFF, Role


class RoleName(Model, SecurityRole):
    """The enumeration of `core.roles` as rows, because assignments refer to it."""

    __tablename__ = "role"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)


class Account(Model, UserMixin):
    """One person's sign-in. `person` is what four eyes compares: two accounts of one person are one pair of eyes."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    email: Mapped[str] = mapped_column(String(160), unique=True)
    person: Mapped[str] = mapped_column(String(60), index=True)
    name: Mapped[str] = mapped_column(String(120))
    password: Mapped[str | None] = mapped_column(String(255), comment="argon2id; null: demo account, one click only")
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, comment="renewed at sign-out: old cookies die")
    locale: Mapped[str | None] = mapped_column(String(5))
    wants_messages: Mapped[bool] = mapped_column(
        default=True, server_default=true(), comment="of what was decided and paid; sign-in is always told"
    )
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    totp_counter: Mapped[int | None] = mapped_column(BigId, comment="of the last code used: each counts once")
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    assignments: Mapped[list[Assignment]] = relationship(
        back_populates="account", lazy="selectin", foreign_keys="Assignment.account_id"
    )
    roles: Mapped[list[RoleName]] = relationship(  # type: ignore[assignment]
        secondary="assignment",
        primaryjoin="Account.id == Assignment.account_id",
        secondaryjoin="RoleName.name == Assignment.role",
        viewonly=True,
    )

    def needs_second_factor(self) -> bool:
        """The fund's staff sign in with a second factor wherever one is offered; others may choose to."""
        return any(row.role in FUND_STAFF for row in self.assignments)

    def check_tf_required(
        self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """Flask-Security asks this after the password was right; a browser that was trusted before changes nothing."""
        return self.needs_second_factor() or bool(tf_setup_methods), tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        """Flask-Security asks this on the set-up page: may the factor be taken off?"""
        return self.needs_second_factor()


class Assignment(Model):
    """`account` acts as `role`, for an organisation (provider side) or for the fund (none)."""

    __tablename__ = "assignment"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(ForeignKey("role.name"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    scope: Mapped[str] = mapped_column(String(60), default="", comment="district or service line; empty: all")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date | None] = mapped_column(Date)
    deputy_for_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    account: Mapped[Account] = relationship(back_populates="assignments", foreign_keys=[account_id])
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates"),
        CheckConstraint(f"role IN {tuple(role.value for role in Role)!r}", name="role"),
    )

    def holds_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class ApiToken(Model):
    """A bearer token of an organisation: only its digest is kept."""

    __tablename__ = "api_token"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), comment="whose acts the token's acts are")
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True, comment="SHA-256 of the token")
    label: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class IdempotentAnswer(Model):
    """The first answer to a keyed POST, kept to be given again; written in the transaction of the effect."""

    __tablename__ = "idempotent_answer"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    principal: Mapped[str] = mapped_column(String(60))
    route: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(255))
    body_sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (Index("uq_idempotent_answer_key", "principal", "route", "key", unique=True),)
