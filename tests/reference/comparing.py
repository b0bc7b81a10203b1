"""Engine and reference side by side: equal or not, the smallest case that still differs, and a diff to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from difflib import unified_diff
from typing import Any

from claims.case import Case, Decisions

Answer = dict[str, list[dict[str, Any]]]
Decide = Callable[[Case], Answer]

LINE = [
    "claim_id",
    "line_no",
    "state",
    "headline",
    "plan",
    "submitted",
    "undecided",
    "quantity_milli",
    "unit_price",
    "eligible",
    "deductible",
    "copayment",
    "benefit",
    "member_share",
    "write_off",
]
CLAIM = ["claim_id", "state", "headline", "submitted", "undecided", "benefit", "member_share", "write_off"]
FINDING = ["code", "part", "effect", "liable", "amount", "parameters"]
STEP = ["step", "code", "before", "after", "bearer", "parameters"]
USE = ["key", "scope", "subject_id", "period_start", "unit", "amount", "limit", "used", "period"]


@dataclass
class Difference:
    case: Case
    text: str


def told(decisions: Decisions) -> Answer:
    """The engine's answer in the reference's shape."""
    return {
        "lines": [
            _picked(line, LINE)
            | {
                "findings": [_picked(each, FINDING) for each in line.findings],
                "trace": [_picked(each, STEP) for each in line.trace],
                "use": [_picked(each, USE) for each in line.use],
            }
            for line in decisions.lines
        ],
        "claims": [_picked(claim, CLAIM) for claim in decisions.claims],
    }


def _picked(thing: object, names: list[str]) -> dict[str, Any]:
    return {name: _plain(getattr(thing, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, str) else value


def written(answer: Answer) -> list[str]:
    """One text line per fact, in an order that both sides share; the order of use entries means nothing."""
    return [text for line in _by_number(answer["lines"]) for text in _written(line)] + [
        f"claim {claim}" for claim in sorted(answer["claims"], key=lambda claim: claim["claim_id"])
    ]


def _by_number(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(lines, key=lambda line: (line["claim_id"], line["line_no"]))


def _written(line: dict[str, Any]) -> Iterator[str]:
    name = f"line {line['claim_id']}/{line['line_no']}"
    yield from (f"{name} {key} = {line[key]!r}" for key in LINE[2:])
    for each in line["findings"]:
        yield f"{name} finding " + " ".join(f"{each[key]!r}" for key in FINDING[:-1]) + _told(each["parameters"])
    for each in line["trace"]:
        yield f"{name} step " + " ".join(f"{each[key]!r}" for key in STEP[:-1]) + _told(each["parameters"])
    yield from sorted(f"{name} uses {each}" for each in line["use"])


def _told(parameters: dict[str, Any]) -> str:
    return " " + ", ".join(f"{name}={parameters[name]!r}" for name in sorted(parameters))


def is_equal(one: Answer, other: Answer) -> bool:
    return _sorted(one) == _sorted(other)


def _sorted(answer: Answer) -> Answer:
    lines = [line | {"use": sorted(line["use"], key=repr)} for line in _by_number(answer["lines"])]
    return {"lines": lines, "claims": sorted(answer["claims"], key=lambda claim: claim["claim_id"])}


def difference(case: Case, engine: Decide, reference: Decide) -> Difference | None:
    """None when both say the same; else the smallest case that still differs, with a diff."""
    if _agree(case, engine, reference):
        return None
    small = shrunk(case, lambda candidate: not _agree(candidate, engine, reference))
    diff = unified_diff(written(reference(small)), written(engine(small)), "reference", "engine", lineterm="", n=1)
    return Difference(small, "\n".join([*diff, "", "of the case", *_facts(small)]))


def _agree(case: Case, engine: Decide, reference: Decide) -> bool:
    return is_equal(engine(case), reference(case))


def shrunk(case: Case, still: Callable[[Case], bool]) -> Case:
    """Leave out lines, then what came before, one after the other, as long as the difference stays."""
    for name in ("lines", "prior", "opening_use"):
        kept = list(getattr(case, name))
        for each in reversed(list(kept)):
            fewer = [other for other in kept if other is not each]
            candidate = replace(case, **{name: fewer})
            if still(candidate):
                kept, case = fewer, candidate
    return case


def _facts(case: Case) -> Iterator[str]:
    yield repr(case.household)
    asked = {line.member_id for line in case.lines}
    yield from (repr(member) for member in case.members.values() if member.member_id in asked)
    for thing in (*case.lines, *case.prior, *case.opening_use):
        shown = (f"{field.name}={getattr(thing, field.name)!r}" for field in fields(thing))
        yield f"{type(thing).__name__}({', '.join(shown)})"
