"""Documents: what is on the paper, in both writing directions, byte for byte the same each time."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from importlib.metadata import version
from io import BytesIO

import pytest
from flask import Flask
from flask_babel import Babel, get_locale
from pypdf import PdfReader

from core.documents import (
    Cell,
    Column,
    Document,
    Figure,
    Knot,
    Letterhead,
    Strand,
    code,
    count,
    day,
    in_its_language,
    money,
    typed,
)
from core.documents.text import is_right_to_left, plain, text_width, visual, wrap
from core.money import Currency

TZD, XOF = Currency("TZD", 3, True), Currency("XOF", 0)
ENGLISH = Letterhead("National Care Fund", "en", "https://care.example/", is_demo=True)
ARABIC = Letterhead("الصندوق الوطني للرعاية", "ar", "https://care.example", is_demo=True)
MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def letter(head: Letterhead, *, rows: int = 2, name: str = "Tissnit") -> Document:
    title = "قرار الصندوق" if is_right_to_left(head.locale) else "The fund decided"
    document = Document(
        head,
        kind=title,
        number="T-2026-014-K",
        title=f"{title} {code('T-2026-014-K')}",
        issued_on=dt.date(2026, 11, 17),
        check_code="7QK4-M2XA",
    )
    document.lead(typed(name)).note(day(dt.date(2026, 3, 1), head.locale)).fingerprint("SHA-256", "9f86d081" * 8)
    document.key_figures([Figure(title, money(480_000_000, TZD, head.locale), "x")])
    document.strands([Strand("a", "1", 31_980, "solid"), Strand("b", "2", 0, "dotted"), Strand("c", "3", 9, "hatched")])
    document.timeline([Knot("1", "x", "done"), Knot("2", "y", "now"), Knot("3", "z", "ahead")])
    columns = [Column(title, 2), Column(title, is_amount=True)]
    lines = [(Cell(typed(name), code(f"L-{row:03}")), money(-12_345, TZD, head.locale)) for row in range(rows)]
    document.table(columns, lines, (title, money(1, TZD, head.locale)))
    return document.facts([(title, typed(name))]).signature(name, title, title)


def words(content: bytes) -> str:
    """The text of all pages as a search would see it: letters, not presentation forms, and no direction marks."""
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return MARKS.sub("", unicodedata.normalize("NFKC", text))


def test_reportlab_was_not_downgraded_by_another_package() -> None:
    assert tuple(map(int, version("reportlab").split(".")[:2])) >= (5, 1)


@pytest.mark.parametrize("head", [ENGLISH, ARABIC], ids=["en", "ar"])
def test_the_same_values_give_the_same_bytes(head: Letterhead) -> None:
    assert letter(head).render() == letter(head).render()
    assert letter(head).render() != letter(head, rows=3).render()


@pytest.mark.parametrize("head", [ENGLISH, ARABIC], ids=["en", "ar"])
def test_numbers_and_amounts_are_found_in_the_text(head: Letterhead) -> None:
    found = words(letter(head).render())
    for expected in ("T-2026-014-K", "480,000.000 TZD", "−12.345 TZD", "0.001 TZD", "7QK4-M2XA", "2026", "L-001"):
        assert expected in found


def test_arabic_words_are_joined_forms_that_read_back_as_the_same_letters() -> None:
    found = words(letter(ARABIC).render())
    assert any(word in found for word in ("الصندوق", "الصندوق"[::-1]))


def test_a_short_vowel_stands_beside_its_own_letter() -> None:
    drawn = visual("ما وُجد", "ar")
    assert unicodedata.normalize("NFKC", drawn[drawn.index("\u064f") + 1]) == "و"


def test_rows_do_not_run_into_each_other_where_only_bold_letters_need_a_second_line() -> None:
    names = ["House" + " of care" * count + " i" * more for count in range(1, 5) for more in range(8)]
    document = Document(ENGLISH, kind="x", number="K-1", title="x", issued_on=dt.date(2026, 1, 1))
    rows = [(Cell(name, f"below-{place}"), f"beside-{place}") for place, name in enumerate(names)]
    document.table([Column("Name", 1, is_bold=True), Column("y", 4)], rows)
    at: dict[str, float] = {}
    for number, page in enumerate(PdfReader(BytesIO(document.render())).pages):
        page.extract_text(
            visitor_text=lambda text, _cm, tm, _font, _size, page=number: at.update({text.strip(): tm[5] - 1000 * page})
        )
    for place in range(len(names) - 1):
        assert at[f"below-{place}"] - at[f"beside-{place + 1}"] > 14, names[place]


@pytest.mark.parametrize("head", [ENGLISH, ARABIC], ids=["en", "ar"])
def test_markup_in_a_name_is_text(head: Letterhead) -> None:
    name = '<img src="https://evil.example/x"> & <b>fils</b>'
    content = letter(head, name=name).render()
    assert "<b>fils</b>" in words(content)
    assert not any(page.images for page in PdfReader(BytesIO(content)).pages)
    assert b"/URI" not in content


def test_direction_marks_and_control_characters_in_a_name_are_dropped() -> None:
    assert plain(typed("gpj\u202e.exe\x00\nx")) == "gpj.exe x"


def test_the_metadata_name_title_author_and_language() -> None:
    reader = PdfReader(BytesIO(letter(ARABIC).render()))
    assert reader.metadata is not None
    assert reader.metadata.title == "T-2026-014-K: قرار الصندوق T-2026-014-K"
    assert reader.metadata.author == ARABIC.fund
    assert reader.trailer["/Root"]["/Lang"] == "ar"
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/Direction"] == "/R2L"


def test_a_long_table_repeats_its_head_and_counts_its_pages() -> None:
    reader = PdfReader(BytesIO(letter(ENGLISH, rows=90).render()))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
        assert "Demo." in text
    assert all(f"L-{row:03}" in " ".join(pages) for row in range(90))
    assert "The fund decided" in pages[1].split("L-")[0]


def test_only_the_demo_carries_the_demo_mark() -> None:
    assert "Demo." not in words(letter(Letterhead("Fund", "en", "https://care.example")).render())


def test_codes_and_negative_amounts_survive_after_arabic_letters() -> None:
    for inside in ("2026-014", "−5.000", "T-2026-014"):
        assert inside in visual(f"رقم {code(inside)} هنا", "ar")
    assert "014-2026" in visual("رقم 2026-014", "ar"), "without isolation it is reversed, so the test can fail"


def test_a_fingerprint_reads_from_the_left_in_arabic_too() -> None:
    digest = "0123456789abcdef" * 4
    content = Document(ARABIC, kind="k", number="n", title="t", issued_on=dt.date(2026, 1, 1)).fingerprint("x", digest)
    assert "01234567 89abcdef" in words(content.render())


def test_a_letter_speaks_its_own_language_not_the_readers() -> None:
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: "fr")
    heard: list[str] = []
    with app.test_request_context():
        in_its_language(lambda _content, _head: heard.append(str(get_locale())) or b"")("", ARABIC)
        heard.append(str(get_locale()))
    assert heard == ["ar", "fr"]


def test_lines_are_wrapped_before_they_are_reordered() -> None:
    lines = wrap("واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية", 90, 10, "ar")
    assert len(lines) > 1
    assert lines[0].startswith("واحد")
    assert lines[-1].endswith("ثمانية")


def test_a_latin_name_that_breaks_over_lines_stays_isolated_on_both() -> None:
    lines = wrap(f"تعاونية {typed('Coopérative de services à la personne')} هنا", 90, 10, "ar")
    assert len(lines) > 2
    for line in lines:
        assert len(re.findall("[\u2066-\u2068]", line)) == line.count("\u2069")


def test_a_word_wider_than_its_column_is_cut_and_loses_nothing() -> None:
    lines = wrap("x" * 200, 60, 10, "en")
    assert "".join(lines) == "x" * 200
    assert all(text_width(line, 10, "en") <= 60 for line in lines)


@pytest.mark.parametrize(
    ("locale", "shown"),
    [("en", "1,234.500 TZD"), ("fr", "1 234,500 TZD"), ("es", "1.234,500 TZD"), ("ar", "1,234.500 TZD")],
)
def test_amounts_are_grouped_as_the_language_groups(locale: str, shown: str) -> None:
    assert re.sub(r"\s", " ", plain(money(1_234_500, TZD, locale))) == shown
    assert plain(money(3_501, XOF, "en")) == "3,501\u00a0XOF"
    assert plain(count(2_481_993, "en")) == "2,481,993"


def test_days_are_written_out_in_the_language() -> None:
    shown = [re.sub(r"\s", " ", plain(day(dt.date(2026, 3, 1), locale))) for locale in ("en", "fr", "ar")]
    assert shown == ["1 March 2026", "1 mars 2026", "1 مارس 2026"]


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("أ (ب) «ج»", "«ج» (ب) أ"),
        ("أ (95 %) و (ب)", "(ب) و (% 95) أ"),
        ("أ \u2066Fund (A)\u2069", "Fund (A) أ"),
        ("أ (95", "95) أ"),
    ],
    ids=["pairs", "two", "inside a name", "half"],
)
def test_brackets_hold_what_is_between_them_from_right_to_left(said: str, drawn: str) -> None:
    assert unicodedata.normalize("NFKC", visual(said, "ar")) == drawn
