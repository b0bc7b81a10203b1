"""The long case table: who counts for whom, why not, and the record that shows it, as a polars frame.

Five populations per row, with the names of CMS eCQM: every row is in the initial population; then denominator >
exclusion (before the numerator is looked at) > exception (only who is not in it) > numerator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Any

import polars as pl

from core.words import _l
from quality.case_row import RunRejected
from quality.definitions import Kind
from quality.statistics.intervals import EXACT_BELOW

DAY_TIME = pl.Datetime("us", "UTC")
COLUMNS: dict[str, Any] = {
    "organisation_id": pl.Int64,
    "subject_kind": pl.String,  # member, child, worker, room, site, provider, discharge …
    "subject": pl.String,
    "member_id": pl.Int64,  # null where the subject is no member
    "is_denominator": pl.Boolean,
    "exclusion": pl.String,  # coded reason, "" if none
    "is_exception": pl.Boolean,
    "is_numerator": pl.Boolean,
    "quantity": pl.Float64,  # weight in the denominator: minutes, exposure, expected events
    "met": pl.Float64,  # weight in the numerator, or the subject's value
    "stratum": pl.String,
    "evidence_on": pl.Date,
    "evidence_kind": pl.String,  # visit, day, contacts, carers …
    "evidence_reference": pl.String,
    "due_at": DAY_TIME,
    "started_at": DAY_TIME,
    "worker": pl.String,
    "finding": pl.String,  # coded, "" when all is well
    "claim_number": pl.String,
    "line_no": pl.Int32,
}
"""Column → type. Only member_id, due_at, started_at, line_no, evidence_on may be null."""

_DEFAULTS: dict[str, pl.Expr] = {
    "subject_kind": pl.lit("member"),
    "is_denominator": pl.lit(value=True),
    "is_exception": pl.lit(value=False),
    "is_numerator": pl.lit(value=False),
    "quantity": pl.lit(1.0),
}
_NULLABLE = ("member_id", "evidence_on", "due_at", "started_at", "line_no")


def case_frame(frame: pl.DataFrame, **constants: Any) -> pl.DataFrame:
    """COLUMNS of `frame`, filled, cast and in one order whatever the order of its rows; `constants` for whole columns.

    `organisation_id` must be there. Without `subject` the member is it; without `met` a row weighs 1 in the numerator.
    """
    frame = frame.with_columns(**{name: pl.lit(value) for name, value in constants.items()})
    if "subject" not in frame.columns:
        frame = frame.with_columns(subject=pl.col("member_id").cast(pl.String))
    rest = {name: _default(name) for name in COLUMNS if name not in frame.columns and name != "met"}
    frame = frame.with_columns(**rest)
    if "met" not in frame.columns:
        frame = frame.with_columns(met=pl.col("is_numerator").cast(pl.Float64))
    whole = frame.select(_filled(name, kind) for name, kind in COLUMNS.items())
    return whole.sort(list(COLUMNS), nulls_last=True)


def empty() -> pl.DataFrame:
    """No rows: the source is there and nothing happened."""
    return pl.DataFrame(schema=COLUMNS)


def counts() -> pl.Expr:
    """In the denominator after exclusions, and after exceptions, which only save who is not in the numerator."""
    is_saved = pl.col("is_exception") & ~pl.col("is_numerator")
    return pl.col("is_denominator") & (pl.col("exclusion") == "") & ~is_saved


def check(frame: pl.DataFrame, kind: Kind) -> None:
    """Refuse rows that cannot be true, before anything is counted. Raises RunRejected naming the first of each."""
    outside = pl.col("is_numerator") & ~pl.col("is_denominator")
    no_number = (
        ~((pl.col("quantity") >= 0) & (pl.col("met") >= 0)) | pl.col("quantity").is_nan() | pl.col("met").is_nan()
    )
    contradictions = [
        (outside, _l("It is in the numerator but not in the denominator.")),
        (
            no_number | pl.col("quantity").is_infinite() | pl.col("met").is_infinite(),
            _l("A value is negative or not a number."),
        ),
    ]
    if kind is Kind.WEIGHTED_PROPORTION:
        contradictions.append((pl.col("met") > pl.col("quantity"), _l("Its numerator is above its denominator.")))
    for problem, message in contradictions:
        found = frame.lazy().filter(problem).head(1).collect()
        if found.height:
            row = found.row(0, named=True)
            raise RunRejected.at(f"{row['organisation_id']}, {row['subject_kind']} {row['subject']}", message)


def with_expected(frame: pl.DataFrame, fewest_events: int = EXACT_BELOW) -> pl.DataFrame:
    """Indirect standardisation: `quantity`, so far the exposure, becomes the events that its stratum lets expect.

    Rates are those of all providers together. Strata in their sorted order; one with fewer events than
    `fewest_events` is merged with its neighbour.
    """
    events = pl.when("is_numerator").then("met").otherwise(0.0)
    strata = frame.filter(counts()).group_by("stratum").agg(pl.col("quantity"), events.alias("met")).sort("stratum")
    rates = _merged_rates(
        {stratum: (fsum(met), fsum(exposure)) for stratum, exposure, met in strata.rows()}, fewest_events
    )
    rate = pl.col("stratum").replace_strict(rates, default=0.0, return_dtype=pl.Float64)
    return frame.with_columns(quantity=pl.col("quantity") * rate)


def _merged_rates(strata: Mapping[str, tuple[float, float]], fewest: int) -> dict[str, float]:
    """Stratum → events per exposure of the group it falls into; `strata` in order: (events, exposure)."""
    groups: list[list[str]] = [[]]
    for stratum in strata:
        if groups[-1] and _events(strata, groups[-1]) >= fewest:
            groups.append([])
        groups[-1].append(stratum)
    if len(groups) > 1 and _events(strata, groups[-1]) < fewest:
        last = groups.pop()
        groups[-1].extend(last)
    exposures = [fsum(strata[name][1] for name in group) for group in groups]
    return {
        name: _events(strata, group) / exposure if exposure > 0 else 0.0
        for group, exposure in zip(groups, exposures, strict=True)
        for name in group
    }


def _events(strata: Mapping[str, tuple[float, float]], group: Sequence[str]) -> float:
    return fsum(strata[name][0] for name in group)


def _default(name: str) -> pl.Expr:
    empty_text = pl.lit("") if COLUMNS[name] == pl.String else pl.lit(None)
    return _DEFAULTS.get(name, empty_text)


def _filled(name: str, kind: Any) -> pl.Expr:
    """A column in its type; what may not be null is filled with its default."""
    column = pl.col(name).cast(kind)
    return column if name in _NULLABLE else column.fill_null(_default(name).cast(kind))
