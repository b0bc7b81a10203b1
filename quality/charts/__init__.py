"""Figures as pictures and as words, drawn from plain values: what is not passed is not in the picture."""

from quality.charts.canvas import NARROW, WIDTH, Drawing
from quality.charts.caterpillar import Bar, caterpillar_chart, caterpillar_height
from quality.charts.frame import FrameStratum, frame_chart, frame_finding
from quality.charts.funnel import HEIGHT, funnel_chart
from quality.charts.heat import HeatRow, heat_chart
from quality.charts.series import HEIGHT as SERIES_HEIGHT
from quality.charts.series import SMALL_HEIGHT, SMALL_WIDTH, series_chart
from quality.charts.waterfall import FlowStep, waterfall_chart
from quality.charts.words import ChartTexts, finding, series_finding

__all__ = [
    "HEIGHT",
    "NARROW",
    "SERIES_HEIGHT",
    "SMALL_HEIGHT",
    "SMALL_WIDTH",
    "WIDTH",
    "Bar",
    "ChartTexts",
    "Drawing",
    "FlowStep",
    "FrameStratum",
    "HeatRow",
    "caterpillar_chart",
    "caterpillar_height",
    "finding",
    "frame_chart",
    "frame_finding",
    "funnel_chart",
    "heat_chart",
    "series_chart",
    "series_finding",
    "waterfall_chart",
]
