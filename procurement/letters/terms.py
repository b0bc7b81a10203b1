"""What the papers of a tender say alike."""

from __future__ import annotations

import datetime as dt

from core.documents import (
    day,
)
from core.words import _


def term(starts_on: dt.date, ends_on: dt.date, language: str) -> str:
    """From the first to the last day of a contract."""
    return _("%(starts_on)s to %(ends_on)s", starts_on=day(starts_on, language), ends_on=day(ends_on, language))
