"""D10: visits whose times are too round to have been clocked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from core.words import _l
from quality.desk.plan import Terms
from quality.desk.queries import given
from quality.desk.screens.screen import Found, Hit, furthest_first, refs, screen
from quality.desk.window import Window
from quality.statistics.screening import QUARTERS, last_digits

if TYPE_CHECKING:
    import polars as pl


class Visits(NamedTuple):
    visits: pl.DataFrame
    planned: pl.DataFrame


def read(window: Window, _terms: Terms) -> Visits:
    return Visits(given.timed_visits(window), given.planned_minutes())


@screen(
    "D10",
    reads=read,
    text=_l(
        "%(quarter_share)s of %(visits)s visits begin on a quarter of an hour (one in fifteen would by chance; the "
        "middle provider has %(middle_share)s), and %(exact_share)s last exactly as planned."
    ),
)
def too_round(found: Visits, terms: Terms) -> Found:
    """A share of round starts from `threshold` on, with last digits of minutes that no clock spreads like that."""
    rows = _by_provider(found, terms).rows(named=True)
    middle = sorted(row["quarter"] for row in rows)[len(rows) // 2] if rows else 0.0
    hits = [
        _hit(row, middle, len(rows) - 1)
        for row in rows
        if row["quarter"] >= terms.threshold and last_digits(row["minutes"]).p < terms.numbers["probability"]
    ]
    return Found(len(rows), furthest_first(hits))


def _by_provider(found: Visits, terms: Terms) -> pl.DataFrame:
    """organisation_id, visits, quarter, exact (shares), minutes (of the starts), references."""
    import polars as pl

    minute, lasted = pl.col("started_at").dt.minute(), pl.col("ended_at") - pl.col("started_at")
    visits = (
        found.visits.with_columns(weekday=pl.col("day").dt.weekday())
        .join(found.planned, on=["placement_id", "weekday"], how="left")
        .with_columns(
            is_round=minute.is_in(QUARTERS),
            is_exact=(lasted.dt.total_minutes() == pl.col("planned")).fill_null(value=False),
            minute=minute,
            reference=pl.format("{} {}", "day", "number"),
        )
        .sort("reference")
    )
    return (
        visits.group_by("organisation_id")
        .agg(
            pl.len().alias("visits"),
            pl.col("is_round").mean().alias("quarter"),
            pl.col("is_exact").mean().alias("exact"),
            pl.col("minute").alias("minutes"),
            pl.col("reference").filter(pl.col("is_round")).alias("references"),
        )
        .filter(pl.col("visits") >= terms.minimum)
        .sort("organisation_id")
    )


def _hit(row: dict[str, object], middle: float, peers: int) -> Hit:
    figures = {
        "quarter_share": row["quarter"],
        "visits": row["visits"],
        "middle_share": middle,
        "exact_share": row["exact"],
    }
    return Hit(row["organisation_id"], "", row["quarter"], peers, figures, refs("visit", row["references"]))  # type: ignore[arg-type]
