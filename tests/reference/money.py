"""Exact fractions, rounded half up in one place; nothing of the product's own arithmetic."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import floor

from claims.case import Cover


def half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


def units(milli: int) -> Fraction:
    return Fraction(milli, 1000)


def worth(quantity_milli: int, unit_price: int) -> int:
    """Minor units of a quantity at a price."""
    return half_up(units(quantity_milli) * unit_price)


def window(period: str, on: date, cover: Cover | None) -> date:
    """The first day of the period that `on` belongs to; a claim has no period."""
    if period == "claim":
        return date.min
    if period == "cover":
        return cover.valid_from if cover else on
    if period == "year":
        return date(on.year, 1, 1)
    if period == "month":
        return date(on.year, on.month, 1)
    if period == "week":
        while on.isoweekday() != 1:
            on -= timedelta(days=1)
        return on
    assert period == "day", period
    return on


def window_after(period: str, on: date, cover: Cover | None) -> date | None:
    """The first day after the period; a cover may have no end."""
    if period == "cover":
        return cover.valid_until + timedelta(days=1) if cover and cover.valid_until else None
    start = day = window(period, on, cover)
    while window(period, day, cover) == start:
        day += timedelta(days=1)
    return day


def weeks(first: date, last: date) -> list[date]:
    """The Mondays of all weeks that the days touch, in order."""
    mondays = []
    day = first
    while day <= last:
        monday = window("week", day, None)
        if monday not in mondays:
            mondays.append(monday)
        day += timedelta(days=1)
    return mondays
