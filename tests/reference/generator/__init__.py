"""Households made by dice: crowded enough that limits bind, crooked enough that every reason occurs."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from claims.case import Case
from tests.reference.generator.homes import Home
from tests.reference.generator.plans import Plans, corner_plan, fund_plan, plans, small_plan

__all__ = ["Home", "Plans", "generated", "plans"]


def generated(seed: int, lines: int) -> Iterator[tuple[Case, Plans]]:
    """Cases with at least `lines` lines in all; the same seed gives the same cases."""
    chance, made, number = Random(seed), 0, 0
    while made < lines:
        number += 1
        of = chance.choice([small_plan, small_plan, fund_plan, corner_plan, corner_plan])
        case = Home(chance, number, of()).case()
        made += len(case.lines)
        yield case, plans(of)
