"""The verbs of this room: compute and refresh."""

from quality.services.computing import compute_period, compute_run, refresh_period

__all__ = ["compute_period", "compute_run", "refresh_period"]
