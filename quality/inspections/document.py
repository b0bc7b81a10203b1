"""A checklist on paper: empty to fill by hand, or the report as it was signed. Pure: values in, PDF out."""

from __future__ import annotations

from dataclasses import dataclass

from core.documents import Cell, Column, Document, Letterhead, code, day, in_its_language, typed
from core.words import _
from quality.inspections.checklists import WORDS, Checklist, Item, Scale
from quality.inspections.models import Inspection, InspectionAnswer
from quality.wording import worded_checklist

LINE = "." * 60  # to write on
BOX, APART = "[\u00a0\u00a0]\u00a0", "   "  # to tick: our letters have no lozenge


@dataclass(frozen=True, slots=True)
class Paper:
    """`is_filled`: with the answers, else empty to fill by hand."""

    row: Inspection
    checklist: Checklist
    basis: str
    is_filled: bool


@in_its_language
def sheet_pdf(paper: Paper, head: Letterhead) -> bytes:
    """The same inspection gives the same bytes."""
    row, checklist, filled, language = paper.row, worded_checklist(paper.checklist), paper.is_filled, head.locale
    kind = _("Report of an inspection") if filled and row.reported_at else _("Checklist of an inspection")
    document = Document(head, kind=kind, number=row.number, title=typed(checklist.title), issued_on=row.visit_on)
    document.lead(typed(row.organisation.name))
    document.facts([
        (_("Day of the visit"), day(row.visit_on, language)),
        *([(_("Place"), typed(row.place))] if row.place else []),
        (_("Inspector"), typed(row.inspector_name)),
        (_("Visit"), _("announced") if row.is_announced else _("not announced")),
        (_("Basis"), typed(paper.basis)),
    ])  # fmt: skip
    said = {one.item: one for one in row.answers} if filled else {}
    for section in checklist.sections:
        document.heading(typed(section.title))
        document.table(_columns(), [_item(item, said.get(item.code), language) for item in section.items])
    if filled and row.summary:
        document.heading(_("Summary"))
        document.paragraph(typed(row.summary))
    if filled and row.reply:
        document.heading(_("Answer of the provider"))
        document.paragraph(typed(row.reply))
    document.signature(typed(row.inspector_name), _("Inspector"), day(row.visit_on, language))
    return document.render()


def _columns() -> list[Column]:
    return [Column("", 0.5, is_bold=True), Column(_("What is looked at"), 3), Column(_("Answer"), 2.8)]


def _item(item: Item, said: InspectionAnswer | None, language: str) -> tuple[str | Cell, ...]:
    basis = typed(item.basis) + (" · " + _("safety-critical") if item.is_critical else "")
    return code(item.code), Cell(typed(item.text), basis), _answer(item, said, language)


def _answer(item: Item, said: InspectionAnswer | None, language: str) -> str | Cell:
    if said is None:
        choices = list("1234567") if item.scale is Scale.POINTS else [WORDS["yes"], WORDS["no"]]
        return Cell(APART.join(f"{BOX}{choice}" for choice in [*choices, WORDS["na"]]), LINE)
    value = str(WORDS.get(said.value, said.value))
    if not said.is_finding:
        return Cell(value, typed(said.note))
    until = _("to be mended by %(day)s", day=day(said.mend_by, language)) if said.mend_by else ""
    finding = _("finding")
    return Cell(f"{value}: {finding}", f"{typed(said.note)} · {until}")
