from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from claims import pricing
from claims.case import Finding
from claims.reasons import BY_CODE, Reason, precedence
from claims.rule import RuleError, guarded, rule
from claims.rules import CHECKS

RULES = (*CHECKS, *pricing.TARIFF_STEPS, *pricing.LIMIT_STEPS, *pricing.SHARING_STEPS)


def test_there_are_44_reasons_with_a_code_each() -> None:
    assert len(Reason) == len(BY_CODE) == 44


def test_every_rule_stands_in_the_module_that_its_reason_names() -> None:
    for each in RULES:
        assert each.find.__module__.startswith(f"claims.{each.reason.module}"), each.code


def test_the_strongest_effect_heads_a_line_then_the_kind_of_reason() -> None:
    in_order = [("R", "CLI-01"), ("D", "ADM-03"), ("D", "PRV-01"), ("D", "CAR-03"), ("P", "MEM-03"), ("A", "PRC-01")]
    mixed = in_order[3:] + in_order[:3]
    assert sorted(mixed, key=lambda pair: precedence(*pair)) == in_order
    assert [min(pair, key=lambda p: precedence(*p)) for pair in permutations(in_order[:2])] == [in_order[0]] * 2


@pytest.mark.parametrize("code", ["ADM-01", "BEN-01"])
def test_a_reason_that_needs_a_figure_cannot_be_given_without_it(code: str) -> None:
    check = next(each for each in CHECKS if each.code == code)
    with pytest.raises(RuleError, match=code):
        check.keep(Finding())


def test_two_versions_of_a_rule_are_never_in_force_on_one_day() -> None:
    old = rule("MEM-04", text="a", basis="b", valid_until=date(2026, 6, 30))(lambda line, terms: None)
    late = rule("MEM-04", text="a", basis="b", valid_from=date(2026, 7, 1))(lambda line, terms: None)
    early = rule("MEM-04", text="a", basis="b", valid_from=date(2026, 6, 30))(lambda line, terms: None)
    assert guarded((old, late)) == (old, late)
    with pytest.raises(RuleError, match="twice"):
        guarded((old, early))


def test_a_rule_must_have_a_known_reason() -> None:
    with pytest.raises(RuleError, match="XYZ-99"):
        rule("XYZ-99", text="a", basis="b")(lambda line, terms: None)
