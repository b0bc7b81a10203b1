"""Continuity of care from nothing but contacts: how few providers a member's visits are spread over."""

from __future__ import annotations

import polars as pl


def concentration(contacts: pl.Expr) -> pl.Expr:
    """Bice and Boxerman's index of the contacts per provider, 0 (always another) to 1 (always the same).

    (sum n² - N) / (N (N - 1)); no number below two contacts.
    """
    total = contacts.sum()
    return ((contacts * contacts).sum() - total) / (total * (total - 1))
