"""From a score to its payment: what is held back, what comes back, what is added. Minor units."""

from __future__ import annotations

from core.web.filters import amount
from core.words import _
from quality.charts import FlowStep
from quality.scoring.models import QualityScore
from quality.scoring.settlement import Terms, settle


def flow_of(score: QualityScore, terms: Terms) -> list[FlowStep]:
    """Steps that add up to the effect of the score; a gate's suspended part has not come back yet."""
    settled = settle(score.accepted, score.score, terms, is_gated=bool(score.limiters))
    return [
        FlowStep(_("held back"), settled.paid_before - settled.accepted),
        FlowStep(_("returned"), settled.returned),
        FlowStep(_("bonus"), settled.bonus),
        FlowStep(_("effect"), settled.effect, is_sum=True),
    ]


def flow_said(steps: list[FlowStep]) -> str:
    held, returned, bonus, effect = (signed(step.amount) for step in steps)
    said = _(
        "Held back %(held)s, returned %(returned)s, bonus %(bonus)s: the payment differs by %(effect)s.",
        held=held, returned=returned, bonus=bonus, effect=effect,
    )  # fmt: skip
    return str(said)


def signed(minor: int) -> str:
    """An amount with its sign; 0 has none."""
    return f"{'−' if minor < 0 else '+' if minor > 0 else ''}{amount(abs(minor))}"
