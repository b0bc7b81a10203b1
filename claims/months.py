"""Ages in whole months."""

from __future__ import annotations

from datetime import date


def months_between(born_on: date, on: date) -> int:
    """Completed months of life."""
    months = (on.year - born_on.year) * 12 + on.month - born_on.month
    return months - 1 if on.day < born_on.day else months
