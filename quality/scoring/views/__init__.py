"""Pages of scores: their list and life, a provider's own, objections, settlements, and what the public reads."""

from quality.scoring.views import public, scores, settlements, simulations
from quality.scoring.views.blueprint import blueprint

__all__ = ["blueprint", "public", "scores", "settlements", "simulations"]
