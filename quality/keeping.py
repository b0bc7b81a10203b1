"""What a run keeps, and how it is read again: definitions and results as rows, back to the values that compare."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.audit import canonical
from quality.comparison import Comparison, compare
from quality.definitions import Indicator
from quality.models import IndicatorResult, IndicatorRun
from quality.parameters import meant_before
from quality.plan import IndicatorSchema
from quality.results import Result
from quality.statistics.funnel import Point
from quality.statistics.intervals import Interval
from quality.suppression import Reason

_DAYS = ("valid_from", "valid_until")
_LATER = {"source": "none", "period": "quarter", "numerator_text": "–", "denominator_text": "–"}
"""Fields that definitions stored by a run of an earlier release do not have."""
COUNTING_CODE = (
    "cases.py",
    "code_lists.py",
    "measures.py",
    "continuity.py",
    "indicators",
    "queries/records",
    "queries/frames.py",
)


def definition_as_json(indicator: Indicator) -> dict[str, Any]:
    """Every field as text or whole number, so that the same definition has the same hash everywhere."""
    values = {field.name: getattr(indicator, field.name) for field in fields(indicator)}
    return {name: _plain(value) for name, value in values.items()}


def definition_of(run: IndicatorRun) -> Indicator:
    """The definition the run used, whatever the plan says today."""
    stored: dict[str, Any] = _LATER | {"parameters": meant_before(run.definition)} | run.definition
    for name in _DAYS:
        stored[name] = dt.date.fromisoformat(stored[name]) if stored[name] else None
    indicator: Indicator = IndicatorSchema().load(stored)
    return indicator


def digest_of(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


@lru_cache(maxsize=1)
def code_version() -> str:
    """SHA-256 over the modules that decide who counts."""
    folder = Path(__file__).parent
    found = [path for name in COUNTING_CODE for path in sorted((folder / name).rglob("*.py")) or [folder / name]]
    return hashlib.sha256(b"".join(path.read_bytes() for path in found)).hexdigest()


def result_rows(
    run_id: int, comparison: Comparison, results: Iterable[Result], ids: dict[str, int]
) -> list[dict[str, Any]]:
    """Rows of indicator_result; `ids` are organisations by provider number."""
    points = comparison.funnel.by_provider if comparison.funnel else {}
    compared = {one.provider: one for one in comparison.compared}
    return [
        {
            **_result_row(run_id, ids[one.provider], one, points.get(one.provider), compared[one.provider]),
            "is_suppressed": one.provider in comparison.hidden,
        }
        for one in results
    ]


def results_of(rows: Sequence[IndicatorResult]) -> list[Result]:
    return [
        Result(
            provider=row.provider,
            initial=row.initial,
            excluded=row.excluded,
            excepted=row.excepted,
            numerator=row.numerator,
            denominator=row.denominator,
            persons=row.persons,
            value=row.value,
            interval=_interval(row.lower_95, row.upper_95),
            interval_998=_interval(row.lower_998, row.upper_998),
            method=row.method,
            reason=Reason(row.reason) if row.reason else None,
        )
        for row in rows
    ]


def comparison_of(run: IndicatorRun, rows: Sequence[IndicatorResult]) -> Comparison:
    """The comparison of a stored run: pure arithmetic over its results, so it is not stored twice."""
    return compare(definition_of(run), results_of(sorted(rows, key=lambda row: row.provider)))


def _result_row(run_id: int, organisation_id: int, one: Result, point: Point | None, compared: Any) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "organisation_id": organisation_id,
        "provider": one.provider,
        "initial": one.initial,
        "excluded": one.excluded,
        "excepted": one.excepted,
        "persons": one.persons,
        "numerator": float(one.numerator),
        "denominator": float(one.denominator),
        "value": None if one.value is None else float(one.value),
        "lower_95": one.interval and float(one.interval.lower),
        "upper_95": one.interval and float(one.interval.upper),
        "lower_998": one.interval_998 and float(one.interval_998.lower),
        "upper_998": one.interval_998 and float(one.interval_998.upper),
        "method": one.method,
        "reason": one.reason.value if one.reason else "",
        "shrunken": compared.shrunken,
        "reliability": compared.reliability,
        "z": point and point.z,
        "z_adjusted": point and point.z_adjusted,
        "alert": point.alert.value if point else "",
    }


def _interval(lower: float | None, upper: float | None) -> Interval | None:
    return None if lower is None or upper is None else Interval(lower, upper)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if value is None or isinstance(value, (bool, int)):
        return value
    return value.isoformat() if isinstance(value, dt.date) else str(value)
