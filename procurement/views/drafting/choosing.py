"""How bids are chosen between: the part of the draft form with ladder, low prices, minimums and the best N."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import clock
from core.config import fund
from core.errors import InputErrors, Problem
from core.tables.values import parse_integer, parse_quantity
from core.words import _l
from procurement.criterion_words import plain
from procurement.models.tender import Tender
from procurement.scoring.formulas import FORMULA_TEXTS
from procurement.scoring.low_price import NAMES, NUMBERS, LowPriceRule
from procurement.scoring.ties import DEFAULT_LADDER, STEPS
from procurement.services import rules
from procurement.terms import low_price_rules
from procurement.views.drafting.reader import Reader

NUMBER_WORDS: dict[str, Any] = {
    "others": _l("under the mean of the others, %"),
    "next": _l("under the next price, %"),
    "alone": _l("one bid: under the budget, %"),
    "pair": _l("two bids: under the other, %"),
    "mean": _l("more bids: under the mean, %"),
    "budget": _l("three bids: under the budget, %"),
    "least": _l("from so many bids on"),
    "wing": _l("cut at each end, %"),
    "all": _l("under estimate or mean, %"),
}


def read_choosing(reader: Reader) -> dict[str, Any]:
    """Fields of `TenderTerms`; every problem stays with the reader."""
    return {
        "tie_ladder": _ladder(reader),
        "low_price_rules": [
            rule for code in reader.form.getlist("low_price") if (rule := _rule(reader, code)) is not None
        ],
        "social_minimum": reader.number("social_minimum", parse_quantity, None),
        "most_to_price": _most_to_price(reader),
        "is_renormalised": reader.text("is_renormalised") == "yes",
        "are_averages_frozen": reader.text("are_averages_frozen") == "yes",
        "performance": reader.form.getlist("performance"),
    }


def typed_choosing(tender: Tender) -> list[tuple[str, str]]:
    """Pairs of field and text, as they would have been typed."""
    values = [(f"ladder.{place}", code) for place, code in enumerate(tender.tie_ladder, 1)]
    for rule in low_price_rules(tender):
        values.append(("low_price", rule.code))
        values += [(f"low.{rule.code}.{name}", plain(value)) for name, value in rule.numbers.items()]
        values.append((f"low.{rule.code}.in_points", "yes" if rule.is_in_points else ""))
    values += [("performance", row["code"]) for row in tender.performance]
    values.append(("social_minimum", plain(tender.social_minimum)))
    values.append(("most_to_price", str(tender.most_to_price or "")))
    values.append(("is_renormalised", "yes" if tender.is_renormalised else ""))
    values.append(("are_averages_frozen", "yes" if tender.are_averages_frozen else ""))
    return values


def empty_choosing() -> list[tuple[str, str]]:
    """A new form: the published default ladder, and the rules that the plan names first."""
    first = rules.low_price(clock.today(fund().zone)).at_first
    return [*((f"ladder.{place}", code) for place, code in enumerate(DEFAULT_LADDER, 1)),
            *(("low_price", rule.code) for rule in first)]  # fmt: skip


def choosing_choices(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the form offers: steps of the ladder; rules with the plan's numbers where none were typed."""
    offered = rules.low_price(clock.today(fund().zone)).rules
    return {
        "ladder_steps": [(step.code, step.text) for step in STEPS.values()],
        "low_price_choices": [(code, NAMES[code], FORMULA_TEXTS[code]) for code in offered],
        "low_price_fields": [
            (code, NAMES[code],
             [(name, NUMBER_WORDS[name], values.get(f"low.{code}.{name}") or plain(rule.numbers[name]))
              for name in NUMBERS[code]])
            for code, rule in offered.items()
        ],
        "weight_bounds": [bound.text for bound in rules.periods(clock.today(fund().zone)).weights
                          if bound.then != "off"],
    }  # fmt: skip


def _ladder(reader: Reader) -> list[str]:
    """The steps in the order of their fields; each once."""
    typed = [reader.text(f"ladder.{place}") for place in range(1, len(STEPS) + 1)]
    chosen = [code for code in typed if code]
    for place, code in enumerate(typed, 1):
        if code and (code not in STEPS or typed.index(code) < place - 1):
            reader.problems.append(Problem(f"ladder.{place}", _l("Choose each step once."), code))
    return chosen


def _rule(reader: Reader, code: str) -> LowPriceRule | None:
    plan = rules.low_price(clock.today(fund().zone)).rules.get(code)
    if plan is None:
        reader.problems.append(Problem("low_price", _l("This rule is not in the plan in force."), code))
        return None
    numbers = {name: reader.number(f"low.{code}.{name}", parse_quantity, plan.numbers[name]) for name in NUMBERS[code]}
    try:
        return LowPriceRule(code, numbers, reader.text(f"low.{code}.in_points") == "yes")
    except InputErrors as error:
        reader.problems += error.problems
        return None


def _most_to_price(reader: Reader) -> int | None:
    most: int | None = reader.number("most_to_price", parse_integer, None)
    if most is not None and most < 1:
        reader.problems.append(Problem("most_to_price", _l("At least one bid must be able to pass."), str(most)))
    return most
