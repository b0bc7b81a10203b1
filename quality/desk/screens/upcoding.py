"""D9: the dearer of two tariffs more often than peers, given how old the members are and what care they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from core.words import _l
from quality.desk.plan import Terms
from quality.desk.queries import claimed
from quality.desk.screens.screen import Found, Hit, furthest_first, refs, screen
from quality.desk.window import Window
from quality.statistics.funnel import Direction, Point, funnel
from quality.statistics.scales import Ratio

if TYPE_CHECKING:
    import polars as pl

AGES = (18, 40, 65)


class Tariffs(NamedTuple):
    lines: pl.DataFrame
    levels: pl.DataFrame


def read(window: Window, terms: Terms) -> Tariffs:
    services = [service for ladder in terms.ladders for service in ladder]
    return Tariffs(claimed.tariff_lines(window, services), claimed.care_levels())


@screen(
    "D9",
    reads=read,
    text=_l(
        "%(top)s of %(lines)s lines at the dearest tariff (%(top_share)s); with the members it has, %(expected)s would "
        "be expected. Adjusted z %(z)s."
    ),
)
def dearer_tariff(found: Tariffs, terms: Terms) -> Found:
    """Indirect standardisation over ladder, age band and care level; beyond the adjusted limit on the dear side."""
    lines = _counted(found, terms)
    picture = funnel(
        [Ratio(str(row[0]), int(row[1]), row[2], row[4]) for row in lines.iter_rows()],
        direction=Direction.DOWN,
        minimum=terms.minimum,
    )
    judged = [point for point in picture.points if point.z_adjusted is not None] if picture else []
    if len(judged) - 1 < terms.peers:
        return Found(0, [])
    rows = {str(row[0]): row for row in lines.iter_rows()}
    hits = [_hit(point, rows[point.provider], len(judged) - 1) for point in judged if _z(point) > terms.threshold]
    return Found(len(judged), furthest_first(hits))


def _z(point: Point) -> float:
    return point.z_adjusted or 0.0


def _counted(found: Tariffs, terms: Terms) -> pl.DataFrame:
    """organisation_id, top, expected, lines, persons, references; one row per provider."""
    import polars as pl

    tops = [ladder[-1] for ladder in terms.ladders]
    ladder_of = {service: place for place, ladder in enumerate(terms.ladders) for service in ladder}
    age = (pl.col("day") - pl.col("born_on")).dt.total_days() // 365.25
    lines = found.lines.sort("day").join_asof(
        found.levels.sort("day"), on="day", by="member_id", check_sortedness=False
    )
    lines = lines.with_columns(
        ladder=pl.col("service").replace_strict(ladder_of, return_dtype=pl.Int64),
        band=sum((age >= bound).cast(pl.Int64) for bound in AGES),
        level=pl.col("level").fill_null(0),
        is_top=pl.col("service").is_in(tops),
        reference=pl.format("{}/{}", "number", "line_no"),
    ).with_columns(usual=pl.col("is_top").mean().over("ladder", "band", "level"))
    return (
        lines.sort("reference")
        .group_by("organisation_id")
        .agg(
            pl.col("is_top").sum().alias("top"),
            pl.col("usual").sum().alias("expected"),
            pl.len().alias("lines"),
            pl.col("member_id").n_unique().alias("persons"),
            pl.col("reference").filter(pl.col("is_top")).alias("references"),
        )
        .sort("organisation_id")
    )


def _hit(point: Point, row: tuple[int, int, float, int, int, list[str]], peers: int) -> Hit:
    organisation_id, top, expected, lines, _persons, references = row
    figures = {"top": top, "lines": lines, "top_share": top / lines, "expected": expected, "z": _z(point)}
    return Hit(organisation_id, "", _z(point), peers, figures, refs("claim", references))
