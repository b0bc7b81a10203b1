"""What the quality score of a contract is made of and pays, from a contract year on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Date, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Json, Model
from core.written_once import written_once


class ContractScore(Model):
    """As signed, then one row for each amendment that brings another table."""

    __tablename__ = "contract_score"
    contract_id: Mapped[int] = mapped_column(
        ForeignKey("contract.id", name="fk_contract_score_contract_id_contract"), primary_key=True
    )
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True, comment="1, 2, 3 … within the contract")
    valid_from: Mapped[dt.date] = mapped_column(Date, comment="first day of a contract year")
    terms: Mapped[Any] = mapped_column(Json, comment="as `procurement.scored` writes them")


written_once(ContractScore.__table__)
