"""The frame of a sample as a picture: strata, the value they hold, the lines that were drawn."""

from __future__ import annotations

from core.words import _
from quality.charts import FrameStratum
from quality.samples.drawing import thaw
from quality.samples.models import AuditSample


def strata_of(row: AuditSample) -> list[FrameStratum]:
    """Smallest amounts first within each; spares are not marked, for they were not asked."""
    drawn = {line.mark for line in row.lines if not line.is_spare}
    lines = sorted(thaw(row.frame).lines, key=lambda line: (line[1], line[0]))
    found = []
    for layer in row.layers:
        inside = [line for line in lines if layer.holds(line[1])]
        name = str(_("certain") if layer.is_certain else _("stratum %(number)s", number=layer.number))
        sampled = [place for place, line in enumerate(inside) if line[0] in drawn]
        found.append(FrameStratum(name, [line[1] for line in inside], sampled))
    return found
