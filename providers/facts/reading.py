"""A figure as people, files and programs write it, in the unit of the plan."""

from __future__ import annotations

from decimal import Decimal

from core.money import Currency
from core.tables.values import BadValue, parse_money, parse_quantity
from core.words import _l
from providers.facts.catalogue import Fact, Figure

_WORDS = {
    "yes": Decimal(1),
    "true": Decimal(1),
    "1": Decimal(1),
    "no": Decimal(0),
    "false": Decimal(0),
    "0": Decimal(0),
}


def read_figure(fact: Fact, text: str, money: Currency) -> Figure:
    """Money in minor units, yes as 1. Raises BadValue; whether the figure can be right is asked later."""
    if fact.kind == "yes_no":
        found = _WORDS.get(text.strip().lower())
        if found is None:
            raise BadValue(_l("This is neither yes nor no."), _l("Write yes or no."))
        return found
    if fact.kind == "money":
        return parse_money(text, money.exponent, is_plain=text.lstrip().startswith("-"))
    return parse_quantity(text)
