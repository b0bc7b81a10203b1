"""Funnels as pictures and as words."""

from quality.charts.drawing import HEIGHT, WIDTH, figure_png, figure_svg
from quality.charts.words import ChartTexts, finding

__all__ = ["HEIGHT", "WIDTH", "ChartTexts", "figure_png", "figure_svg", "finding"]
