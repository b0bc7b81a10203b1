"""What a chart says: its labels and, in one sentence, its finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import format_date, get_locale

from core.words import _, ngettext
from quality.statistics.funnel import Alert, Funnel, Point
from quality.statistics.series import Chart, Series


def per_cent(value: float) -> str:
    return f"{value * 100:.1f} %"


def whole(value: float) -> str:
    return f"{value:,.0f}"


def apart(words: str) -> str:
    """A name or number in its own direction, where the sentence around it runs from right to left."""
    locale = get_locale()
    return f"\u2068{words}\u2069" if locale is not None and locale.text_direction == "rtl" else words


@dataclass(frozen=True)
class ChartTexts:
    """The words of one chart, in the reader's language. `names` by provider; `value` and `size` write numbers."""

    axis: Any
    names: Mapping[str, str] = field(default_factory=dict)
    value: Callable[[float], str] = per_cent
    size: Callable[[float], str] = whole

    def name(self, provider: str) -> str:
        return self.names.get(provider, provider)


def finding(funnel: Funnel, texts: ChartTexts, highlight: str | None = None) -> str:
    """What the chart shows, in words: the alternative text and the sentence below the picture."""
    point = funnel.by_provider.get(highlight) if highlight else None
    return _finding_of(funnel, point, texts) if point else _finding_of_all(funnel, texts)


def _finding_of(funnel: Funnel, point: Point, texts: ChartTexts) -> str:
    name = apart(texts.name(point.provider))
    if point.alert is Alert.SUPPRESSED:
        return str(_("%(name)s is not shown: too few persons stand behind the figure.", name=name))
    if point.value is None or point.limits is None or point.size is None:
        return str(_("%(name)s has no figure: there were too few cases in the period.", name=name))
    said = {
        "name": name,
        "value": apart(texts.value(point.value)),
        "numerator": apart(texts.size(point.numerator or 0)),
        "size": apart(texts.size(point.size)),
        "low": apart(texts.value(point.limits.lower_998)),
        "high": apart(texts.value(point.limits.upper_998)),
    }
    if not point.is_outside:
        sentence = _("%(name)s: %(value)s (%(numerator)s of %(size)s). That is within chance at this size.", **said)
    elif point.value < funnel.centre:
        sentence = _(
            "%(name)s: %(value)s (%(numerator)s of %(size)s). The lowest that chance explains at this size is %(low)s.",
            **said,
        )
    else:
        sentence = _(
            "%(name)s: %(value)s (%(numerator)s of %(size)s). The highest that chance explains at this size is %(high)s.",  # noqa: E501 - one sentence, one text
            **said,
        )
    return str(sentence)


def _finding_of_all(funnel: Funnel, texts: ChartTexts) -> str:
    alerts = [apart(texts.name(point.provider)) for point in funnel.marks if point.alert is Alert.ALERT]
    count = len(funnel.marks)
    if alerts:
        names = ", ".join(alerts)
        return str(_("Worse than chance explains: %(names)s. %(count)s providers in all.", names=names, count=count))
    return str(
        ngettext(
            "%(num)s provider, and no difference beyond chance.",
            "%(num)s providers, none worse than chance explains.",
            count,
        )
    )


def series_finding(series: Series, texts: ChartTexts) -> str:
    """What a series shows, in one or two sentences: signals, or that there is none, or that it is too short."""
    shown = series.shown
    if shown and series.chart is Chart.EVIDENCE:
        return _evidence(series, texts)
    if not shown or series.centre is None:
        return str(_("No period has a figure that can be shown."))
    usual = apart(texts.value(series.centre))
    if not series.is_long_enough:
        few = ngettext(
            "%(num)s period, usually %(usual)s: too few for a signal, which needs thirteen.",
            "%(num)s periods, usually %(usual)s: too few for a signal, which needs thirteen.",
            len(shown),
            usual=usual,
        )
        return str(few)
    if series.chart is Chart.RUN:
        seen = _(
            "%(count)s periods, usually %(usual)s. They overlap, so no signal is read.", count=len(shown), usual=usual
        )
        return str(seen)
    signals = _signals(series)
    if not signals:
        return str(_("Steady at %(usual)s: %(count)s periods, no signal.", usual=usual, count=len(shown)))
    return " ".join(signals)


def _signals(series: Series) -> list[str]:
    found = []
    if series.outside:
        labels = ", ".join(point.label for point in series.outside)
        found.append(_("Outside the control limits: %(labels)s.", labels=labels))
    if series.runs.is_long_run:
        run = series.runs.longest
        found.append(_("A shift: %(count)s periods in a row on one side of the usual value.", count=run))
    if series.runs.is_few_crossings:
        crossings = series.runs.crossings
        found.append(_("A drift: the series crosses its usual value only %(count)s times.", count=crossings))
    return [str(one) for one in found]


def _evidence(series: Series, texts: ChartTexts) -> str:
    """When the sum reached its limit, and where it stands."""
    sums = {"sum": apart(texts.value(series.shown[-1].value or 0.0)), "limit": apart(texts.value(series.signal_at))}
    if series.signalled_on is None:
        return str(_("No signal: the evidence of harm stands at %(sum)s, a signal comes at %(limit)s.", **sums))
    said = _(
        "Signal on %(day)s: harm came more often than accepted. The evidence stands at %(sum)s, a signal comes at %(limit)s.",  # noqa: E501 - one text
        day=format_date(series.signalled_on, "d MMMM y"),
        **sums,
    )
    return str(said)
