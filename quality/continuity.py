"""Continuity of care from nothing but contacts: how few providers a member's visits are spread over."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction


def bice_boxerman(contacts: Iterable[int]) -> Fraction | None:
    """COC of contacts per provider, 0 (always another) to 1 (always the same); None below two contacts."""
    counts = list(contacts)
    total = sum(counts)
    return Fraction(sum(n * n for n in counts) - total, total * (total - 1)) if total >= 2 else None


def usual_provider(contacts: Iterable[int]) -> Fraction | None:
    """UPC: the share of contacts at the provider seen most; None below two contacts."""
    counts = list(contacts)
    total = sum(counts)
    return Fraction(max(counts), total) if total >= 2 else None
