"""People, households and cover. What names a person stands apart from what the fund knows about them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, SmallInteger, String
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model

COVER_STATES = ("active", "grace", "suspended", "lapsed")
COVER_BASES = ("imported", "entered", "derived")


class Household(Model):
    """The unit that shares limits, and therefore the unit of deciding."""

    __tablename__ = "household"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="H-2026-014-K, or the imported key")
    district: Mapped[str] = mapped_column(String(60), index=True)
    partition: Mapped[int] = mapped_column(SmallInteger, comment="0–63, hash of the household; never moves")
    monthly_income: Mapped[int | None] = mapped_column(BigId, comment="minor units, as assessed; null: not assessed")
    income_band: Mapped[str] = mapped_column(String(10), default="", comment="poverty, high or empty")
    children: Mapped[int] = mapped_column(SmallInteger, default=0, comment="dependent children, for fee scales")

    members: Mapped[list[Member]] = relationship(back_populates="household")

    __table_args__ = (CheckConstraint("partition BETWEEN 0 AND 63", name="partition"),)


class Member(Model):
    """A person with a public random id; birth, sex and death are what rules need."""

    __tablename__ = "member"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, comment="random; an imported file keeps its own")
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    born_on: Mapped[dt.date] = mapped_column(Date)
    sex: Mapped[str] = mapped_column(String(1), comment="f, m or x")
    died_on: Mapped[dt.date | None] = mapped_column(Date)
    has_disability: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(40), default="form", comment="form, or the name of the import")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    household: Mapped[Household] = relationship(back_populates="members")
    covers: Mapped[list[Cover]] = relationship(back_populates="member", order_by="Cover.valid_from")
    identity: Mapped[MemberIdentity | None] = relationship(back_populates="member", uselist=False)

    __table_args__ = (
        CheckConstraint("sex IN ('f', 'm', 'x')", name="sex"),
        CheckConstraint("died_on IS NULL OR died_on >= born_on", name="life"),
    )

    def is_covered_on(self, day: dt.date) -> bool:
        return any(cover.covers(day) for cover in self.covers)


class MemberIdentity(Model):
    """Names and contacts, in their own table with an access log (DECISIONS 11)."""

    __tablename__ = "member_identity"
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_normalised: Mapped[str] = mapped_column(String(120), index=True, comment="searched by prefix")
    national_id: Mapped[bytes | None] = mapped_column(LargeBinary, comment="encrypted")
    national_id_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True, comment="blind index")
    phone: Mapped[bytes | None] = mapped_column(LargeBinary, comment="encrypted")
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True, comment="blind index")

    member: Mapped[Member] = relationship(back_populates="identity")


class Cover(Model):
    """A spell of cover under one benefit package; claims read spells only (DECISIONS 19)."""

    __tablename__ = "cover"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    package: Mapped[str] = mapped_column(String(30), comment="benefit package of the plan")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default="active")
    basis: Mapped[str] = mapped_column(String(10), comment="imported, entered or derived")
    source: Mapped[str] = mapped_column(String(60), default="", comment="file, evidence or derivation")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    member: Mapped[Member] = relationship(back_populates="covers")
    waits: Mapped[list[CoverWait]] = relationship(back_populates="cover", cascade="all, delete-orphan")

    __table_args__ = (
        Index(None, "member_id", "valid_from"),
        Unique("member_id", "package", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates"),
        CheckConstraint(f"state IN {COVER_STATES!r}", name="state"),
        CheckConstraint(f"basis IN {COVER_BASES!r}", name="basis"),
    )

    def covers(self, day: dt.date) -> bool:
        """Active or in grace on that day."""
        return (
            self.state in ("active", "grace")
            and self.valid_from <= day
            and (self.valid_until is None or day <= self.valid_until)
        )


class CoverWait(Model):
    """The first day on which a benefit group is open under a spell: MEM-04 only compares."""

    __tablename__ = "cover_wait"
    cover_id: Mapped[int] = mapped_column(ForeignKey("cover.id"), primary_key=True)
    benefit_group: Mapped[str] = mapped_column(String(30), primary_key=True)
    waiting_until: Mapped[dt.date] = mapped_column(Date, comment="first covered day")

    cover: Mapped[Cover] = relationship(back_populates="waits")


class OtherCover(Model):
    """Another insurer or scheme that pays before the fund, as the member or the scheme said."""

    __tablename__ = "other_cover"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    payer: Mapped[str] = mapped_column(String(80), comment="name of the insurer or scheme")
    service_line: Mapped[str] = mapped_column(String(30), default="", comment="empty: every service line")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date | None] = mapped_column(Date)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates"),)


class EligibilityNumber(Model):
    """Issued to a member to be shown to a provider: who holds it may ask, for a time, what the fund would pay."""

    __tablename__ = "eligibility_number"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="random, E-7K3MP2QX-K")
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)
    issued_by: Mapped[str] = mapped_column(String(60), comment="person")
    issued_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (CheckConstraint("valid_until >= valid_from", name="dates"),)
