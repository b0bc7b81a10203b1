"""A line's decision as compact JSON values and back, without loss.

Positions instead of names keep a million stored lines small; `FORMAT` is stored first, so that an older
layout can still be read. A date is written as "@2026-01-31", a text that begins with @ gets a second one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

from claims.case import Finding, LineDecision, TraceStep, UseEntry
from core.audit import canonical
from core.db import JsonText

FORMAT = 1
_AMOUNTS = ("quantity_milli", "unit_price", "eligible", "deductible", "copayment")
_amounts = attrgetter(*_AMOUNTS)


def to_json(decision: LineDecision) -> dict[str, Any]:
    """Findings, trace and inner amounts; use, state, headline and the five sums have columns of their own."""
    return {
        "f": FORMAT,
        "a": _amounts(decision),
        "findings": [finding_to_json(found) for found in decision.findings],
        "trace": [
            [step.step, step.code, step.before, step.after, step.bearer, _plain(step.parameters)]
            for step in decision.trace
        ],
    }


def to_text(decision: LineDecision) -> JsonText:
    """The canonical text of `to_json`, as it is stored."""
    return JsonText(canonical(to_json(decision)), "utf-8")


def use_text(decision: LineDecision) -> str:
    """What the line used of limits, as canonical JSON; nothing used, nothing stored."""
    if not decision.use:
        return ""
    return canonical([use_to_json(entry) for entry in decision.use]).decode()


def whole(detail: str, use: str) -> str:
    """Both together, as the digest covers them: `use` is the last name of the canonical text."""
    return f'{detail[:-1]},"use":{use or "[]"}}}'


def from_json(stored: dict[str, Any], use: str, columns: dict[str, Any]) -> LineDecision:
    """`columns`: claim_id, line_no, state, headline, plan, submitted, undecided, benefit, member_share, write_off."""
    if stored["f"] != FORMAT:
        raise ValueError(f"A decision in format {stored['f']} cannot be read here; this is format {FORMAT}.")
    return LineDecision(
        **columns,
        **dict(zip(_AMOUNTS, stored["a"], strict=True)),
        findings=[finding_from_json(found) for found in stored["findings"]],
        trace=[TraceStep(step[0], step[1], step[2], step[3], step[4], _rich(step[5])) for step in stored["trace"]],
        use=[use_from_json(entry) for entry in json.loads(use or "[]")],
    )


SUMS = ("submitted", "undecided", "benefit", "member_share", "write_off")
COLUMNS = ("claim_id", "line_no", "state", "headline", "plan", *SUMS)


def line_of(row: Any) -> LineDecision:
    """A stored line as it left the engine."""
    return from_json(row.detail, row.use, {name: getattr(row, name) for name in COLUMNS})


def finding_to_json(found: Finding) -> list[Any]:
    return [
        found.code,
        found.part,
        found.effect,
        found.liable,
        found.amount,
        found.allowed_milli,
        _plain(found.parameters),
    ]


def finding_from_json(stored: list[Any]) -> Finding:
    found = Finding(effect=stored[2], allowed_milli=stored[5])
    found.code, found.part, _, found.liable, found.amount, _, parameters = stored
    found.parameters = _rich(parameters)
    return found


def use_to_json(entry: UseEntry) -> list[Any]:
    """[key, scope, subject, first day of the window, unit, amount, limit, used before, period]"""
    return [
        entry.key,
        entry.scope,
        entry.subject_id,
        entry.period_start.isoformat(),
        entry.unit,
        entry.amount,
        entry.limit,
        entry.used,
        entry.period,
    ]


def use_from_json(stored: list[Any]) -> UseEntry:
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
