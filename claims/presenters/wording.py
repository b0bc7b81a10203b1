"""Days, quantities and services in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from claims import counting
from claims.models import ClaimLine
from core.config import fund
from core.web.filters import day_words as day_words
from core.words import _, ngettext


def quantity_words(milli: int) -> str:
    return f"{milli / 1000:g}"


def long_days(first: dt.date, last: dt.date) -> str:
    """“1 to 31 October 2026”, in a sentence."""
    if first == last:
        return day_words(first)
    start = str(first.day) if (first.year, first.month) == (last.year, last.month) else day_words(first)
    return _("%(first)s to %(last)s", first=start, last=day_words(last))


def days_words(first: dt.date, last: dt.date) -> str:
    """“1–31 Oct”, “28 Oct – 3 Nov”, “4 Nov”."""
    if first == last:
        return day_words(first, "d MMM")
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_words(last, 'd MMM')}"
    return f"{day_words(first, 'd MMM')} – {day_words(last, 'd MMM')}"


def service_words(lines: Sequence[ClaimLine], names: Mapping[str, str], units: Mapping[str, str]) -> str:
    """“Home care visit, 8 visits”, “Consultation and 2 more”; a service has a name, never its bare code."""
    first = name_of(lines[0].service, names)
    if len(lines) > 1:
        return ngettext("%(first)s and %(num)s more", "%(first)s and %(num)s more", len(lines) - 1, first=first)
    quantity = counting.counted(lines[0].quantity_milli, units.get(lines[0].service, ""))
    return _("%(service)s, %(quantity)s", service=first, quantity=quantity)


def name_of(service: str, names: Mapping[str, str]) -> str:
    if not service:
        return _("no service code")
    return names.get(service) or _("unknown service %(code)s", code=service)


def major(minor: int | None) -> Decimal | None:
    """For spreadsheets: a number in major units."""
    return None if minor is None else Decimal(minor).scaleb(-fund().currency.exponent)
