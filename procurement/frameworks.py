"""Framework agreements: several members share a lot; the ways to call off, in words, and what one must keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from core.errors import Problem
from core.words import _l
from procurement.models.tender import Tender

FEWEST: Final = 2
METHODS: Final[dict[str, Any]] = {
    "": _l("One contract for each lot"),
    "ranking": _l("Framework agreement: the fund calls off by rank"),
    "choice": _l("Framework agreement: users choose among the members"),
}
HOW: Final[dict[str, Any]] = {
    "ranking": _l("Each call-off is offered to the first of the ranking; who cannot take it in time is passed over for "
                  "the next. The rates are each member’s own."),
    "choice": _l("Whoever is entitled to the care chooses among the members. The rates are each member’s own."),
}  # fmt: skip


def problems(tender: Tender, most_years: int) -> Iterable[Problem]:
    """`most_years` 0: the plan names no longest duration."""
    for lot in tender.lots:
        where = f"lots.{lot.number}.members"
        if tender.framework and lot.members < FEWEST:
            yield Problem(where, _l("Lot %(lot)s: a framework has at least two members.", lot=lot.number))
        elif not tender.framework and lot.members > 1:
            message = _l("Lot %(lot)s: only a framework has several members.", lot=lot.number)
            yield Problem(where, message, str(lot.members))
    last_on = last_day(tender.starts_on, most_years)
    if tender.framework and most_years and tender.ends_on > last_on:
        message = _l("A framework lasts %(years)s years at most: until %(day)s.", years=most_years,
                     day=last_on.isoformat())  # fmt: skip
        yield Problem("ends_on", message, tender.ends_on.isoformat())


def last_day(starts_on: dt.date, years: int) -> dt.date:
    """The day before the same day `years` later; 29 February counts to the end of that month."""
    month_and_day = (starts_on.month, starts_on.day)
    same = starts_on.replace(day=28) if month_and_day == (2, 29) else starts_on
    end = same.replace(year=same.year + years)
    return end if month_and_day == (2, 29) else end - dt.timedelta(days=1)
