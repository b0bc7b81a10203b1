"""Samples in words: states as shapes, precision, the values of an estimate, the sentence of its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from core.config import fund
from core.documents import code
from core.documents import number as amount
from core.words import _, _l
from procurement.scored import TWO_SIDED, recovered, recovery_read
from quality.samples.drawing import Stratum
from quality.samples.estimates import Reason, Rule
from quality.samples.queries.lines import Line
from quality.samples.services.planning import Preview
from quality.samples.states import Design

RULES = {
    Rule.LOWER_LIMIT: _l("Lower limit of the estimate, two-sided"),
    Rule.MINIMUM_SUM: _l("Minimum sum: what was found, and the smallest payments of lines that must be wrong too"),
    Rule.ERRORS_FOUND: _l("What was found, and nothing beyond"),
}
REASONS = {
    Reason.RATE_TOO_LOW: _l("Less of the value is wrong than an extrapolation needs."),
    Reason.TOO_FEW_LINES: _l("Fewer lines were looked at than an extrapolation needs."),
    Reason.TOO_FEW_ERRORS: _l("Fewer overpaid lines were found than an extrapolation needs."),
    Reason.NOT_FROZEN: _l("The frame was not announced before the draw."),
    Reason.MONETARY: _l("Units of money say what is overstated at most, not at least."),
    Reason.AT_LEAST_FOUND: _l("The rule gives less than was found; what was found counts."),
    Reason.AT_MOST_PAID: _l("The rule gives more than was paid; what was paid counts."),
}


def percent(share: float | None, digits: int = 1) -> str:
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def money(minor: float | None, language: str = "en") -> str:
    """An amount that came out of an estimate, cut to whole minor units towards zero."""
    return "–" if minor is None else amount(int(minor), fund().currency, language)


def line_state(line: Line) -> tuple[str, Any]:
    """Shape and word of one line, for the auditor's list."""
    if line.replaced:
        return "refused", _("left out")
    if not line.counts:
        return "open", _("spare")
    if line.is_judged:
        return "done", _("judged")
    if line.findings:
        return "check", _("second judge")
    return ("half", _("papers came")) if line.papers else ("open", _("to judge"))


def rule(values: dict[str, Any]) -> Any:
    agreed = recovery_read(values.get("recovery"))
    if values["rule"] == Rule.LOWER_LIMIT and agreed and agreed.sides != TWO_SIDED:
        return _l("Lower limit of the estimate, one-sided")
    return RULES[Rule(values["rule"])]


def recovery(values: dict[str, Any]) -> list[tuple[str, str]]:
    """Whose recovery rule it was worked out by, and its numbers; results from before contracts named one have none."""
    agreed = recovery_read(values.get("recovery"))
    if agreed is None:
        return []
    number, others = values["contract"], ", ".join(values["other_contracts"])
    if not number:
        whose = _("rule of the plan; no contract in force on the last day names one")
    elif others:
        words = {"number": number, "others": others}
        whose = _("rule of contract %(number)s; it takes back no more than the rules of %(others)s", **words)
    else:
        whose = _("rule of contract %(number)s", number=number)
    return [(_("Recovery rule"), whose), (_("Taken back after an audit by sample"), recovered(agreed))]


def reasons(values: dict[str, Any]) -> list[Any]:
    return [REASONS[Reason(one)] for one in values["reasons"]]


def bounds(stratum: Mapping[str, Any], language: str = "en") -> str:
    """The amounts of a stratum in words."""
    above, until = stratum["above"], stratum["until"]
    if above is None and until is None:
        return str(_("all amounts"))
    if above is None:
        return str(_("up to %(until)s", until=money(until, language)))
    if until is None:
        return str(_("above %(above)s", above=money(above, language)))
    return str(_("above %(above)s, up to %(until)s", above=money(above, language), until=money(until, language)))


def layer(stratum: Stratum, language: str = "en") -> str:
    return bounds(asdict(stratum), language)


def value_rows(values: dict[str, Any], language: str = "en") -> list[tuple[str, str]]:
    """The values between the findings and the amount, with their names; amounts in the fund's currency."""
    rows = [
        (_("Lines of the frame"), str(values["lines"])),
        (_("Paid for them"), _sum(values["paid"], language)),
        (_("Lines looked at"), str(values["looked_at"])),
        (_("Lines with something wrong"), str(values["wrong"])),
        (_("Errors found, net"), _sum(values["errors_found"], language)),
    ]
    for name, said in (("rate", _rate), ("difference", _difference), ("ratio", _ratio), ("interval", _monetary)):
        if values.get(name) is not None:
            rows += said(values, language)
    return [(str(label), text) for label, text in rows]


def _sum(value: float | None, language: str) -> str:
    return code(money(value, language))


def _span(one: dict[str, Any], language: str) -> str:
    return code(f"{money(one['lower'], language)} – {money(one['upper'], language)}")


def _rate(values: dict[str, Any], _language: str) -> list[tuple[str, str]]:
    rate = values["rate"]
    limits = f"{percent(rate['lower'])} – {percent(rate['upper'])}"
    return [
        (_("Share of wrong lines"), percent(rate["value"])),
        (_("Its exact limits, %(level)s", level=percent(values["confidence"], 0)), code(limits)),
        (_("Wrong lines in the frame"), code(f"{rate['fewest_lines']} – {rate['most_lines']}")),
    ]


def _difference(values: dict[str, Any], language: str) -> list[tuple[str, str]]:
    one = values["difference"]
    degrees = "∞" if one["degrees"] is None else f"{one['degrees']:.2f}"
    has_spread = one["error"] is not None
    return [
        (_("Estimated error of the frame"), _sum(one["total"], language)),
        (_("Standard error"), _sum(one["error"], language)),
        (_("Degrees of freedom; t"), code(f"{degrees}; {one['quantile']:.4f}") if has_spread else "–"),
        (_("Lower and upper limit"), _span(one, language) if has_spread else "–"),
        (_("Lower limit as a share of what was paid"), percent(values["rate_of_value"], 2)),
        (_("Share that an extrapolation needs"), percent(values["least_rate"], 2)),
        (_("Minimum sum"), _sum(values["minimum_sum"], language)),
    ]


def _ratio(values: dict[str, Any], language: str) -> list[tuple[str, str]]:
    one = values["ratio"]
    return [
        (_("Ratio estimate, for comparison"), _sum(one["total"], language)),
        (_("Its limits"), _span(one, language)),
    ]


def _monetary(values: dict[str, Any], language: str) -> list[tuple[str, str]]:
    return [
        (_("Interval"), _sum(values["interval"], language)),
        (_("Overstated in lines looked at in full"), _sum(values["certain"], language)),
        (_("Most likely overstated"), _sum(values["likely"], language)),
        (_("Overstated at most (Stringer)"), _sum(values["upper"], language)),
        (_("Overstated at most (Poisson)"), _sum(values["upper_poisson"], language)),
    ]


def meaning(design: str, preview: Preview) -> Any:
    """What the expected precision is about."""
    level = percent(preview.rules.confidence, 0)
    if preview.precision is None:
        tolerable = percent(preview.rules.tolerable)
        return _("of what is overstated; %(tolerable)s of the value is tolerable", tolerable=tolerable)
    if design == Design.STRATIFIED:
        return _("of the value, %(level)s of times, if errors vary as amounts do", level=level)
    if design == Design.VARIABLE:
        return _("of the mean error, %(level)s of times", level=level)
    return _("points on the share of wrong lines, %(level)s of times", level=level)
