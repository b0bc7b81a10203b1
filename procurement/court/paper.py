"""The court file on pages: cover, index with pages and hashes, then every exhibit in its order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core import clock
from core.config import fund
from core.documents import Cell, Column, Document, code, in_house_language, letterhead, typed
from core.words import _
from procurement import papers
from procurement.court.exhibits import Exhibit, Section
from procurement.models.court import CourtFile


@dataclass(slots=True)
class Filed:
    """An exhibit with its hash and size; `withheld` says why others may not see it. Pages are known when printed."""

    number: int
    section: Section
    exhibit: Exhibit
    sha256: str
    size: int
    withheld: dict[str, str] | None = None
    pages: list[int] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        one = self.exhibit
        return {
            "number": self.number, "section": str(self.section.title), "name": one.name, "title": str(one.title),
            "pages": self.pages, "sha256": self.sha256, "size": self.size, "author": one.author,
            "at": one.at.isoformat() if one.at else "", "role": one.role, "key": one.key, "withheld": self.withheld,
        }  # fmt: skip


@in_house_language
def court_file_pdf(file: CourtFile, filed: Sequence[Filed], check_code: str) -> bytes:
    """Printed until the pages that the index names are those on which the exhibits stand."""
    content = b""
    for _attempt in range(4):
        before = [list(row.pages) for row in filed]
        content = _printed(file, filed, check_code)
        if before == [row.pages for row in filed]:
            break
    return content


def _printed(file: CourtFile, filed: Sequence[Filed], check_code: str) -> bytes:
    tender = file.tender
    paper = Document(
        letterhead(), kind=_("Procedure file"), number=file.number,
        title=_("%(title)s: the whole procedure", title=typed(tender.title)),
        issued_on=clock.local_day(file.asked_at, fund().zone), check_code=check_code,
    )  # fmt: skip
    _cover(paper, file, filed)
    _index(paper, filed)
    section = None
    for row, begins in zip(filed, [list[int]() for _row in filed], strict=True):
        if row.section is not section:
            section = row.section
            paper.new_page().heading(str(section.title))
        _exhibit(paper, row, begins)
    return paper.render()


def _cover(paper: Document, file: CourtFile, filed: Sequence[Filed]) -> None:
    tender, withheld = file.tender, sum(1 for row in filed if row.withheld)
    paper.facts(
        [
            (_("Tender"), f"{code(tender.number)} {typed(tender.title)}"),
            (_("Stands at"), tender.state),
            (_("Asked for by"), f"{typed(file.asked_by)}, {papers.said(file.asked_at)}"),
            (_("Exhibits"), str(len(filed))),
            *(
                [(_("Copy for"), typed(file.organisation.name)), (_("Withheld"), str(withheld)),
                 (_("Why"), f"{code(file.reason_code)} {typed(file.reason)}")]
                if file.organisation
                else []
            ),
        ]
    )  # fmt: skip
    paper.note(
        _("The originals lie in the ZIP beside this paper. Its script verify.py checks hashes, chain, points and draw.")
    )


def _index(paper: Document, filed: Sequence[Filed]) -> None:
    columns = [
        Column("#", 0.35), Column(_("Exhibit"), 2.6, is_bold=True), Column(_("Author, time"), 1.6),
        Column(_("SHA-256"), 1.7), Column(_("Page"), 0.6, is_amount=True),
    ]  # fmt: skip
    paper.heading(_("Index"))
    paper.table(columns, [_index_row(row) for row in filed])


def _index_row(row: Filed) -> list[str | Cell]:
    one = row.exhibit
    when = papers.said(one.at) if one.at else ""
    pages = "–".join(str(page) for page in dict.fromkeys(row.pages))
    return [
        str(row.number), Cell(typed(str(one.title)), code(one.name) if not row.withheld else _("withheld")),
        Cell(typed(one.author), when), code(_groups(row.sha256)), pages,
    ]  # fmt: skip


def _exhibit(paper: Document, row: Filed, pages: list[int]) -> None:
    one = row.exhibit
    paper.subheading(f"{row.number}. {typed(str(one.title))}")
    paper.mark(_told(row, pages, is_first=True))
    facts = [(_("Author"), typed(one.author) or "–"), (_("Time"), papers.said(one.at) if one.at else "–")]
    facts += [(_("In the ZIP"), code(one.name)), (_("SHA-256"), code(_groups(row.sha256)))]
    paper.facts(facts)
    if row.withheld:
        paper.note(_("Withheld on %(day)s: %(why)s", day=row.withheld["on"], why=typed(row.withheld["reason"])))
        if until := row.withheld.get("until"):
            paper.paragraph(_("Until %(day)s; a copy made later holds it.", day=code(until)), is_soft=True)
    elif one.show:
        one.show(paper)
    paper.mark(_told(row, pages, is_first=False))


def _told(row: Filed, pages: list[int], *, is_first: bool) -> Callable[[int], None]:
    def tell(page: int) -> None:
        if is_first:
            pages[:] = [page]
        else:
            row.pages = [pages[0], page]

    return tell


def _groups(digest: str) -> str:
    """Hex in groups of eight: it can wrap, and be read aloud."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
