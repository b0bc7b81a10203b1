"""The catalogues of the other languages: every placeholder stands, every plural form is there, a page speaks them."""

from __future__ import annotations

import os
import re
from gettext import c2py
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from core.web.languages import compile_catalogues
from core.words import LANGUAGE_NAMES

FOLDER = Path(__file__).parents[2] / "translations"
OTHERS = [language for language in LANGUAGE_NAMES if language != "en"]
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+[^}]*\}|</?\w+[^>]*>|%%")
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'


def places(text: str) -> list[str]:
    return sorted(PLACES.findall(text))


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_what_is_filled_in(language: str) -> None:
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as text:
        catalogue = read_po(text, locale=language)
    assert len(catalogue) > 3000
    for message in catalogue:
        if isinstance(message.id, str):
            assert not message.id or places(message.string) == places(message.id), message.id
        elif message.id:
            assert len(list(filter(None, message.string))) == catalogue.num_plurals, message.id
            assert places(message.string[-1]) == places(message.id[1]), message.id


def test_arabic_forms_stand_in_the_order_of_the_languages_own_rule() -> None:
    """Eleven days and a hundred days are two words: the forms are zero, one, two, few, many, other."""
    source = FOLDER / "ar" / "LC_MESSAGES" / "messages.po"
    with source.open("rb") as text:
        header = read_po(text, locale="ar").plural_expr
    form, names = c2py(header), ("zero", "one", "two", "few", "many", "other")
    assert [names[form(n)] for n in range(250)] == [Locale("ar").plural_form(n) for n in range(250)]


def test_a_changed_catalogue_is_made_anew_and_an_unchanged_one_is_left(tmp_path: Path) -> None:
    source = tmp_path / "fr" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    source.write_text(HEADER + '\nmsgid "Claims"\nmsgstr "Demandes"\n')
    compile_catalogues(tmp_path)
    made = source.with_suffix(".mo")
    assert b"Demandes" in made.read_bytes()
    made.write_bytes(b"kept")
    compile_catalogues(tmp_path)
    assert made.read_bytes() == b"kept"
    os.utime(source, ns=(made.stat().st_mtime_ns + 1,) * 2)
    compile_catalogues(tmp_path)
    assert b"Demandes" in made.read_bytes()
    assert sorted(path.name for path in source.parent.iterdir()) == ["messages.mo", "messages.po"]
