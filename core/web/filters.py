"""How values are written on a page: every code, date and amount stands in <bdi>, left to right."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_datetime
from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup, escape

from core.config import fund
from core.texts import said

FORMATTING_LOCALES = {"en": "en_GB", "fr": "fr_FR", "es": "es_UY", "ar": "ar"}


def amount(minor: int | None) -> str:
    """1234500 → “1,234.500” with the currency's own decimals, in the page's language."""
    if minor is None:
        return ""
    exponent = fund().currency.exponent
    digits = f"{Decimal(abs(minor)).scaleb(-exponent):,.{exponent}f}"
    if _language() in ("fr", "es"):
        digits = digits.replace(",", "\u202f").replace(".", ",")
    return f"−{digits}" if minor < 0 else digits


def money(minor: int | None, currency: bool = False) -> Markup:
    """An amount; with `currency` its code follows after a no-break space."""
    text = amount(minor)
    return bdi(f"{text}\u00a0{fund().currency.code}" if currency and text else text)


def day(value: dt.date | None, form: str = "long") -> Markup:
    """A fund-local day: “1 March 2026”, or ISO with form='iso' for tables."""
    if value is None:
        return Markup("")
    text = value.isoformat() if form == "iso" else day_words(value, _pattern(form))
    return Markup('<time datetime="{}"><bdi dir="{}" class="code-like">{}</bdi></time>').format(
        value.isoformat(), "ltr" if form == "iso" else "auto", text
    )


def day_words(value: dt.date, form: str = "d MMMM y") -> str:
    """The same without markup, for mails and titles."""
    return str(format_date(value, form, locale=_locale()))


def instant(value: dt.datetime | None, form: str = "d MMM y, HH:mm") -> Markup:
    """An instant in the fund's time zone."""
    if value is None:
        return Markup("")
    text = format_datetime(value.astimezone(fund().zone), form, locale=_locale())
    return Markup('<time datetime="{}"><bdi>{}</bdi></time>').format(value.isoformat(), text)


def code(value: Any) -> Markup:
    return bdi("" if value is None else str(value))


def percent(value: Decimal | float | None, decimals: int = 1) -> Markup:
    return bdi("" if value is None else percentage(value, decimals))


def percentage(value: Decimal | float, decimals: int = 1) -> str:
    """52.9 → “52.9 %”, with the decimal mark of the page's language."""
    digits = f"{Decimal(str(value)):.{decimals}f}"
    return f"{digits.replace('.', ',') if _language() in ('fr', 'es') else digits}\u00a0%"


def bdi(text: str) -> Markup:
    return Markup('<bdi dir="ltr" class="nowrap">{}</bdi>').format(text)


def typed(text: str) -> Markup:
    """What a person wrote, in its own direction, whichever way the page reads."""
    return Markup("<bdi>{}</bdi>").format(text)


def whole(value: int) -> Markup:
    """12000 → “12,000”, in the page's language."""
    digits = f"{value:,}"
    return bdi(digits.replace(",", "\u202f") if _language() in ("fr", "es") else digits)


def numbered(text: Any) -> Markup:
    """A sentence in which public numbers, like B-2026-022-S, do not break."""
    whole_numbers = re.compile(r"\b[A-Z]-\d{4}-\d{3,}-[A-Z]\b")
    # escaped first; `bdi` escapes again what it wraps
    return Markup(whole_numbers.sub(lambda found: str(bdi(found[0])), str(escape(text))))  # noqa: S704


def init_app(app: Flask) -> None:
    for name in (amount, money, whole, numbered, typed, day, instant, code, percent, said):
        app.jinja_env.filters[name.__name__] = name


def _pattern(form: str) -> str:
    return {"long": "d MMMM y", "short": "d MMM y", "weekday": "EEE d MMM"}.get(form, form)


def _language() -> str:
    locale = get_locale()
    return locale.language if locale else "en"


def _locale() -> str:
    return FORMATTING_LOCALES.get(_language(), "en_GB")
