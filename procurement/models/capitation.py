"""Capitation of a contract: what is owed each month for a person of an age and sex who is enrolled."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Model
from core.states import one_of
from procurement.capitation import SEXES, Band


class CapitationRate(Model):
    """One band for dated days, both included. An amendment closes bands and opens others."""

    __tablename__ = "capitation_rate"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    age_from: Mapped[int] = mapped_column(SmallInteger, comment="completed years")
    age_until: Mapped[int] = mapped_column(SmallInteger, comment="completed years, included")
    sex: Mapped[str] = mapped_column(String(1), comment="f, m or x; empty: any")
    rate: Mapped[int] = mapped_column(BigId, comment="minor units per person and month")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)

    __table_args__ = (
        UniqueConstraint("contract_id", "age_from", "sex", "valid_from"),
        CheckConstraint("age_from >= 0 AND age_until >= age_from", name="ages"),
        CheckConstraint(one_of("sex", list(SEXES)), name="sex"),
        CheckConstraint("rate >= 0", name="rate"),
        CheckConstraint("valid_until >= valid_from", name="dates"),
    )

    @property
    def band(self) -> Band:
        return Band(self.age_from, self.age_until, self.sex, self.rate)
