"""The staff handbook: every rule and every row of the plan, printed from what decides and from nothing else."""

from claims.handbook.entries import Entry, Saying, entries
from claims.handbook.plan_rows import Grant, grants

__all__ = ["Entry", "Grant", "Saying", "entries", "grants"]
