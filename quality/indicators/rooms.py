"""Rooms of children by the clock: enough adults for the youngest of them (C-01), the same adults as usual (C-06)."""

from __future__ import annotations

import datetime as dt

import polars as pl

from care.plan import PART, CarePlan
from core import plan
from quality.cases import case_frame
from quality.definitions import Indicator
from quality.indicators.records import Records
from quality.queries import records as queries

ROOM = ["site_id", "room", "day"]
CHILD = ["organisation_id", "member_id"]
CHILD_DAY = [*CHILD, *ROOM]
HOUR = 60


def within_ratio(_indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """C-01: hours of each child-day, and of them those with enough adults in the room for the youngest there.

    Only who keeps a roster is measured; then a moment without anybody on it is a moment without anybody.
    """
    bands = ratios_on(records.until)
    if not bands or (rooms := _rooms(records)) is None:
        return None
    children, shifts = rooms
    moments = _moments(_with_band(children, records.people, bands), shifts, bands)
    found = _with_minutes_within(children, moments)
    found = found.join(_first_breach(children, moments), on=CHILD_DAY, how="left")
    is_met = pl.col("within") >= pl.col("attended")
    breach = pl.format("{} {}: {}/{}", "room", _clock("minute"), "children", "adults")
    found = found.with_columns(
        quantity=pl.col("attended") / HOUR,
        met=pl.col("within") / HOUR,
        is_numerator=is_met,
        finding=pl.when(is_met).then(pl.lit("")).otherwise(pl.lit("few_adults")),
        evidence_reference=pl.when(is_met).then(pl.col("room")).otherwise(breach),
    )
    return _cases(found, records)


def usual_educators(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """C-06: child-days on which enough of the hours were with one of the child's usual educators.

    Usual are the few who spent most minutes with the child in the period; of two alike, the lower code.
    """
    if (rooms := _rooms(records)) is None:
        return None
    children, shifts = rooms
    together = _together(children, shifts)
    spent = together.group_by(*CHILD, "worker").agg(minutes=(pl.col("end") - pl.col("begin")).sum())
    ranked = spent.sort("minutes", "worker", descending=[True, False])
    usual = ranked.group_by(CHILD, maintain_order=True).head(indicator.parameters["usual_educators"])
    with_usual = _union(together.join(usual, on=[*CHILD, "worker"], how="semi"))
    on_roster = shifts.select(ROOM).unique().with_columns(has_roster=pl.lit(value=True))
    found = children.join(with_usual, on=CHILD_DAY, how="left").join(on_roster, on=ROOM, how="left")
    found = found.with_columns(pl.col("minutes").fill_null(0), attended=pl.col("left") - pl.col("arrived"))
    is_met = pl.col("minutes") * 100 >= pl.col("attended") * indicator.parameters["hours_percent"]
    is_out = pl.col("has_roster").is_null() & ("no_roster" in indicator.exclusions)
    found = found.with_columns(
        is_numerator=is_met,
        exclusion=pl.when(is_out).then(pl.lit("no_roster")).otherwise(pl.lit("")),
        finding=pl.when(is_met).then(pl.lit("")).otherwise(pl.lit("others_mostly")),
        evidence_reference=pl.format("{}/{}", "minutes", "attended"),
    )
    return _cases(found, records)


def ratios_on(day: dt.date) -> tuple[tuple[int, int], ...]:
    """(last month of age, children for one adult), the youngest first; empty where the plan says nothing."""
    known = plan.timeline(PART)
    if known.first is None or day < known.first:
        return ()
    rules: CarePlan = known(day)
    return rules.ratios


def _rooms(records: Records) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """Children and shifts of those who keep a roster; None without any. A site-day whose shifts name no room is one."""
    rostered = queries.rostered(records.first, records.until, records.at)
    if rostered.is_empty():
        return None
    shifts, children = records.shifts, records.of_providers(records.children)
    children = children.join(rostered, on="organisation_id", how="semi")
    if children.is_empty():
        return None
    by_room = shifts.filter(pl.col("room") != "").select("site_id", "day").unique()
    by_room = by_room.with_columns(has_rooms=pl.lit(value=True))
    children = children.join(by_room, on=["site_id", "day"], how="left")
    room = pl.when(pl.col("has_rooms").is_null()).then(pl.lit("")).otherwise(pl.col("room"))
    return children.with_columns(room=room).drop("has_rooms"), shifts


def _with_band(children: pl.DataFrame, people: pl.DataFrame, bands: tuple[tuple[int, int], ...]) -> pl.DataFrame:
    """`band`: the place of the child's age in the table; who is older than all falls into the last."""
    day, born = pl.col("day").dt, pl.col("born_on").dt
    months = (day.year() - born.year()) * 12 + day.month() - born.month() - (day.day() < born.day()).cast(pl.Int8)
    band = pl.lit(len(bands) - 1)
    for place in range(len(bands) - 2, -1, -1):
        band = pl.when(months <= bands[place][0]).then(pl.lit(place)).otherwise(band)
    return children.join(people.select("member_id", "born_on"), on="member_id").with_columns(band=band)


def _moments(children: pl.DataFrame, shifts: pl.DataFrame, bands: tuple[tuple[int, int], ...]) -> pl.DataFrame:
    """Per room-day the minutes at which somebody comes or goes: who is there until the next of them, for how many
    minutes, whether that is enough, and how many minutes were so before."""
    comes, goes = pl.lit(1), pl.lit(-1)
    steps = pl.concat(
        [
            children.select(*ROOM, "band", minute="arrived", step=comes),
            children.select(*ROOM, "band", minute="left", step=goes),
            shifts.select(*ROOM, pl.lit(-1).alias("band"), minute="begins", step=comes),
            shifts.select(*ROOM, pl.lit(-1).alias("band"), minute="ends", step=goes),
        ]
    )
    names = [f"band_{place}" for place in range(len(bands))]
    of_band = {name: pl.col("step").filter(pl.col("band") == place).sum() for place, name in enumerate(names)}
    adults = pl.col("step").filter(pl.col("band") == -1).sum()
    moments = steps.group_by(*ROOM, "minute").agg(adults=adults, **of_band).sort(*ROOM, "minute")
    moments = moments.with_columns(pl.col("adults", *names).cum_sum().over(ROOM))
    allowed = pl.coalesce(pl.when(pl.col(name) > 0).then(most) for name, (_age, most) in zip(names, bands, strict=True))
    length = (pl.col("minute").shift(-1).over(ROOM) - pl.col("minute")).fill_null(0)
    moments = moments.with_columns(children=pl.sum_horizontal(names), length=length)
    is_enough = (pl.col("children") <= allowed * pl.col("adults")).fill_null(value=True)
    moments = moments.with_columns(is_enough=is_enough)
    enough = pl.when("is_enough").then("length").otherwise(0)
    return moments.with_columns(before=enough.cum_sum().over(ROOM) - enough)


def _with_minutes_within(children: pl.DataFrame, moments: pl.DataFrame) -> pl.DataFrame:
    """`attended` and `within`: minutes of each child-day; both its ends are moments of its room."""
    before = moments.select(*ROOM, "minute", "before")
    found = children.join(before, left_on=[*ROOM, "arrived"], right_on=[*ROOM, "minute"])
    found = found.join(before, left_on=[*ROOM, "left"], right_on=[*ROOM, "minute"], suffix="_left")
    return found.with_columns(
        attended=pl.col("left") - pl.col("arrived"), within=pl.col("before_left") - pl.col("before")
    )


def _first_breach(children: pl.DataFrame, moments: pl.DataFrame) -> pl.DataFrame:
    """Per child-day the first minute with too few adults while the child was there, and who was."""
    breaches = moments.filter(~pl.col("is_enough") & (pl.col("length") > 0))
    met = children.join(breaches.select(*ROOM, "minute", "length", "children", "adults"), on=ROOM)
    met = met.filter((pl.col("minute") < pl.col("left")) & (pl.col("minute") + pl.col("length") > pl.col("arrived")))
    met = met.with_columns(minute=pl.max_horizontal("minute", "arrived")).sort("minute")
    first = met.unique(subset=CHILD_DAY, keep="first", maintain_order=True)
    return first.select(*CHILD_DAY, "minute", "children", "adults")


def _together(children: pl.DataFrame, shifts: pl.DataFrame) -> pl.DataFrame:
    """Spans of minutes that a child and an educator shared a room."""
    pairs = children.join(shifts.select(*ROOM, "worker", "begins", "ends"), on=ROOM)
    pairs = pairs.with_columns(begin=pl.max_horizontal("arrived", "begins"), end=pl.min_horizontal("left", "ends"))
    return pairs.filter(pl.col("end") > pl.col("begin")).select(*CHILD_DAY, "worker", "begin", "end")


def _union(spans: pl.DataFrame) -> pl.DataFrame:
    """Minutes of each child-day that at least one span covers."""
    ordered = spans.sort(*CHILD_DAY, "begin", "end")
    reached = pl.col("end").cum_max().shift(1).over(CHILD_DAY).fill_null(0)
    fresh = pl.max_horizontal(pl.lit(0), pl.col("end") - pl.max_horizontal("begin", "reached"))
    return ordered.with_columns(reached=reached).group_by(CHILD_DAY).agg(minutes=fresh.sum())


def _clock(name: str) -> pl.Expr:
    """“08:05” of minutes after midnight."""
    two = [(pl.col(name) // HOUR), (pl.col(name) % HOUR)]
    return pl.format("{}:{}", *(part.cast(pl.String).str.zfill(2) for part in two))


def _cases(found: pl.DataFrame, records: Records) -> pl.DataFrame:
    """Each child-day with the claim line that bills it."""
    if records.billed_days is not None:
        found = found.join(records.billed_days, on=[*CHILD, "day"], how="left")
    return case_frame(found.rename({"day": "evidence_on"}), subject_kind="child", evidence_kind="room")
