"""Every name of the shipped plan that a reader sees has its words in all languages, and no row is left over."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from core.words import LANGUAGE_NAMES
from tests.conftest import ROOT

SHOWN: dict[str, dict[str, tuple[str, ...]]] = {
    "quality": {
        "indicator": ("name", "numerator_text", "denominator_text", "unit", "size_unit"),
        "check": ("name",),
    },
    "screens": {"screen": ("name", "unit")},
    "inspections": {
        "checklist": ("title",),
        "checklist.section": ("title",),
        "checklist.section.item": ("text",),
    },
    "returns": {"": ("statement",), "return": ("evidence",)},
    "benefits": {
        "service_lines": ("name",),
        "packages": ("name",),
        "services": ("name", "unit"),
        "services.documents": ("name",),
        "deductibles": ("name",),
        "ceilings": ("name",),
        "counts": ("name",),
    },
    "criteria": {"criterion": ("name", "measure", "unit", "evidence"), "criterion.also": ("measure", "unit")},
    "facts": {"fact": ("name", "evidence", "unit"), "share": ("name", "unit")},
    "providers": {"requirement": ("name",)},
}
"""Part → table → the fields that are words. Tables in tables are named with a dot."""


def read(part: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "plan" / f"{part}.toml").read_text("utf-8"))


def rows(table: Any, path: list[str]) -> Iterator[dict[str, Any]]:
    """The rows at the end of a path, whether it leads through lists of rows or through named rows."""
    if isinstance(table, list):
        for row in table:
            yield from rows(row, path)
    elif path:
        yield from rows(table.get(path[0], []), path[1:])
    elif table and all(isinstance(row, dict) for row in table.values()):
        yield from table.values()
    else:
        yield table


def words_of(part: str) -> set[str]:
    found = read(part)
    return {
        row[field]
        for table, fields in SHOWN[part].items()
        for row in rows(found, table.split(".") if table else [])
        for field in fields
        if field in row
    }


TEXTS = {words: row for table in read("texts").values() for words, row in table.items()}


@pytest.mark.parametrize("part", SHOWN)
def test_every_name_of_the_part_has_its_words_in_all_languages(part: str) -> None:
    others = set(LANGUAGE_NAMES) - {"en"}
    found = words_of(part)
    assert len(found) > 3, "the part is read by the wrong names"
    lacking = {words for words in found if TEXTS.get(words, {}).keys() != others}
    assert lacking == set()


def test_no_row_translates_words_that_no_part_says() -> None:
    assert TEXTS.keys() - set().union(*map(words_of, SHOWN)) == set()


def test_arabic_is_written_in_arabic_and_no_other_language_is() -> None:
    def is_arabic(text: str) -> bool:
        return any("\u0600" <= character <= "\u06ff" for character in text)

    signs = {"%"}
    wrong = {words for words, row in TEXTS.items() if is_arabic(row["fr"] + row["es"]) or not is_arabic(row["ar"])}
    assert wrong == signs
