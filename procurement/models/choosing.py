"""How the bids of a tender are chosen between, as published: the columns of a tender that say so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Json


class ChoosingColumns:
    """Mixed into `Tender`. Numbers of the rules are kept as they were published."""

    tie_ladder: Mapped[Any] = mapped_column(Json, default=list, comment="codes of the steps that break a tie, in order")
    low_price_rules: Mapped[Any] = mapped_column(
        Json, default=list, comment="[{code, numbers, is_in_points}] beside the labour floor"
    )
    performance: Mapped[Any] = mapped_column(
        Json, default=list, server_default="[]", comment="measures of the contract without points, as of the catalogue"
    )
    sample_bids: Mapped[Any | None] = mapped_column(
        Json, comment="[{lot, name, price, points}] tried before publication"
    )
    social_minimum: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="points of the social block")
    most_to_price: Mapped[int | None] = mapped_column(Integer, comment="best bids whose price is opened (max-pass)")
    is_renormalised: Mapped[bool] = mapped_column(default=False, comment="the best on a question gets its full weight")
    are_averages_frozen: Mapped[bool] = mapped_column(
        default=False, comment="prices rejected later still count in relative formulas"
    )
    score_terms: Mapped[Any | None] = mapped_column(
        Json, comment="what the quality score of its contracts is made of and pays: procurement/scored.py"
    )
    framework: Mapped[str] = mapped_column(
        String(8),
        default="",
        server_default="",
        comment="ranking or choice: how call-offs are given; empty: none",
    )
