from __future__ import annotations

import ast
from collections import defaultdict
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from claims import pricing, producers
from claims.case import Finding
from claims.explanation import ALL_RULES
from claims.reasons import BY_CODE, Reason, precedence
from claims.rule import RuleError, guarded, rule
from claims.rules import CHECKS
from tests.rules.test_cases import found_in_cases

RULES = (*CHECKS, *pricing.TARIFF_STEPS, *pricing.LIMIT_STEPS, *pricing.SHARING_STEPS)
ROOT = Path(__file__).parents[2]
# Reasons that no rule finds, so no case of tests/rules/cases shows them: code → the test that gets it.
ELSEWHERE = {
    "ADM-02": "tests/claims/test_services.py::test_another_claim_under_a_used_number_is_refused",
    "ADM-07": "tests/claims/test_services.py::test_a_correction_of_nothing_is_sent_back",
    "PRV-05": "tests/claims/test_holding.py::test_a_line_above_the_budget_waits_whole_and_a_dry_run_says_the_same",
}


def test_there_are_44_reasons_with_a_code_each() -> None:
    assert len(Reason) == len(BY_CODE) == 44


def test_every_rule_stands_in_the_module_that_its_reason_names() -> None:
    for each in RULES:
        own = tuple(f"claims.{module}" for module in each.reason.module.split())
        assert each.find.__module__.startswith(own), each.code


def test_the_strongest_effect_heads_a_line_then_the_kind_of_reason() -> None:
    in_order = [("R", "CLI-01"), ("D", "ADM-03"), ("D", "PRV-01"), ("D", "CAR-03"), ("P", "MEM-03"), ("A", "PRC-01")]
    mixed = in_order[3:] + in_order[:3]
    assert sorted(mixed, key=lambda pair: precedence(*pair)) == in_order
    assert [min(pair, key=lambda p: precedence(*p)) for pair in permutations(in_order[:2])] == [in_order[0]] * 2


def modules_that_say() -> dict[str, set[str]]:
    """Reason → modules of claims that give it: where its rule stands or, of a sentence without a rule, who takes it."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in RULES:
        found[each.code].add(each.find.__module__)
    names = {each.find.__name__: each.code for each in producers.PRODUCED}
    for file in (ROOT / "claims").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "claims.producers":
                for name in {each.name for each in node.names} & names.keys():
                    found[names[name]].add(".".join(file.relative_to(ROOT).with_suffix("").parts))
    return found


def test_every_reason_is_given_by_one_module_and_that_is_the_one_its_table_names() -> None:
    found = modules_that_say()
    for reason in Reason:
        assert found[reason.code], f"{reason.code} is given by nobody"
        own = tuple(f"claims.{module}." for module in reason.module.split())  # two for what a person says of a line
        strangers = {name for name in found[reason.code] if not f"{name}.".startswith(own)}
        assert not strangers, reason.code


def test_every_reason_has_a_sentence_and_a_basis() -> None:
    said = {each.code for each in ALL_RULES if str(each.text).strip() and each.basis.strip()}
    assert set(BY_CODE) <= said


def test_every_reason_is_met_by_a_case_or_by_a_test_that_names_it() -> None:
    in_cases = {code for code, _part in found_in_cases()}
    assert set(BY_CODE) == in_cases | ELSEWHERE.keys()
    assert not in_cases & ELSEWHERE.keys(), "a case shows it: take it off the list"
    for code, place in ELSEWHERE.items():
        file, name = place.split("::")
        assert code in functions_in(file).get(name, ""), f"{place} does not meet {code}"


def functions_in(file: str) -> dict[str, str]:
    """The functions of a test file with their text."""
    text = (ROOT / file).read_text()
    found = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return {node.name: ast.get_source_segment(text, node) or "" for node in found}


@pytest.mark.parametrize("code", ["ADM-01", "BEN-01", "CLI-03", "ADM-02", "PRV-05", "REV-01"])
def test_a_reason_that_needs_a_figure_cannot_be_given_without_it(code: str) -> None:
    check = next(each for each in ALL_RULES if each.code == code)
    for name in check.names:
        others: dict[str, object] = {other: "x" for other in check.names if other != name}
        with pytest.raises(RuleError, match=f"{code}.*without {name}"):
            check.keep(Finding(**others))  # type: ignore[arg-type]


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
