"""Figures in words: values in their unit, states as shape and word, rows of tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import format_decimal
from markupsafe import Markup

from core.web.filters import bdi, day_words
from core.words import _, _l, ngettext
from quality.audit_cases.states import AUDIT_CASE, FINDINGS
from quality.case_row import CaseRow
from quality.definitions import Indicator
from quality.findings import EVIDENCE as EVIDENCE
from quality.findings import EXCLUSIONS
from quality.findings import FINDINGS as CASE_FINDINGS
from quality.findings import NEEDS as NEEDS
from quality.models import IndicatorResult
from quality.overview import Overview
from quality.parameters import readable
from quality.periods import parse_period
from quality.record_checks.models import RecordCheck
from quality.scoring.models import QualityScore
from quality.showing import Line

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
    "left_out": _l("left out after an objection"),
}
LIMITERS = {
    "open_safeguarding_breach": _l("an open safeguarding breach"),
    "pay_below_floor": _l("pay below the floor"),
    "social_insurance_missing": _l("workers without social insurance"),
    "licence_suspended": _l("the accreditation is suspended"),
    "audit_refused": _l("an audit was refused"),
}
CHECK_KINDS = {
    "completeness": _l("Complete?"),
    "conformance": _l("In the right form?"),
    "plausibility": _l("Believable?"),
}
CHECK_SEVERITIES = {
    "fatal": _l("Do not trust the figures"),
    "convention": _l("Have it mended"),
    "characterization": _l("Good to know"),
}
SUBJECTS = {
    "member": _l("Member"),
    "child": _l("Child"),
    "worker": _l("Worker"),
    "room": _l("Room"),
    "site": _l("Site"),
    "provider": _l("Provider"),
    "discharge": _l("Discharge"),
}
CASE_STATES = {
    "opened": "in_progress",
    "provisional": "waiting",
    "replied": "needs_you",
    "decided": "decided",
    "appealed": "needs_you",
    "closed": "completed",
}


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


def plain(text: str) -> str:
    """A stored figure in the page's language, to three decimals at most."""
    return str(format_decimal(Decimal(text), format="#,##0.###"))


def parameters(definition: Indicator) -> list[dict[str, str]]:
    """The numbers a definition counts with, each under its readable name."""
    found = {name: one if isinstance(one, tuple) else (one,) for name, one in definition.parameters.items()}
    return [{"label": readable(name), "value": ", ".join(map(plain, map(str, of)))} for name, of in found.items()]


def span(indicator: Indicator, lower: float | None, upper: float | None) -> Markup | str:
    if lower is None or upper is None:
        return "–"
    low, high = indicator.in_units(lower), indicator.in_units(upper)
    return bdi(f"{number(low, 1)} – {number(high, 1)}")


def pooled(indicator: Indicator, found: dict[str, Any]) -> Markup:
    """The one figure in which restricted services may be counted: quality.pooled."""
    size = bdi(f"{number(found['numerator'])} / {number(found['denominator'])}")
    return Markup("{} ({})").format(value(indicator, found["value"]), size)


def period_label(name: str) -> str:
    """“2026Q3” as “Q3 2026”."""
    return parse_period(name).label


def counts(line: Line | IndicatorResult) -> Markup | str:
    """Numerator of denominator: no per cent without its denominator."""
    if line.numerator is None or line.denominator is None:
        return "–"
    return bdi(f"{number(line.numerator)} / {number(line.denominator)}")


def alert(name: str) -> tuple[str, Any]:
    return ALERTS.get(name, ALERTS[""])


def standing(name: str) -> tuple[str, Any]:
    return STANDINGS.get(name, STANDINGS["not_reportable"])


def reason(name: str) -> Any:
    return REASONS.get(name, name)


def limiters(score: QualityScore) -> str:
    return ", ".join(str(LIMITERS[one["limiter"]]) for one in score.limiters)


def finding(case: CaseRow) -> Any:
    """What is wrong with a case, with the minutes where there are some."""
    if case.exclusion:
        words = CASE_FINDINGS["written_late"] if case.finding == "written_late" else EXCLUSIONS.get(case.exclusion)
        return _("left out: %(why)s", why=words or case.exclusion)
    if case.finding in ("late", "early") and case.due_at and case.started_at:
        minutes = round(abs((case.started_at - case.due_at).total_seconds()) / 60)
        if case.finding == "late":
            return _("%(minutes)s min late", minutes=minutes)
        return _("%(minutes)s min early", minutes=minutes)
    if case.finding == "short":
        return _("%(given)s of %(planned)s min", given=round(case.met), planned=round(case.quantity))
    return CASE_FINDINGS.get(case.finding, _("all is well") if not case.finding else case.finding)


def subject_kind(case: CaseRow) -> Any:
    return SUBJECTS.get(case.subject_kind, case.subject_kind)


def check_kind(row: RecordCheck) -> Any:
    return CHECK_KINDS.get(row.kind, row.kind)


def check_severity(row: RecordCheck) -> Any:
    return CHECK_SEVERITIES.get(row.severity, row.severity)


def part(share: Decimal | None) -> str:
    """A share in per cent, with as many decimals as small ones need."""
    return "–" if share is None else f"{number(share * 100, 1)}\u00a0%"


def audit_state(row: Any, *, is_own: bool = False) -> tuple[str, Any]:
    """Shape and word; `is_own`: the provider reads, and a provisional finding is its own move."""
    shape = "needs_you" if is_own and row.state == "provisional" else CASE_STATES[row.state]
    return shape, AUDIT_CASE.states[row.state]


def audit_finding(row: Any) -> Any:
    return FINDINGS[row.finding] if row.finding else ""


def since(score: QualityScore) -> str:
    """The first day of the contract year by whose plan the score was reckoned."""
    return day_words(dt.date.fromisoformat(score.terms["since"])) if score.terms else ""


def effect(score: QualityScore) -> str:
    """The settlement against the accepted value, in per cent with its sign."""
    if not score.accepted:
        return "–"
    part = Decimal(score.effect * 100) / Decimal(score.accepted)
    sign = "−" if part < 0 else "+" if part > 0 else ""
    return f"{sign}{number(abs(part), 1)}\u00a0%"


def table_of(indicator: Indicator, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Rows of a table on the page and on paper, worst first."""
    return [
        {
            "provider": line.provider,
            "name": line.name,
            "counts": counts(line),
            "value": value(indicator, line.value) if line.value is not None else reason(line.reason),
            "interval": span(indicator, *(line.interval or (None, None))),
            "clustered": span(indicator, *line.clustered) if line.clustered else "",
            "design_effect": number(line.design_effect, 1) if line.design_effect else "",
            "limits": span(indicator, *(line.limits or (None, None))),
            "shrunken": value(indicator, line.shrunken),
            "status": alert(line.standing),
            "is_restricted": line.is_restricted,
        }
        for line in lines
    ]


def overview_said(found: Overview) -> str:
    """The finding of the heat map in a sentence: how many alarms there are, and how many there would be by chance."""
    total, chance = found.total, found.by_chance
    return str(
        ngettext(
            "%(num)s figure is too far from the others to be chance. Plain 95 %% limits would mark %(raw)s; if all providers were equal, they would still mark about %(chance)s.",  # noqa: E501 - one sentence, one text
            "%(num)s figures are too far from the others to be chance. Plain 95 %% limits would mark %(raw)s; if all providers were equal, they would still mark about %(chance)s.",  # noqa: E501
            total.adjusted,
            raw=total.raw_95,
            chance=number(chance[0], 1),
        )
    )
