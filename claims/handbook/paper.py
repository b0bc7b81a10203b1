"""The handbook as Markdown for a folder and as PDF for a shelf. Pure: values in, text or bytes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from claims.figures import Figures
from claims.handbook.entries import Entry, by_room, source_words
from claims.handbook.plan_rows import Grant
from core.documents import Cell, Column, Document, Letterhead, in_its_language
from core.words import _


@dataclass(frozen=True, slots=True)
class Handbook:
    """`version`: of the benefits plan whose rows it holds; `on`: the day it was printed for."""

    fund: str
    version: str
    on: dt.date
    entries: Sequence[Entry]
    grants: Sequence[Grant]
    figures: Figures


def markdown(book: Handbook) -> str:
    """One heading per reason, one table for the plan."""
    lines = [f"# {_title(book)}", "", _lead(book), ""]
    for room, inside in by_room(book.entries).items():
        lines += [f"## {room}", ""]
        for entry in inside:
            lines += [f"### {entry.reason.code} {entry.reason.title}", "", *_entry(entry, book.figures), ""]
    lines += ["## " + _("What the plan grants"), "", *_table(book.grants, book.figures), ""]
    return "\n".join(lines)


def _title(book: Handbook) -> str:
    return _("Handbook of the rules of the %(fund)s", fund=book.fund)


def _lead(book: Handbook) -> str:
    return _(
        "Printed from the rules that decide, with example figures, for plan %(version)s on %(day)s.",
        version=book.version,
        day=book.figures.day(book.on),
    )


def _entry(entry: Entry, figures: Figures) -> Iterator[str]:
    for saying in entry.sayings:
        yield f"> {saying.sentence}"
        yield f"> — {source_words(saying, figures)}"
        yield ""
    if not entry.sayings:
        yield f"{entry.said_by}\n"
    for label, value in facts_of(entry):
        yield f"- {label}: {value}"
    case = _("Worked case")
    for name in entry.cases:
        yield f"- {case}: {name}"


def facts_of(entry: Entry) -> list[tuple[str, str]]:
    """Label and value, for the page and both papers."""
    pairs = [(_("Effect"), entry.effect), (_("Who can act"), entry.actor), (_("Who bears it"), entry.liable)]
    if entry.advice:
        pairs.append((_("What to do"), entry.advice))
    return pairs


def _table(grants: Sequence[Grant], figures: Figures) -> Iterator[str]:
    heads = (_("Code"), _("Service"), _("Unit"), _("Terms"), _("Valid"), _("Legal reference"))
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * len(heads) + "|"
    for row in grants:
        cells = (row.code, row.name, row.unit, "; ".join(row.terms), valid_words(row, figures), row.basis)
        yield "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def valid_words(row: Grant, figures: Figures) -> str:
    if row.valid_until is None:
        return _("since %(day)s", day=figures.day(row.valid_from))
    return _("%(first)s to %(last)s", first=figures.day(row.valid_from), last=figures.day(row.valid_until))


@in_its_language
def handbook_pdf(book: Handbook, head: Letterhead) -> bytes:
    """The same content on paper."""
    paper = Document(head, kind=_("Handbook"), number=book.version, title=_title(book), issued_on=book.on)
    paper.lead(_lead(book))
    for room, inside in by_room(book.entries).items():
        paper.heading(room)
        for entry in inside:
            _print_entry(paper, entry, book.figures)
    paper.heading(_("What the plan grants"))
    paper.table([Column(_("Service"), 1.2), Column(_("Terms"), 2.4), Column(_("Legal reference"), 1.2)], _rows(book))
    return paper.render()


def _print_entry(paper: Document, entry: Entry, figures: Figures) -> None:
    paper.subheading(f"{entry.reason.code}  {entry.reason.title}")
    for saying in entry.sayings:
        paper.paragraph(f"{saying.sentence} ({source_words(saying, figures)})", is_soft=True)
    if not entry.sayings:
        paper.paragraph(entry.said_by, is_soft=True)
    paper.facts(facts_of(entry))


def _rows(book: Handbook) -> list[tuple[str | Cell, ...]]:
    return [
        (
            Cell(row.name, f"{row.code}, {row.unit}"),
            "; ".join(row.terms) or "–",
            Cell(row.basis, valid_words(row, book.figures)),
        )
        for row in book.grants
    ]
