"""How a quantity is said: “8 visits”, “12 hours”, “1 day”, in the unit of the service."""

from __future__ import annotations

from collections.abc import Collection

from claims.queries import lists
from core.words import _, ngettext


def units(services: Collection[str]) -> dict[str, str]:
    """Service → its unit in the catalogue."""
    return lists.units_of(services)


def counted(milli: int, unit: str) -> str:
    """Thousandths in words; a unit without a word of its own is only a number."""
    number, whole = f"{milli / 1000:g}", -(-milli // 1000)
    if unit == "visit":
        return ngettext("%(count)s visit", "%(count)s visits", whole, count=number)
    if unit == "hour":
        return ngettext("%(count)s hour", "%(count)s hours", whole, count=number)
    if unit == "day":
        return ngettext("%(count)s day", "%(count)s days", whole, count=number)
    if unit == "15 minutes":
        return _("%(count)s × 15 minutes", count=number)
    return number
