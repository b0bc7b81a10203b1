"""Names under which the whole room files what it does."""

from __future__ import annotations

PART = "quality"
"""The part of the plan that holds the indicators and how they make a score."""
STREAM = "quality"
"""The stream of the audit trail that takes this room's acts."""
