"""Whether a figure can be right: by itself, beside the figures it belongs to, and on its day. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from core.money import Currency
from core.words import _l
from providers.facts.catalogue import MONTHS, Catalogue, Fact, Figure

Known = Mapping[str, Figure]  # other figures of the same organisation and period


def figure_problem(fact: Fact, figure: Figure) -> Any:
    """What is wrong with the figure alone, as a sentence; None: it can be."""
    if figure < 0:
        return _l("%(name)s: this cannot be less than 0.", name=fact.name)
    if fact.kind == "share" and figure > 100:
        return _l("%(name)s: a share is at most 100 per cent.", name=fact.name)
    if fact.kind == "yes_no" and figure not in (0, 1):
        return _l("%(name)s: answer yes or no.", name=fact.name)
    if fact.is_whole and figure != int(figure):
        return _l("%(name)s: count whole people.", name=fact.name)
    if fact.most is not None and figure > fact.most:
        return _l("%(name)s: at most %(most)s can be right.", name=fact.name, most=fact.most)
    return None


def day_problem(fact: Fact, period: str, said_of: dt.date, today: dt.date) -> Any:
    """What is wrong with the day or period."""
    if period not in fact.periods:
        return _l("%(name)s: this figure is asked for another period.", name=fact.name)
    if said_of > today:
        return _l("%(name)s: this day lies in the future.", name=fact.name)
    if said_of.year < 1900:
        return _l("%(name)s: write the year with four digits.", name=fact.name)
    return None


def together(fact: Fact, figure: Figure, period: str, known: Known, catalogue: Catalogue, money: Currency) -> Any:
    """What does not fit beside the other figures: a part larger than its whole, a payroll nobody could live on."""
    whole = known.get(fact.part_of) if fact.part_of else None
    if fact.part_of and whole is None:
        return _l("%(name)s: say first how many there are in all: %(whole)s.", name=fact.name,
                  whole=catalogue.facts[fact.part_of].name)  # fmt: skip
    if whole is not None and figure > whole:
        return _l("%(name)s: more than there are in all, %(whole)s.", name=fact.name, whole=told(whole))
    part = next((row for row in _parts(fact, catalogue) if row.code in known and known[row.code] > figure), None)
    if part is not None:
        return _l("%(name)s: fewer than a part of it, %(part)s: %(figure)s.", name=fact.name, part=part.name,
                  figure=told(known[part.code]))  # fmt: skip
    return _each_problem(fact, figure, period, known, money) if fact.each else None


def told(figure: Figure) -> str:
    """Without useless zeros."""
    text = f"{figure:f}" if isinstance(figure, Decimal) else str(figure)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _parts(fact: Fact, catalogue: Catalogue) -> Iterable[Fact]:
    return (row for row in catalogue.facts.values() if row.part_of == fact.code)


def _each_problem(fact: Fact, amount: Figure, period: str, known: Known, money: Currency) -> Any:
    """Money of the period for each person and month, beside what is plausible."""
    people = known.get(fact.each)
    if not people:
        return None
    each = Decimal(amount).scaleb(-money.exponent) / Decimal(people) / MONTHS[period]
    if fact.least_each <= each <= fact.most_each:
        return None
    said, least, most = f"{each:.2f} {money.code}", fact.least_each, fact.most_each
    return _l("%(name)s: that is %(each)s for each person and month; plausible is %(least)s to %(most)s.",
              name=fact.name, each=said, least=least, most=most)  # fmt: skip
