"""Whose member somebody is: on whose list, else whom they saw most in the period; a tie goes to the latest contact."""

from __future__ import annotations

import datetime as dt

import polars as pl

from quality.indicators.coded import ONE_DAY, days_inside, united

KEYS = ("member_id", "organisation_id")


def seen_most(contacts: pl.DataFrame) -> pl.DataFrame:
    """member_id, organisation_id: one contact per member, provider and day; of two equal ones the older provider."""
    days = contacts.unique(subset=[*KEYS, "day"])
    ranked = days.group_by(KEYS).agg(seen=pl.len(), latest=pl.col("day").max())
    ranked = ranked.sort("member_id", "seen", "latest", "organisation_id", descending=[False, True, True, False])
    return ranked.unique(subset="member_id", keep="first", maintain_order=True).select(KEYS)


def panel(lists: pl.DataFrame, seen: pl.DataFrame, cover: pl.DataFrame, first: dt.date, last: dt.date) -> pl.DataFrame:
    """member_id, organisation_id, begins, ends: covered days between `first` and `last` on a provider's list.

    A later list takes the member's days from its first one on. A fund that keeps no lists (`lists` is empty) counts the
    covered days of the members a provider saw most.
    """
    if lists.is_empty():
        lists = seen.with_columns(begins=pl.lit(first), ends=pl.lit(last))
    following = pl.col("begins").shift(-1).over("member_id", order_by=["begins", "organisation_id"]) - ONE_DAY
    lists = lists.with_columns(ends=pl.min_horizontal("ends", following))
    held = spells(lists, first, last)
    insured = united(cover.with_columns(days_inside("begins", "ends", first, last)), ["member_id"])
    both = held.join(insured, on="member_id", suffix="_insured").with_columns(
        begins=pl.max_horizontal("begins", "begins_insured"), ends=pl.min_horizontal("ends", "ends_insured")
    )
    return both.filter(pl.col("begins") <= pl.col("ends")).select(*KEYS, "begins", "ends").sort(*KEYS, "begins")


def spells(placed: pl.DataFrame, first: dt.date, last: dt.date) -> pl.DataFrame:
    """Placements as days between two others, those at one provider that touch or overlap as one."""
    return united(placed.with_columns(days_inside("begins", "ends", first, last)), KEYS)
