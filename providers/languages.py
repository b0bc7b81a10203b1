"""Languages by the name that people write: ISO 639 codes with the names that Babel knows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from babel import Locale
from flask_babel import get_locale

from core.errors import InputErrors, Problem
from core.words import _l


def read_languages(text: str, where: str = "languages") -> tuple[str, ...]:
    """“Arabic, fr” as codes, by names in the reader's language or in English. InputErrors say what is unknown."""
    names = _names(str(get_locale() or "en"))
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    said = _l("We know no such language. Write its name or code, like French or fr.")
    problems = [Problem(where, said, part) for part in parts if part.casefold() not in names]
    if problems:
        raise InputErrors(problems)
    return tuple(dict.fromkeys(names[part.casefold()] for part in parts))


def language_name(code: str) -> str:
    """In the reader's language; a code without a name stands for itself."""
    locale = Locale.parse(str(get_locale() or "en"))
    return str(locale.languages.get(code) or code)


def language_words(codes: Iterable[str]) -> str:
    return ", ".join(sorted(language_name(code) for code in codes))


@lru_cache(maxsize=16)
def _names(reader: str) -> dict[str, str]:
    """Name or code, folded → code. Regional kinds of a language are not told apart."""
    found: dict[str, str] = {}
    for locale in (Locale.parse(reader), Locale("en")):
        for code, name in locale.languages.items():
            if "_" not in code:
                found.setdefault(name.casefold(), code)
                found[code.casefold()] = code
    return found
