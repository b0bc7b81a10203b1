"""A line's decision as compact JSON and back, without loss.

Positions instead of names keep a million stored lines small. Format 2, written by `claims.written`:

    {"a": [quantity, unit price, eligible, deductible, copayment], "f": 2,
     "findings": [[step, effect, liable] | [code, part, effect, liable, amount, allowed, figures], …],
     "trace": [[step, code, before, after, bearer, figures], …]}

A finding that is a step of the trace names its place there; any other may do so in the place of its figures. Format 1
said all findings in full. A date is written as "@2026-01-31", a text that begins with @ gets a second one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from claims import written
from claims.case import Finding, LineDecision, TraceStep, UseEntry
from claims.reasons import precedence
from claims.written import use_text, whole
from core.audit import canonical
from core.json_text import JsonText

__all__ = ["first_text", "from_json", "line_of", "to_text", "use_from_json", "use_text", "uses_from_texts", "whole"]

FORMATS = (1, written.FORMAT)
_AMOUNTS = ("quantity_milli", "unit_price", "eligible", "deductible", "copayment")


def to_text(decision: LineDecision) -> JsonText:
    """Findings, trace and inner amounts, as stored; use, state, headline and the five sums have their own columns."""
    return JsonText(written.detail_text(decision))


def first_text(decision: LineDecision) -> str:
    """The same in format 1, to compare with what was decided then."""
    stored = {
        "f": 1,
        "a": [getattr(decision, name) for name in _AMOUNTS],
        "findings": [_in_full(found) for found in decision.findings],
        "trace": [
            [step.step, step.code, step.before, step.after, step.bearer, _plain(step.parameters)]
            for step in decision.trace
        ],
    }
    return canonical(stored).decode()


def from_json(stored: dict[str, Any], use: str, columns: dict[str, Any]) -> LineDecision:
    """`columns`: claim_id, line_no, state, headline, plan, submitted, undecided, benefit, member_share, write_off."""
    if stored["f"] not in FORMATS:
        raise ValueError(f"A decision in format {stored['f']} cannot be read here; formats {FORMATS} can.")
    trace = [TraceStep(step[0], step[1], step[2], step[3], step[4], _rich(step[5])) for step in stored["trace"]]
    return LineDecision(
        **columns,
        **dict(zip(_AMOUNTS, stored["a"], strict=True)),
        findings=[_finding(found, trace) for found in stored["findings"]],
        trace=trace,
        use=[use_from_json(entry) for entry in json.loads(use or "[]")],
    )


SUMS = ("submitted", "undecided", "benefit", "member_share", "write_off")
COLUMNS = ("claim_id", "line_no", "state", "headline", "plan", *SUMS)


def reasons_in(stored: dict[str, Any]) -> set[tuple[str, str]]:
    """(code, part of its rule) of everything found on a line: what lists of many lines read, and nothing more."""
    steps = stored["trace"]
    return {
        (steps[found[0]][1], steps[found[0]][0]) if isinstance(found[0], int) else (found[0], found[1])
        for found in stored.get("findings", ())
    }


def line_of(row: Any) -> LineDecision:
    """A stored line as it left the engine."""
    return from_json(row.detail, row.use, {name: getattr(row, name) for name in COLUMNS})


def _in_full(found: Finding) -> list[Any]:
    figures = _plain(found.parameters)
    return [found.code, found.part, found.effect, found.liable, found.amount, found.allowed_milli, figures]


def _finding(stored: list[Any], trace: list[TraceStep]) -> Finding:
    found = Finding()
    if isinstance(stored[0], int):
        step, found.effect, found.liable = trace[stored[0]], stored[1], stored[2]
        found.code, found.part, found.amount = step.code, step.step, step.before - step.after
        found.parameters = step.parameters
    else:
        found.code, found.part, found.effect, found.liable, found.amount, found.allowed_milli, figures = stored
        found.parameters = trace[figures].parameters if isinstance(figures, int) else _rich(figures)
    found.rank = precedence(found.effect, found.code)
    return found


def use_from_json(stored: list[Any]) -> UseEntry:
    """[key, scope, subject, first day of the window, unit, amount, limit, used before, period]"""
    key, scope, subject, start, *rest = stored
    return UseEntry(key, scope, subject, _day(start), *rest)


def uses_from_texts(texts: Sequence[str]) -> list[tuple[UseEntry, ...]]:
    """Many stored uses at once: one pass of the parser over all of them."""
    stored = json.loads(f"[{','.join([text or '[]' for text in texts])}]")
    return [tuple([use_from_json(entry) for entry in entries]) if entries else () for entries in stored]


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    """The first days of windows are few."""
    return date.fromisoformat(text)


def _plain(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: value if value.__class__ is int else _plain_value(value) for name, value in parameters.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, date):
        return f"@{value.isoformat()}"
    return f"@{value}" if isinstance(value, str) and value.startswith("@") else value


def _rich(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: _rich_value(value) for name, value in parameters.items()}


def _rich_value(value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    return value[1:] if value.startswith("@@") else date.fromisoformat(value[1:])
