"""Every case of cases/*.toml, which fund staff read and add to: facts, lines, and what must come out."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from claims import pricing
from claims.adjudication import decide
from claims.case import ClaimDecision, LineDecision
from claims.explanation import sentence
from claims.rules import CHECKS
from core.money import to_decimal
from tests.rules.reading import HERE, YEAR, PlainFigures, case_of, plan

FILES = sorted(HERE.glob("cases/*.toml"))
CASES = [(path.stem, raw) for path in FILES for raw in tomllib.loads(path.read_text())["case"]]
RULES = (*CHECKS, *pricing.TARIFF_STEPS, *pricing.LIMIT_STEPS, *pricing.SHARING_STEPS)


@pytest.mark.parametrize("raw", [pytest.param(raw, id=f"{stem}: {raw['name']}") for stem, raw in CASES])
def test_a_case_is_decided_as_its_file_says(raw: dict[str, Any]) -> None:
    decided = decide(case_of(raw), lambda on: plan(raw.get("plan", "plan")))
    by_line = {line.line_no: line for line in decided.lines}
    decimals = raw.get("decimals", 2)
    for index, line in enumerate(raw["line"], 1):
        assert _shown(by_line[index], decimals, line["expect"]) == line["expect"], f"line {index}"
    if "claims" in raw:
        shown = [_shown_claim(c, decimals, expected) for c, expected in zip(decided.claims, raw["claims"], strict=True)]
        assert shown == raw["claims"]


def _shown_claim(claim: ClaimDecision, decimals: int, expected: dict[str, Any]) -> dict[str, Any]:
    everything = {
        "state": str(claim.state),
        "headline": claim.headline,
        "submitted": to_decimal(claim.submitted, decimals),
        "benefit": to_decimal(claim.benefit, decimals),
        "member": to_decimal(claim.member_share, decimals),
    }
    return {name: everything.get(name, "nothing found") for name in expected}


def _shown(line: LineDecision, decimals: int, expected: dict[str, Any]) -> dict[str, Any]:
    """What was decided, in the words of the file, for the keys that the file names."""
    reasons = [f"{f.code} {to_decimal(f.amount, decimals)}" if f.amount else f.code for f in line.findings]
    places = {"money": decimals, "quantity": 3, "count": 0}
    everything: dict[str, Any] = {
        "state": str(line.state),
        "headline": line.headline,
        "benefit": to_decimal(line.benefit, decimals),
        "member": to_decimal(line.member_share, decimals),
        "write_off": to_decimal(line.write_off, decimals),
        "undecided": to_decimal(line.undecided, decimals),
        "quantity": to_decimal(line.quantity_milli, 3).rstrip("0").rstrip("."),
        "reasons": reasons,
        "use": [f"{u.key} {to_decimal(u.amount, places[u.unit])}" for u in line.use],
    }
    if "sentence" in expected:
        deciding = next(found for found in line.findings if found.code == line.headline)
        everything["sentence"] = sentence(
            deciding.code, deciding.part, deciding.parameters, PlainFigures(decimals), YEAR[0]
        )
    told = {f"{f.code}.{name}": value for f in line.findings for name, value in f.parameters.items()}
    return {name: (everything | told).get(name, "nothing found") for name in expected}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.code} {rule.part}".strip())
def test_every_rule_has_a_sentence_a_basis_and_a_case(rule: Any) -> None:
    assert str(rule.text).strip()
    assert rule.basis.strip()
    assert rule.names or rule.code == "MEM-01", "a reason without figures does not help"
    assert (rule.code, rule.part) in found_in_cases(), "no case of tests/rules/cases shows this rule"


def found_in_cases() -> set[tuple[str, str]]:
    return {
        (found.code, found.part)
        for _, raw in CASES
        for line in decide(case_of(raw), lambda on, raw=raw: plan(raw.get("plan", "plan"))).lines
        for found in line.findings
    }
