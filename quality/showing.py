"""What a reader may see of one run. Page, picture, alternative text, file, paper and API all show these lines.

Whoever is not of the fund sees their own line, or the published ones; what is hidden is not in them at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from quality import keeping
from quality.comparison import Comparison
from quality.definitions import Indicator
from quality.models import IndicatorResult, IndicatorRun
from quality.statistics.funnel import Alert, Funnel, Point
from quality.statistics.intervals import Interval, design_effect
from quality.statistics.scales import TOLD_DECIMALS
from quality.suppression import Reason
from quality.viewers import Viewer, funnel_seen
from quality.wording import worded

_ORDER = {"alert": 0, "watch": 1, "expected": 2, "better": 3}


@dataclass(frozen=True, slots=True)
class Line:
    """One provider. None: not shown, and `reason` says why. `clustered` is the interval that leaves out a member each.

    `is_restricted`: the fund sees it, and nobody else.
    """

    provider: str
    name: str
    numerator: float | None
    denominator: float | None
    excluded: int | None
    persons: int | None
    value: float | None
    interval: Interval | None
    clustered: Interval | None
    limits: Interval | None
    shrunken: float | None
    z_adjusted: float | None
    alert: str
    reason: str
    is_restricted: bool = False

    @property
    def standing(self) -> str:
        """The alert class, or why there is none; "" for kinds that nobody is compared by."""
        return self.alert if self.alert or self.value is not None else Alert.INSUFFICIENT.value

    @property
    def is_alert(self) -> bool:
        return self.alert == Alert.ALERT

    @property
    def design_effect(self) -> float | None:
        """How much wider the clusters make the variance than so many independent cases would."""
        if self.clustered is None or self.value is None or not self.denominator:
            return None
        return design_effect(self.value, self.denominator, self.clustered)


@dataclass(frozen=True, slots=True)
class Seen:
    """A run as one reader sees it; `funnel` None: none for this kind, or none for this reader."""

    run: IndicatorRun
    comparison: Comparison
    funnel: Funnel | None
    lines: tuple[Line, ...]
    names: Mapping[str, str]
    own: str

    def line(self, provider: str) -> Line | None:
        return next((line for line in self.lines if line.provider == provider), None)

    @property
    def definition(self) -> Indicator:
        """In the reader's words."""
        return worded(self.comparison.indicator)

    @property
    def valued(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.value is not None)

    @property
    def content(self) -> tuple[object, ...]:
        """All that a picture of it shows: what its file is named by."""
        return (
            self.run.id,
            self.run.params_hash,
            self.run.code_version,
            self.definition,
            self.own,
            self.lines,
            sorted(self.names.items()),
        )


def seen_by(viewer: Viewer, run: IndicatorRun, rows: Sequence[IndicatorResult], *, is_public: bool = False) -> Seen:
    """`is_public`: as anybody may see it, whoever asks. A cooperative sees its own line, and peers as nameless marks.

    Its own figure, beside what was made from all, would give away whoever is hidden with it.
    """
    comparison = keeping.comparison_of(run, rows)
    points = comparison.funnel.by_provider if comparison.funnel else {}
    chosen = [row for row in rows if viewer.is_fund or row.provider == viewer.own]
    lines = [_line(row, points.get(row.provider)) for row in chosen]
    if is_public:
        lines = [published(line) for line in lines]
    elif not viewer.is_fund:
        lines = [_without_peers(line) if line.is_restricted else line for line in lines]
    if comparison.hidden and (is_public or not viewer.is_fund):
        lines = [_coarse(line) for line in lines]
    funnel = funnel_seen(comparison, viewer)
    public = comparison.funnel.published() if comparison.funnel and is_public else funnel
    names = {line.provider: line.name for line in lines}
    return Seen(run, comparison, public, tuple(sorted(lines, key=_worst_first)), names, viewer.own)


def published(line: Line) -> Line:
    """The line without any figure where few persons stand behind it, or too few cases."""
    if not line.is_restricted and line.value is not None:
        return line
    alert = Alert.INSUFFICIENT if line.value is None else Alert.SUPPRESSED
    reason = line.reason or Reason.SUPPRESSED.value
    bare = replace(line, numerator=None, denominator=None, excluded=None, persons=None, value=None)
    return replace(_without_peers(bare), interval=None, clustered=None, alert=alert.value, reason=reason)


def _without_peers(line: Line) -> Line:
    """Without what was made from all providers together."""
    return replace(line, limits=None, shrunken=None, z_adjusted=None, is_restricted=False)


def _coarse(line: Line) -> Line:
    """What was made from all providers, rounded: to the last digit it would tell figures that are hidden."""
    return replace(
        line,
        limits=line.limits and Interval(*(round(limit, TOLD_DECIMALS) for limit in line.limits)),
        shrunken=None if line.shrunken is None else round(line.shrunken, TOLD_DECIMALS),
        z_adjusted=None if line.z_adjusted is None else round(line.z_adjusted, 1),
    )


def _line(row: IndicatorResult, point: Point | None) -> Line:
    own = None if row.lower_95 is None or row.upper_95 is None else Interval(row.lower_95, row.upper_95)
    has_point = row.value is not None and point is not None
    limits = point.limits if point and has_point else None
    return Line(
        provider=row.provider,
        name=row.organisation.name,
        numerator=row.numerator,
        denominator=row.denominator,
        excluded=row.excluded,
        persons=row.persons,
        value=row.value,
        interval=point.interval if point and has_point else own,
        clustered=own if row.method.startswith("jackknife") else None,
        limits=Interval(limits.lower_998, limits.upper_998) if limits else None,
        shrunken=row.shrunken,
        z_adjusted=row.z_adjusted,
        alert=row.alert,
        reason=row.reason,
        is_restricted=row.is_suppressed or (row.value is None and row.denominator > 0),
    )


def _worst_first(line: Line) -> tuple[int, float, str]:
    return _ORDER.get(line.alert, 4), -abs(line.z_adjusted or 0), line.provider
