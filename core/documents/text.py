"""Text as it must be drawn: joined Arabic, right word order, codes and amounts unharmed.

The order matters: wrap the logical text first, then join, then reorder each line. Reordering before wrapping
puts the lines upside down; an amount that is not isolated comes out back to front after Arabic letters.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter, defaultdict
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from arabic_reshaper import ArabicReshaper
from babel.dates import format_date
from babel.numbers import format_decimal
from bidi import get_display

from core.documents.fonts import characters, face
from core.money import Currency

LEFT_TO_RIGHT, RIGHT_TO_LEFT, END = "\u2066", "\u2067", "\u2069"
_ISOLATES = re.compile("[\u2066-\u2069]")
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_INSIDE = re.compile("[\u2066-\u2068].*?\u2069")
_PAIRS = {"(": ")", "[": "]", "{": "}", "«": "»", "<": ">"}
_OTHER = _PAIRS | {closing: opening for opening, closing in _PAIRS.items()}
_ARABIC = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_FORMATTING = {"en": "en_GB", "fr": "fr", "es": "es", "ar": "ar"}  # one fixed formatting locale per language
_reshaper = ArabicReshaper({"delete_harakat": False})


def is_right_to_left(locale: str) -> bool:
    return locale.split("_")[0] in {"ar"}


def code(text: str) -> str:
    """A number, code or date of the system: left to right, never broken."""
    return f"{LEFT_TO_RIGHT}{_clean(text).replace(' ', chr(0xA0))}{END}"


def typed(text: str) -> str:
    """What a person or organisation wrote: its own direction, and no direction marks that could disguise it."""
    plain_text = _clean(text)
    return f"{RIGHT_TO_LEFT if _is_right_to_left_text(plain_text, otherwise=False) else LEFT_TO_RIGHT}{plain_text}{END}"


def count(amount: int, locale: str) -> str:
    """A whole number, grouped as the language groups."""
    return number(amount, Currency("", 0), locale)


def number(minor: int, currency: Currency, locale: str) -> str:
    """An amount without its currency, with the currency's own decimals: a cell of a column that names it."""
    pattern = "#,##0" + ("." + "0" * currency.exponent if currency.exponent else "")
    value = Decimal(minor).scaleb(-currency.exponent)
    shown = format_decimal(value, format=pattern, locale=_FORMATTING.get(locale, locale), decimal_quantization=False)
    return code(_DIRECTION_MARKS.sub("", shown).replace("-", "−"))


def money(minor: int, currency: Currency, locale: str) -> str:
    """An amount with its currency code, held together."""
    return code(f"{_clean(number(minor, currency, locale))}\u00a0{currency.code}")


def day(on: dt.date, locale: str) -> str:
    """A date in prose: 1 March 2026."""
    shown = format_date(on, "d MMMM y", locale=_FORMATTING.get(locale, locale))
    return typed(_DIRECTION_MARKS.sub("", shown).replace(" ", "\u00a0"))


def instant(at: dt.datetime, zone: dt.tzinfo, locale: str, form: str = "%H:%M") -> str:
    """An instant in prose with its distance from UTC: 1 March 2026, 09:00 (UTC+01:00)."""
    local = at.astimezone(zone)
    distance = local.strftime("UTC%z")
    return f"{day(local.date(), locale)}, {code(f'{local.strftime(form)} ({distance[:6]}:{distance[6:8]})')}"


def plain(text: str) -> str:
    """Without direction marks: for the file's metadata, where they would be shown as boxes."""
    return _DIRECTION_MARKS.sub("", text)


def wrap(text: str, width: float, size: float, locale: str, *, bold: bool = False) -> list[str]:
    """Logical lines no wider than `width` points; an isolate that breaks is closed and opened again."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in _pieces(paragraph, width, size, locale, bold):
            longer = f"{line} {word}" if line else word
            if line and text_width(longer, size, locale, bold=bold) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return _rejoin_isolates(lines)


def visual(line: str, locale: str) -> str:
    """One logical line in the order it is drawn, from the left."""
    joined = _reshaper.reshape(line) if _ARABIC.search(line) else line
    if not _ARABIC.search(line):
        return _ISOLATES.sub("", joined)
    outside = _INSIDE.sub("", line)  # a sentence not yet translated keeps its own direction
    is_reversed = _is_right_to_left_text(outside, otherwise=is_right_to_left(locale))
    shown = get_display(joined, base_dir="R" if is_reversed else "L")
    return _ISOLATES.sub("", _mirrored(str(shown)) if is_reversed else str(shown))


def _mirrored(shown: str) -> str:
    """Brackets of a drawn right-to-left line, turned to hold what is between them: the ordering moves them only.

    A pair that still opens before it closes stood in a left-to-right part and stays; one half of a pair that the line
    broke belongs to the line.
    """
    turned, opened, closed = set(range(len(shown))), defaultdict[str, list[int]](list), Counter[str]()
    for place, letter in enumerate(shown):
        closing = _PAIRS.get(letter, letter)
        if letter in _PAIRS and closed[closing]:
            closed[closing] -= 1
        elif letter in _PAIRS:
            opened[closing].append(place)
        elif opened[letter]:
            turned -= {place, opened[letter].pop()}
        elif letter in _OTHER:
            closed[letter] += 1
    return "".join(_OTHER.get(letter, letter) if place in turned else letter for place, letter in enumerate(shown))


def runs(shown: str, locale: str, *, bold: bool) -> list[tuple[str, str]]:
    """A drawn line as (font name, characters): the language's font first, the other where it has no glyph."""
    families = ("NotoSansArabic", "NotoSans") if is_right_to_left(locale) else ("NotoSans", "NotoSansArabic")
    if characters(families[0], bold=bold).issuperset(map(ord, shown)):
        return [(str(face(families[0], bold=bold).fontName), shown)] if shown else []
    fonts = [_font(character, families, bold) for character in shown]
    drawn = [character if font else "?" for character, font in zip(shown, fonts, strict=True)]
    names = [font or face(families[1], bold=bold).fontName for font in fonts]
    pairs = zip(names, drawn, strict=True)
    return [(name, "".join(c for _, c in group)) for name, group in groupby(pairs, key=lambda pair: pair[0])]


def text_width(text: str, size: float, locale: str, *, bold: bool = False) -> float:
    """Points that a logical text takes when drawn on one line."""
    joined = _ISOLATES.sub("", _reshaper.reshape(text) if _ARABIC.search(text) else text)
    return sum(
        font.stringWidth(part, size)
        for name, part in runs(joined, locale, bold=bold)
        for font in (face(name.removesuffix("-Bold"), bold=name.endswith("-Bold")),)
    )


@lru_cache(maxsize=4096)
def _font(character: str, families: tuple[str, str], bold: bool) -> str:
    having = [family for family in families if ord(character) in characters(family, bold=False)]
    for family, weight in [(f, bold) for f in having] + [(f, False) for f in having]:
        if ord(character) in characters(family, bold=weight):
            return str(face(family, bold=weight).fontName)
    return ""


def _is_right_to_left_text(text: str, *, otherwise: bool) -> bool:
    """Direction of the first letter; digits and signs have none."""
    for character in text:
        if (direction := unicodedata.bidirectional(character)) in {"L", "R", "AL"}:
            return direction != "L"
    return otherwise


def _clean(text: str) -> str:
    """Without direction marks and control characters; a line break in a name is a space."""
    plain = _DIRECTION_MARKS.sub("", re.sub(r"[\r\n\t]+", " ", text))
    return "".join(c for c in unicodedata.normalize("NFC", plain) if unicodedata.category(c) != "Cc")


def _pieces(paragraph: str, width: float, size: float, locale: str, bold: bool) -> list[str]:
    """Words; one that is wider than the line is cut, so that nothing leaves its column."""
    pieces = []
    for word in paragraph.split(" "):
        rest = word
        while text_width(rest, size, locale, bold=bold) > width and len(rest) > 1:
            cut = next(
                n
                for n in range(len(rest) - 1, 0, -1)
                if n == 1 or text_width(rest[:n], size, locale, bold=bold) <= width
            )
            pieces.append(rest[:cut])
            rest = rest[cut:]
        pieces.append(rest)
    return pieces


def _rejoin_isolates(lines: list[str]) -> list[str]:
    whole, opened = [], ""
    for line in lines:
        text = opened + line
        opened = ""
        for mark in _ISOLATES.findall(text):
            opened = "" if mark == END else mark
        whole.append(text + END if opened else text)
    return whole
