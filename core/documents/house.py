"""The fund's own letterhead and language: what every paper with a code is printed with, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask_babel import force_locale

from core.config import fund
from core.documents.letterhead import Letterhead

Values = ParamSpec("Values")
Written = TypeVar("Written")


def letterhead(locale: str = "") -> Letterhead:
    """Of the current fund; without `locale` in its first language."""
    house = fund()
    return Letterhead(house.name, locale or house.languages[0], house.address, house.is_demo)


def in_house_language(write: Callable[Values, Written]) -> Callable[Values, Written]:
    """What is kept on record speaks the fund's first language, whoever acts: the same bytes at every print."""

    @wraps(write)
    def written(*values: Values.args, **named: Values.kwargs) -> Written:
        with force_locale(fund().languages[0]):
            return write(*values, **named)

    return written
