"""Who lives where, what was certified about a place, what was quoted for works: facts for any service line."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Model

RESIDENTIAL = "residential"  # the kind of place in which its holder is cared for: other care there is double


class Occupancy(Model):
    """A member holds a place (bed, room, dwelling) from a day until the day of moving out, which is free again."""

    __tablename__ = "occupancy"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    place: Mapped[str] = mapped_column(String(40), comment="the provider’s name of the place")
    kind: Mapped[str] = mapped_column(String(20), comment="what the place is, as the plan calls it: residential, …")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    moved_in_on: Mapped[dt.date] = mapped_column(Date)
    moved_out_on: Mapped[dt.date | None] = mapped_column(Date, comment="null: still there")
    doubt: Mapped[str] = mapped_column(String(20), default="", comment="fact: place_taken or two_places")
    doubt_other: Mapped[str] = mapped_column(String(60), default="", comment="fact: the other place")
    doubt_from: Mapped[dt.date | None] = mapped_column(Date, comment="fact: first night in doubt")
    doubt_until: Mapped[dt.date | None] = mapped_column(Date, comment="fact: last night in doubt")
    source: Mapped[str] = mapped_column(String(80), default="")

    __table_args__ = (
        UniqueConstraint("organisation_id", "place", "member_id", "moved_in_on"),
        Index(None, "member_id", "moved_in_on"),
        CheckConstraint("moved_out_on IS NULL OR moved_out_on > moved_in_on", name="dates"),
    )


class Certificate(Model):
    """A place was inspected or certified for some days."""

    __tablename__ = "certificate"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), comment="as the plan calls it")
    number: Mapped[str] = mapped_column(String(40))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    place: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)

    __table_args__ = (
        UniqueConstraint("organisation_id", "kind", "number"),
        Index(None, "organisation_id", "place"),
        CheckConstraint("valid_until >= valid_from", name="dates"),
    )


class Quote(Model):
    """What works or goods for a member were quoted at, and at what amount they were accepted."""

    __tablename__ = "quote"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), comment="the provider’s number of the quote")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    service: Mapped[str] = mapped_column(String(30))
    amount: Mapped[int] = mapped_column(BigId, comment="minor units quoted")
    quoted_on: Mapped[dt.date] = mapped_column(Date)
    accepted_amount: Mapped[int | None] = mapped_column(
        BigId, comment="minor units of the works accepted; null: not yet"
    )
    accepted_on: Mapped[dt.date | None] = mapped_column(Date)

    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index(None, "member_id", "service"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(accepted_amount IS NULL) = (accepted_on IS NULL)", name="accepted"),
    )
