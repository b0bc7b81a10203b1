"""Where the case rows of a run lie."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.db import db
from quality.models import IndicatorCaseBlock


def blocks_of(run_id: int, organisation_id: int | None = None) -> Sequence[IndicatorCaseBlock]:
    """Where a run's case rows lie, or those of one provider, in order."""
    query = select(IndicatorCaseBlock).where(IndicatorCaseBlock.run_id == run_id)
    if organisation_id is not None:
        query = query.where(
            IndicatorCaseBlock.first_organisation_id <= organisation_id,
            IndicatorCaseBlock.last_organisation_id >= organisation_id,
        )
    return db.session.execute(query.order_by(IndicatorCaseBlock.number)).scalars().all()
