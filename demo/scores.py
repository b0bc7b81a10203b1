"""The scores of the last two quarters: all are told; the older one is final and published, its worth simulated."""

from __future__ import annotations

from demo.people import Staff
from quality.periods import Period
from quality.scoring import life, settling
from quality.scoring.computing import compute_scores


def tell(period: Period, staff: Staff) -> None:
    """Every provider reads its own first."""
    compute_scores(period, by=staff.auditor)
    life.notify(period.name, by=staff.auditor)


def publish(period: Period, staff: Staff) -> None:
    """Nobody contested it in its days; another finance officer may release what it is worth."""
    life.publish(period.name, by=staff.auditor)
    settling.simulate(period, 0, by=staff.finance)
