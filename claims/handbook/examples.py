"""Figures that fill a sentence of the handbook, and the worked cases that show a reason at work."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from datetime import date
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

_MONEY = {"asked": 48, "tariff": 40, "price": 48, "expected": 96, "amount": 90, "limit": 300, "used": 265, "left": 35}
_MONEY |= {"benefit": 900, "above": 800}
_QUANTITIES = {"limit": 12, "used": 10, "allowed": 2, "granted": 30, "asked": 8, "matched": 7, "billed": 168}
_NUMBERS = {
    "place": 3,
    "first": 10,
    "days": 120,
    "count": 2,
    "count_limit": 2,
    "children": 23,
    "places": 20,
    "windows": 4,
}
_DAYS = {"starts": (4, 1), "until": (5, 1), "next": (9, 12), "previous": (3, 16), "received": (8, 20), "died": (3, 1)}
_TEXTS = {
    "name": "Dental care",
    "package": "Basic package",
    "service": "HC-180",
    "contract": "C-2026-014-K",
    "number": "G-2026-007-M",
    "claim": "2026-03-00112-K",
    "other": "V-1024",
    "other_service": "HC-210",
    "seed": "2026 autumn",
    "yours": "2026-0117",
    "practitioner": "W-77",
    "role": "claims reviewer",
    "text": "The service was given twice in one week.",
    "needed": "2",
    "code": "CLI-01",
    "document": "letter of referral",
    "payer": "Mutual of the Weavers",
    "facility": "outpatient",
    "diagnosis": "J45",
    "place": "D-12",
    "kind": "residential",
    "quote": "Q-12",
}
_LISTS = {"fitting": ("J00", "J45")}
_KINDS: dict[str, Any] = {
    "elements": ("started_at",),
    "period": "year",
    "age": 210,
    "sex": "male",
    "cover": "suspended",
    "standing": "expired",
    "percent": 1000,
    "band": "high",
}


def figures_of(text: str, exponent: int) -> dict[str, Any]:
    """A plausible figure for every place of a sentence; amounts in minor units."""
    places = [(name, kind or "") for _, name, kind, _ in Formatter().parse(text) if name]
    return {name: _figure(name, kind, exponent) for name, kind in places} | {"unit": "visit"}


def _figure(name: str, kind: str, exponent: int) -> Any:
    if kind == "money":
        return int(_MONEY.get(name, 20) * 10**exponent)
    if kind in ("quantity", "units"):
        return _QUANTITIES.get(name, 3) * 1000
    if kind == "number":
        return _NUMBERS.get(name, 5)
    if kind == "day":
        return date(2026, *_DAYS.get(name, (3, 16)))
    if kind == "elements" and name in _LISTS:
        return _LISTS[name]
    return _KINDS[kind] if kind in _KINDS else _TEXTS.get(name, "…")


@lru_cache(maxsize=2)
def cases_by_reason(folder: Path) -> dict[str, list[str]]:
    """Reason code → names of the worked cases that expect it; empty where the cases are not installed."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8")).get("case", []):
            for code in sorted(_expected(case)):
                found[code].append(case["name"])
    return dict(found)


def _expected(case: dict[str, Any]) -> set[str]:
    lines = [line.get("expect", {}) for line in case.get("line", [])]
    headlines = {each["headline"] for each in lines if each.get("headline")}
    return headlines | {str(reason) for each in lines for reason in each.get("reasons", ())}
