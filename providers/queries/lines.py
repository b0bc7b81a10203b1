"""Kinds of care that anyone may know of. One is restricted when all its services are."""

from __future__ import annotations

from sqlalchemy import Select, case, func, select

from core.codes import Service, ServiceLine
from core.db import db
from core.texts import said


def restricted_lines() -> Select[str]:
    """As a part of a query."""
    least = func.min(case((Service.is_restricted, 1), else_=0))
    return select(Service.service_line).group_by(Service.service_line).having(least == 1)


def open_lines() -> dict[str, str]:
    """Code → name in the reader's language, in the order of the catalogue."""
    query = select(ServiceLine.code, ServiceLine.name).where(ServiceLine.code.not_in(restricted_lines()))
    return {row.code: said(row.name) for row in db.session.execute(query.order_by(ServiceLine.position))}


def open_services() -> dict[str, tuple[str, str]]:
    """Code → name and line of the single services that anyone may know of."""
    query = select(Service.code, Service.name, Service.service_line).where(~Service.is_restricted)
    return {row.code: (said(row.name), row.service_line) for row in db.session.execute(query.order_by(Service.name))}
