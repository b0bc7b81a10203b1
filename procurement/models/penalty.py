"""The penalty clause of a contract."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Model


class ContractPenalty(Model):
    """What a found breach costs, as the plan said when the contract was drawn. No row: no penalty was agreed."""

    __tablename__ = "contract_penalty"
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), primary_key=True)
    fixed: Mapped[int | None] = mapped_column(BigId, comment="minor units, or null: a share")
    share: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="per cent of the contract’s value")
    most: Mapped[Decimal] = mapped_column(Numeric(5, 2), comment="per cent of the value for all penalties together")

    __table_args__ = (
        CheckConstraint("(fixed IS NULL) <> (share IS NULL)", name="one_measure"),
        CheckConstraint("fixed IS NULL OR fixed > 0", name="fixed"),
        CheckConstraint("share IS NULL OR share BETWEEN 0 AND 100", name="share"),
        CheckConstraint("most BETWEEN 0 AND 100", name="most"),
    )
