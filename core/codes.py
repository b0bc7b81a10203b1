"""Dated code tables and the service catalogue (DECISIONS 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from core.among import among
from core.db import BigId, Model, db
from core.texts import said


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


class OfferedService(NamedTuple):
    """A service as a reader sees it: name and unit in their language."""

    code: str
    service_line: str
    name: str
    unit: str
    is_restricted: bool


class OfferedLine(NamedTuple):
    code: str
    name: str


def services(service_line: str | None = None) -> list[OfferedService]:
    """The catalogue in the reader's language, by line and the fund's own name."""
    query = select(Service.code, Service.service_line, Service.name, Service.unit, Service.is_restricted)
    if service_line:
        query = query.where(Service.service_line == service_line)
    rows = db.session.execute(query.order_by(Service.service_line, Service.name))
    return [OfferedService(code, line, said(name), said(unit), hidden) for code, line, name, unit, hidden in rows]


def known_codes(codes: Collection[str]) -> set[str]:
    """Those of `codes` that are a service of the catalogue, or stand in a table of codes."""
    own = select(Service.code).where(among(Service.code, codes))
    tables = select(CodeValue.code).where(among(CodeValue.code, codes))
    return {*db.session.execute(own).scalars(), *db.session.execute(tables).scalars()}


def service_names(codes: Iterable[str] | None = None) -> dict[str, str]:
    """Code → name in the reader's language, for whole lists at once."""
    return {code: said(name) for code, name in recorded_names(codes).items()}


def recorded_names(codes: Iterable[str] | None = None) -> dict[str, str]:
    """Code → the fund's own name: for what is kept."""
    query = select(Service.code, Service.name)
    if codes is not None:
        query = query.where(Service.code.in_(set(codes)))
    return {row.code: row.name for row in db.session.execute(query)}


def service_lines() -> list[OfferedLine]:
    """Kinds of care in the reader's language."""
    query = select(ServiceLine.code, ServiceLine.name).order_by(ServiceLine.position)
    return [OfferedLine(code, said(name)) for code, name in db.session.execute(query)]


def line_names() -> dict[str, str]:
    """Code → name of a kind of care in the reader's language."""
    return dict(service_lines())
