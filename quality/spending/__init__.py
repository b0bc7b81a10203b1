"""The officer's figures: what contracts cost, whom they serve, and who stands behind them, for a quarter or a year."""

from quality.spending.figures import DIMENSIONS, Figures, Group, Row, figures_of

__all__ = ["DIMENSIONS", "Figures", "Group", "Row", "figures_of"]
