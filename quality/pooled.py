"""Restricted services in quality: in no case and no provider's figure, only in one figure over all providers.

Even that is kept only when so many persons stand behind the difference that nobody can be worked out by subtraction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quality.definitions import Counting, Indicator, Kind
from quality.suppression import Cell, is_small

if TYPE_CHECKING:
    import polars as pl

    from quality.indicators.records import Records

EVERYBODY = 0


def pooled(indicator: Indicator, records: Records, shown: pl.DataFrame | None) -> dict[str, Any] | None:
    """numerator, denominator, value, lower, upper of all providers together with restricted services; None: not kept.

    `shown`: the case rows that stand without them. Observed by expected is 1 over all providers, whatever happened.
    """
    from quality import indicators
    from quality.cases import empty
    from quality.measures import measure

    if indicator.kind is Kind.RATIO_OE or not records.has_restricted:
        return None
    whole, apart = indicators.cases(indicator, records.with_restricted()), empty() if shown is None else shown
    if whole is None:
        return None
    (everybody,) = measure(indicator, _together(whole), {EVERYBODY: ""}) or (None,)
    without = next(iter(measure(indicator, _together(apart), {EVERYBODY: ""})), None)
    if everybody is None or everybody.value is None or _tells(indicator, whole, apart, everybody, without):
        return None
    return {
        "numerator": everybody.numerator,
        "denominator": everybody.denominator,
        "value": everybody.value,
        "lower": everybody.interval and everybody.interval.lower,
        "upper": everybody.interval and everybody.interval.upper,
    }


def _tells(indicator: Indicator, whole: pl.DataFrame, apart: pl.DataFrame, everybody: Any, without: Any) -> bool:
    """Subtracting what is shown from the pooled figure would speak of fewer persons than the threshold."""
    import polars as pl

    rows = whole.join(apart, on=whole.columns, how="anti", nulls_equal=True)
    gone = apart.join(whole, on=whole.columns, how="anti", nulls_equal=True)
    persons = pl.concat([rows, gone])["member_id"].drop_nulls().n_unique()
    before = (without.numerator, without.denominator) if without else (0, 0)
    more = round(abs(everybody.numerator - before[0])), round(abs(everybody.denominator - before[1]))
    cell = Cell("restricted", *more, persons if indicator.counting is Counting.EVENTS else None)
    return persons < indicator.threshold or is_small(cell, indicator.threshold)


def _together(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return frame.with_columns(organisation_id=pl.lit(EVERYBODY, dtype=pl.Int64))
