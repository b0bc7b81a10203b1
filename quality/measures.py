"""From case rows to one result per provider: a pure function per kind of indicator.

A result is a roll-up of its rows, so that a provider who downloads them finds the same sums.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import fsum
from operator import itemgetter
from statistics import median
from typing import NamedTuple

import polars as pl

from quality.cases import check, counts
from quality.definitions import Indicator, Kind, Source
from quality.results import Result
from quality.sampled import Line, share_interval
from quality.statistics.intervals import (
    EXACT_BELOW,
    LEVEL_95,
    LEVEL_998,
    Interval,
    jackknife,
    median_interval,
    per_exposure,
    wilson,
)
from quality.suppression import Reason


@dataclass(frozen=True, slots=True)
class Measured:
    numerator: float
    denominator: float
    value: float | None
    interval: Interval | None
    interval_998: Interval | None
    method: str


class Rows(NamedTuple):
    """What counts of one provider: the sums of its rows, and where a kind needs them the values themselves."""

    rows: int
    in_numerator: int
    quantity: Sequence[float]
    met: Sequence[float]
    clusters: Sequence[tuple[float, float]]
    sampled: Sequence[Line] = ()


def measure(indicator: Indicator, frame: pl.DataFrame, numbers: Mapping[int, str] | None = None) -> tuple[Result, ...]:
    """Results in provider order; `numbers`: organisation → public number. Raises RunRejected before it counts."""
    check(frame, indicator.kind)
    populations = _populations(frame)
    found = _counted(indicator, frame)
    known = [(numbers[key] if numbers else str(key), key) for key in populations]
    return tuple(_result(indicator, name, populations[key], found.get(key, NOTHING)) for name, key in sorted(known))


def _populations(frame: pl.DataFrame) -> dict[int, tuple[int, int, int, int]]:
    """Organisation → rows, excluded, excepted, distinct subjects that count."""
    is_out = pl.col("is_denominator") & (pl.col("exclusion") != "")
    is_saved = pl.col("is_denominator") & (pl.col("exclusion") == "") & ~counts()
    subject = pl.struct("subject_kind", "subject").filter(counts())
    found = frame.group_by("organisation_id").agg(
        rows=pl.len(), excluded=is_out.sum(), excepted=is_saved.sum(), persons=subject.n_unique()
    )
    return {row[0]: row[1:] for row in found.rows()}


def _counted(indicator: Indicator, frame: pl.DataFrame) -> dict[int, Rows]:
    """Organisation → what counts, in sets; values and clusters only for the kinds that look at them."""
    counted = frame.lazy().filter(counts())
    sums = counted.group_by("organisation_id").agg(pl.len(), pl.col("is_numerator").sum()).collect()
    values, clusters = _values(indicator, counted), _clusters(indicator, counted)
    sampled = _sampled(indicator, counted)
    return {
        key: Rows(size, hits, *values.get(key, ((), ())), clusters.get(key, ()), sampled.get(key, ()))
        for key, size, hits in sums.rows()
    }


def _values(indicator: Indicator, counted: pl.LazyFrame) -> dict[int, tuple[Sequence[float], Sequence[float]]]:
    if indicator.kind in (Kind.PROPORTION, Kind.WEIGHTED_PROPORTION):
        return {}
    events = indicator.kind in (Kind.RATE, Kind.RATIO_OE)
    met = pl.when("is_numerator").then("met").otherwise(0.0).alias("met") if events else pl.col("met")
    return {key: (quantity, met) for key, quantity, met in _lists(counted, pl.col("quantity"), met)}


def _clusters(indicator: Indicator, counted: pl.LazyFrame) -> dict[int, Sequence[tuple[float, float]]]:
    """Sums per subject, in the order of subjects: each leaves the interval once."""
    if indicator.kind is Kind.PROPORTION and indicator.is_clustered:
        top, bottom = pl.col("is_numerator").sum().cast(pl.Float64), pl.len().cast(pl.Float64)
    elif indicator.kind is Kind.WEIGHTED_PROPORTION:
        top, bottom = pl.col("met").sum(), pl.col("quantity").sum()
    else:
        return {}
    subject = ["organisation_id", "subject_kind", "subject"]
    ordered = counted.sort([*subject, "quantity", "met"])
    sums = ordered.group_by(subject, maintain_order=True).agg(top.alias("met"), bottom.alias("quantity"))
    return {
        key: list(zip(met, size, strict=True)) for key, size, met in _lists(sums, pl.col("quantity"), pl.col("met"))
    }


def _sampled(indicator: Indicator, counted: pl.LazyFrame) -> dict[int, Sequence[Line]]:
    """Lines that audits drew, with the stratum each came from."""
    if indicator.source is not Source.AUDIT:
        return {}
    rows = counted.select("organisation_id", "stratum", "met", "quantity").sort(pl.all()).collect().rows()
    return {key: [row[1:] for row in of_one] for key, of_one in groupby(rows, key=itemgetter(0))}


def _lists(frame: pl.LazyFrame, *columns: pl.Expr) -> list[tuple[int, Sequence[float], Sequence[float]]]:
    return frame.group_by("organisation_id", maintain_order=True).agg(columns).collect().rows()


def _result(indicator: Indicator, provider: str, populations: tuple[int, int, int, int], rows: Rows) -> Result:
    found = KINDS[indicator.kind](indicator, rows)
    reason = None
    if found.value is None:
        reason = Reason.NO_DENOMINATOR
    elif (rows.rows if indicator.is_minimum_of_cases else found.denominator) < indicator.minimum:
        reason = Reason.INSUFFICIENT
    initial, excluded, excepted, persons = populations
    return Result(
        provider=provider,
        initial=initial,
        excluded=excluded,
        excepted=excepted,
        numerator=found.numerator,
        denominator=found.denominator,
        persons=persons,
        value=None if reason else found.value,
        interval=None if reason else found.interval,
        interval_998=None if reason else found.interval_998,
        method=found.method,
        reason=reason,
    )


def proportion(indicator: Indicator, rows: Rows) -> Measured:
    """Rows in the numerator over rows that count."""
    met, total = rows.in_numerator, rows.rows
    if total == 0:
        return Measured(0, 0, None, None, None, "wilson")
    if indicator.is_clustered:
        clustered = weighted_proportion(indicator, rows)
        # where every member is alike there is no spread to learn from, and no interval of width 0 to believe
        if clustered.interval is not None and clustered.interval.lower < clustered.interval.upper:
            return clustered
    return Measured(met, total, met / total, wilson(met, total), wilson(met, total, LEVEL_998), "wilson")


def weighted_proportion(_indicator: Indicator, rows: Rows) -> Measured:
    """Sum met over sum of quantity, like minutes; its interval leaves out a subject at a time, or follows a sample."""
    met, total = fsum(pair[0] for pair in rows.clusters), fsum(pair[1] for pair in rows.clusters)
    if total <= 0:
        return Measured(met, total, None, None, None, "jackknife_by_subject")
    if rows.sampled:
        limits = share_interval(rows.sampled, LEVEL_95), share_interval(rows.sampled, LEVEL_998)
        return Measured(met, total, met / total, *limits, "stratified_sample")
    inner, outer = jackknife(rows.clusters), jackknife(rows.clusters, LEVEL_998)
    return Measured(met, total, met / total, inner and inner.interval, outer and outer.interval, "jackknife_by_subject")


def rate(_indicator: Indicator, rows: Rows) -> Measured:
    """Events per sum of quantity, like incidents per child-day, or per expected event; exact or Byar."""
    events, exposure = round(fsum(rows.met)), fsum(rows.quantity)
    method = "poisson_exact" if events < EXACT_BELOW else "byar"
    if exposure <= 0:
        return Measured(events, exposure, None, None, None, method)
    limits = per_exposure(events, exposure), per_exposure(events, exposure, LEVEL_998)
    return Measured(events, exposure, events / exposure, *limits, method)


def middle(_indicator: Indicator, rows: Rows) -> Measured:
    """Median of `met`; interval by order statistics. Numerator is not a sum here and stays 0."""
    values = sorted(rows.met)
    if not values:
        return Measured(0, 0, None, None, None, "order_statistics")
    limits = median_interval(values), median_interval(values, LEVEL_998)
    return Measured(0, len(values), float(median(values)), *limits, "order_statistics")


def mean(_indicator: Indicator, rows: Rows) -> Measured:
    """Mean of `met`, like the points of inspections: few and chosen, so no interval is claimed."""
    total, points = len(rows.met), fsum(rows.met)
    return Measured(points, total, points / total if total else None, None, None, "none")


def ratio(indicator: Indicator, rows: Rows) -> Measured:
    """Sum met over sum of quantity, like hours per post; capped where the definition says so, without an interval."""
    met, size = fsum(rows.met), fsum(rows.quantity)
    value = met / size if size > 0 else None
    if value is not None and indicator.cap is not None:
        value = min(value, float(indicator.cap))
    return Measured(met, size, value, None, None, "none")


NOTHING = Rows(0, 0, (), (), ())
KINDS: dict[Kind, Callable[[Indicator, Rows], Measured]] = {
    Kind.PROPORTION: proportion,
    Kind.WEIGHTED_PROPORTION: weighted_proportion,
    Kind.RATE: rate,
    Kind.RATIO_OE: rate,
    Kind.MEDIAN: middle,
    Kind.MEAN: mean,
    Kind.RATIO: ratio,
}
