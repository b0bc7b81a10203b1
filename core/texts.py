"""The fund's own words in other languages: names of the catalogue and of the plan, from the plan part `texts`.

A text is known by the words themselves as they stand in the plan, not by a code. A name that changes is shown as it is
until somebody translates the new one, never under the meaning of the old; a name kept from earlier speaks on.
What is kept or frozen holds the fund's own words; these functions are for what a reader sees.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from flask import g
from flask_babel import get_locale

from core import clock, plan
from core.config import fund
from core.errors import InputErrors, Problem
from core.words import LANGUAGE_NAMES, _l

PART = "texts"
Row = TypeVar("Row")
Texts = Mapping[str, Mapping[str, str]]  # language → the fund's words → the text


def register() -> None:
    plan.declare(PART, parse, title=_l("Texts in other languages"))


def said(words: str) -> str:
    """These words in the reader's language; as the fund wrote them where nobody translated them."""
    return _reader_texts().get(words, words)


def spoken(row: Row, *names: str) -> Row:
    """A dataclass with these fields in the reader's language: to be shown, never to be kept."""
    known = _reader_texts()
    if not known:
        return row
    found: Row = replace(cast(Any, row), **{name: known.get(was := getattr(row, name), was) for name in names})
    return found


def _reader_texts() -> Mapping[str, str]:
    """One statement per request; none for who reads the fund's first language."""
    locale = get_locale()
    if locale is None or locale.language == fund().languages[0]:
        return {}
    if "texts" not in g:
        g.texts = _in_force()
    found: Mapping[str, str] = g.texts.get(locale.language, {})
    return found


def _in_force() -> Texts:
    """A fund without this part speaks its own words in every language."""
    known, today = plan.timeline(PART), clock.today(fund().zone)
    found: Texts = known(today) if known.first and known.first <= today else {}
    return found


def parse(text: str) -> Texts:
    """One table for each part of the plan, one row for each text. InputErrors name table and row."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputErrors.at(PART, str(error)) from error
    problems = list(_problems(tables))
    if problems:
        raise InputErrors(problems)
    found: dict[str, dict[str, str]] = {}
    for table in tables.values():
        for words, row in table.items():
            for language, translated in row.items():
                found.setdefault(language, {})[words] = translated
    return found


def _problems(tables: Mapping[str, Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for part, table in tables.items():
        if part not in plan.parts() or not isinstance(table, Mapping):
            yield Problem(part, _l("Name a part of the plan: %(parts)s.", parts=", ".join(sorted(plan.parts()))), part)
            continue
        for words, row in table.items():
            place = f"{part}.{words}"
            if words in seen:
                yield Problem(place, _l("These words stand twice; one row serves all parts."), words)
            seen.add(words)
            yield from _row_problems(place, row)


def _row_problems(place: str, row: Any) -> Iterator[Problem]:
    if not isinstance(row, Mapping) or not row:
        yield Problem(place, _l("Write the text of each language in braces: fr = “…”, ar = “…”."), str(row))
        return
    for language, translated in row.items():
        if language not in LANGUAGE_NAMES:
            known = ", ".join(LANGUAGE_NAMES)
            yield Problem(place, _l("This language is unknown. Known are: %(known)s.", known=known), language)
        elif not isinstance(translated, str) or not translated.strip():
            yield Problem(f"{place}.{language}", _l("Write the text, or leave this language out."), str(translated))
