"""Figures in words: values in their unit, states as shape and word, rows of tables."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import format_decimal
from markupsafe import Markup

from core.web.filters import bdi
from core.words import _, _l
from quality.comparison import Comparison
from quality.definitions import Indicator
from quality.indicators.evidence import FINDINGS as CASE_FINDINGS
from quality.models import IndicatorCase, IndicatorResult, QualityScore
from quality.periods import parse_period
from quality.states import AUDIT_CASE, FINDINGS
from quality.statistics.funnel import Point

ALERTS = {
    "alert": ("far_below", _l("worse than chance")),
    "watch": ("check", _l("watch")),
    "expected": ("middle", _l("as expected")),
    "better": ("good", _l("better than chance")),
    "insufficient": ("waiting", _l("too few cases")),
    "suppressed": ("sealed", _l("not shown")),
    "": ("not_started", _l("no comparison")),
}
STANDINGS = {
    "far_below": ("far_below", _l("far below")),
    "middle": ("middle", _l("middle")),
    "good": ("good", _l("good")),
    "not_reportable": ("waiting", _l("not counted")),
}
REASONS = {
    "no_denominator": _l("nothing to count in the period"),
    "insufficient": _l("too few cases"),
    "suppressed": _l("too few persons"),
    "no_source": _l("no source"),
}
LIMITERS = {
    "open_safeguarding_breach": _l("an open safeguarding breach"),
    "pay_below_floor": _l("pay below the floor"),
    "social_insurance_missing": _l("workers without social insurance"),
    "licence_suspended": _l("the accreditation is suspended"),
}
EXCLUSIONS = {
    "cancelled_by_member_24_hours_before": _l("cancelled by the member in time"),
    "illness_over_10_days": _l("ill on more than ten days"),
    "not_covered_whole_period": _l("not covered for the whole period"),
    "alarm_or_meal_visit": _l("alarm or meal visit"),
}
CASE_STATES = {"opened": "in_progress", "closed": "completed"}


def value(indicator: Indicator, raw: float | None) -> Markup | str:
    """A share, rate or median in the indicator's unit, or a dash."""
    return "–" if raw is None else in_units(indicator, indicator.in_units(raw))


def in_units(indicator: Indicator, shown: Decimal) -> Markup:
    digits = number(shown, 0 if indicator.multiplier == 1 and shown == shown.to_integral_value() else 1)
    return bdi(digits if indicator.multiplier == 1 else f"{digits}\u00a0{indicator.unit}")


def number(shown: Decimal | float, decimals: int = 0) -> str:
    """In the page's language, with a fixed number of decimals."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(Decimal(str(shown)), format=pattern))


def span(indicator: Indicator, lower: float | None, upper: float | None) -> Markup | str:
    if lower is None or upper is None:
        return "–"
    low, high = indicator.in_units(lower), indicator.in_units(upper)
    return bdi(f"{number(low, 1)} – {number(high, 1)}")


def period_label(name: str) -> str:
    """“2026Q3” as “Q3 2026”."""
    return parse_period(name).label


def counts(row: IndicatorResult) -> Markup:
    """Numerator of denominator: no per cent without its denominator."""
    return bdi(f"{number(row.numerator)} / {number(row.denominator)}")


def alert(name: str) -> tuple[str, Any]:
    return ALERTS.get(name, ALERTS[""])


def standing(name: str) -> tuple[str, Any]:
    return STANDINGS.get(name, STANDINGS["not_reportable"])


def reason(name: str) -> Any:
    return REASONS.get(name, name)


def limiters(score: QualityScore) -> str:
    return ", ".join(str(LIMITERS.get(name, name)) for name in score.limiters)


def finding(case: IndicatorCase) -> Any:
    """What is wrong with a case, with the minutes where there are some."""
    if case.exclusion:
        return _("left out: %(why)s", why=EXCLUSIONS.get(case.exclusion, case.exclusion))
    if case.finding in ("late", "early") and case.due_at and case.started_at:
        minutes = round(abs((case.started_at - case.due_at).total_seconds()) / 60)
        if case.finding == "late":
            return _("%(minutes)s min late", minutes=minutes)
        return _("%(minutes)s min early", minutes=minutes)
    if case.finding == "short":
        return _("%(given)s of %(planned)s min", given=round(case.met), planned=round(case.quantity))
    return CASE_FINDINGS.get(case.finding, _("all is well") if not case.finding else case.finding)


def audit_state(row: Any) -> tuple[str, Any]:
    return CASE_STATES[row.state], AUDIT_CASE.states[row.state]


def audit_finding(row: Any) -> Any:
    return FINDINGS[row.finding] if row.finding else ""


def effect(score: QualityScore) -> str:
    """The settlement against the accepted value, in per cent with its sign."""
    if not score.accepted:
        return "–"
    part = Decimal(score.effect * 100) / Decimal(score.accepted)
    sign = "−" if part < 0 else "+" if part > 0 else ""
    return f"{sign}{number(abs(part), 1)}\u00a0%"


def points(comparison: Comparison) -> dict[str, Point]:
    return comparison.funnel.by_provider if comparison.funnel else {}


def limits(indicator: Indicator, point: Point | None) -> Markup | str:
    """The 99.8 % limits at the provider's size."""
    if point is None or point.limits is None:
        return "–"
    return span(indicator, point.limits.lower_998, point.limits.upper_998)


def _wilson(indicator: Indicator, row: IndicatorResult, point: Point | None) -> Markup | str:
    """Of a share Wilson's interval; of other kinds the interval of the result itself."""
    if row.value is not None and point is not None and point.interval is not None:
        return span(indicator, point.interval.lower, point.interval.upper)
    return span(indicator, row.lower_95, row.upper_95)


def table_of(indicator: Indicator, comparison: Comparison, rows: Sequence[IndicatorResult]) -> list[dict[str, Any]]:
    """Rows of the page's table and of its CSV, so that both say the same; worst first."""
    found = points(comparison)
    order = {"alert": 0, "watch": 1, "expected": 2, "better": 3}
    ordered = sorted(rows, key=lambda row: (order.get(row.alert, 4), -abs(row.z_adjusted or 0), row.provider))
    return [
        {
            "provider": row.provider,
            "name": row.organisation.name,
            "row": row,
            "counts": counts(row),
            "value": value(indicator, row.value) if row.value is not None else reason(row.reason),
            "interval": _wilson(indicator, row, found.get(row.provider)),
            "clustered": span(indicator, row.lower_95, row.upper_95) if row.method.startswith("jackknife") else "",
            "limits": limits(indicator, found.get(row.provider)),
            "shrunken": value(indicator, row.shrunken),
            "status": alert(row.alert),
            "is_restricted": row.is_suppressed,
        }
        for row in ordered
    ]
