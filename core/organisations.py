"""Organisations and what scopes belong to them: the SSE units, the fund's partners (DECISIONS 2)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model, db
from core.words import _l

LEGAL_FORMS = {
    "cooperative": _l("Cooperative"),
    "worker_cooperative": _l("Workers’ cooperative"),
    "mutual": _l("Mutual"),
    "association": _l("Association"),
    "foundation": _l("Foundation"),
    "social_enterprise": _l("Social enterprise"),
    "self_help_group": _l("Self-help group"),
    "federation": _l("Federation"),
    "public_body": _l("Public body"),
    "company": _l("Company"),
}
SSE_FORMS = frozenset(LEGAL_FORMS) - {"public_body", "company"}
"""Forms that a unit of the social and solidarity economy can have; whether it is one, the register assesses."""


class Organisation(Model):
    """A legal person: `organisation.id` is the scope column of every scoped table and the payee of payments."""

    __tablename__ = "organisation"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, O-2026-014-K")
    name: Mapped[str] = mapped_column(String(160), index=True)
    legal_form: Mapped[str] = mapped_column(String(30))
    register_scheme: Mapped[str] = mapped_column(String(30), comment="country.scheme of the register, like es.cif")
    register_number: Mapped[str] = mapped_column(String(40), comment="compact form")
    federation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    district: Mapped[str] = mapped_column(String(60))
    email: Mapped[str] = mapped_column(String(160), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    locale: Mapped[str | None] = mapped_column(String(5), comment="language of its letters; null: the fund’s first")
    founded_on: Mapped[dt.date | None] = mapped_column(Date)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    federation: Mapped[Organisation | None] = relationship(remote_side=[id])

    __table_args__ = (
        UniqueConstraint("register_scheme", "register_number"),
        CheckConstraint(f"legal_form IN {tuple(LEGAL_FORMS)!r}", name="legal_form"),
    )


def organisation_by_number(number: str) -> Organisation | None:
    return db.session.execute(select(Organisation).where(Organisation.number == number)).scalar_one_or_none()
