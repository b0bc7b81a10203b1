"""Dated code tables, the service catalogue and texts in several languages (DECISIONS 5, 11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from core.among import among
from core.db import BigId, Model, db


class ServiceLine(Model):
    """Health, childcare, long-term care, housing …: a row, never an enum."""

    __tablename__ = "service_line"
    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]


class Service(Model):
    """One line of the catalogue that contracts price, placements grant and claims bill."""

    __tablename__ = "service"
    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    service_line: Mapped[str] = mapped_column(ForeignKey("service_line.code"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(20), comment="each, visit, 15 minutes, hour, day, month")
    is_restricted: Mapped[bool] = mapped_column(
        default=False, comment="HIV care, shelters: nobody outside may infer it"
    )


class CodeValue(Model):
    """One code of a dated code system (ICD-10, HCPCS, a national list): validity is checked on the service date."""

    __tablename__ = "code_value"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    system: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    display: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date | None] = mapped_column(Date)
    parent: Mapped[str] = mapped_column(String(40), default="")

    __table_args__ = (UniqueConstraint("system", "code", "valid_from"), Index(None, "system", "code"))


class Text_(Model):  # noqa: N801 - `Text` is SQLAlchemy's column type
    """A text of the fund in one language; missing languages fall back to the fund's first."""

    __tablename__ = "text"
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    locale: Mapped[str] = mapped_column(String(5), primary_key=True)
    content: Mapped[str] = mapped_column(Text)


def services(service_line: str | None = None) -> Sequence[Service]:
    """The catalogue, by line and name."""
    query = select(Service).order_by(Service.service_line, Service.name)
    if service_line:
        query = query.where(Service.service_line == service_line)
    return db.session.execute(query).scalars().all()


def known_codes(codes: Collection[str]) -> set[str]:
    """Those of `codes` that are a service of the catalogue, or stand in a table of codes."""
    own = select(Service.code).where(among(Service.code, codes))
    tables = select(CodeValue.code).where(among(CodeValue.code, codes))
    return {*db.session.execute(own).scalars(), *db.session.execute(tables).scalars()}


def service_names(codes: Iterable[str] | None = None) -> dict[str, str]:
    """Code → name, for whole lists at once."""
    query = select(Service.code, Service.name)
    if codes is not None:
        query = query.where(Service.code.in_(set(codes)))
    return {row.code: row.name for row in db.session.execute(query)}


def service_lines() -> Sequence[ServiceLine]:
    return db.session.execute(select(ServiceLine).order_by(ServiceLine.position)).scalars().all()
