"""The plans that generated cases are decided under."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from claims.benefit_plan import BenefitPlan, parse

ROOT = Path(__file__).parents[3]
Plans = Callable[[date], BenefitPlan]


@cache
def fund_plan() -> BenefitPlan:
    return parse((ROOT / "plan/benefits.toml").read_text())


@cache
def small_plan() -> BenefitPlan:
    """The plan of the written cases."""
    return parse((ROOT / "tests/rules/plan.toml").read_text())


@cache
def corner_plan() -> BenefitPlan:
    return parse((ROOT / "tests/reference/corners.toml").read_text())


@cache
def former_plan(of: Callable[[], BenefitPlan]) -> BenefitPlan:
    """In force until the end of 2025: another number of days to file."""
    return replace(of(), version=f"{of().version} before", filing_days=45)


def plans(of: Callable[[], BenefitPlan]) -> Plans:
    return lambda on: of() if on.year > 2025 else former_plan(of)
