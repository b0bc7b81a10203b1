"""The verbs of this room: compute, publish, open and close a case, draw a sample."""

from quality.services.auditing import close_case, draw_sample, open_case
from quality.services.computing import compute_period, compute_run
from quality.services.scoring import publish_scores

__all__ = ["close_case", "compute_period", "compute_run", "draw_sample", "open_case", "publish_scores"]
