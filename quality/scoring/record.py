"""The provider's record for tenders: the mean of its published scores of some years, on the provider's own row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from core.db import db
from core.money import round_half_up
from providers.models import Provider
from quality.scoring.agreed import Agreements
from quality.scoring.queries import published


def write(rows: Sequence[Provider], today: dt.date) -> None:
    """Anew from what is published; scores are made of shrunken values, so their mean is one of shrunken scores."""
    years = Agreements().rules_on(today).record_years
    since = dt.date(today.year - years, today.month, min(today.day, 28))
    values = published.values([row.organisation_id for row in rows], since)
    for row in rows:
        found = values.get(row.organisation_id, [])
        row.record_score, row.record_periods = mean(found), len(found)
    db.session.flush()


def mean(scores: Sequence[Decimal]) -> Decimal | None:
    """To three decimals, half up; None where nothing was published."""
    if not scores:
        return None
    exact = sum((Fraction(one) for one in scores), Fraction(0)) / len(scores)
    return Decimal(round_half_up(exact * 1000)).scaleb(-3)
