"""The plan for the year on paper. Pure: values in, PDF out."""

from __future__ import annotations

from core import clock
from core.config import fund
from core.documents import Cell, Column, Document, Figure, Letterhead, code, count, in_its_language, typed
from core.words import _
from quality.desk import year_words
from quality.desk.models import AuditPlan


@in_its_language
def plan_pdf(plan: AuditPlan, head: Letterhead) -> bytes:
    """Everyone of the frame with the reason: those visited first, then those not, then what was changed."""
    chosen, others = ([row for row in plan.visits if bool(row.basis) is is_chosen] for is_chosen in (True, False))
    day = clock.local_day(plan.approved_at or plan.proposed_at, fund().zone)
    title = _("Plan of audits for %(year)s", year=plan.year)
    document = Document(head, kind=_("Plan for the year"), number=plan.number, title=title, issued_on=day)
    document.lead(
        _("Every provider has its reason, chosen or not. A visit is no reproach, and no ground for not paying.")
    )
    document.key_figures(
        [
            Figure(_("Visits"), count(len(chosen), head.locale)),
            Figure(_("Auditor-days planned"), count(sum(row.days for row in chosen), head.locale)),
            Figure(_("Auditor-days there are"), count(sum(days for _name, days in plan.auditors), head.locale)),
        ]
    )
    document.heading(_("Who is visited"))
    columns = [Column(_("Provider"), 2.6, is_bold=True), Column(_("Why"), 4.4), Column(_("Auditor"), 1.6)]
    document.table(
        [*columns, Column(_("Days"), 0.7, is_amount=True)],
        [
            (
                Cell(typed(row.organisation.name), code(row.provider)),
                Cell(year_words.basis(row), year_words.reason(row)),
                typed(row.auditor),
                count(row.days, head.locale),
            )
            for row in chosen
        ],
    )
    document.heading(_("Who is not, and why"))
    document.table(
        columns[:2],
        [(Cell(typed(row.organisation.name), code(row.provider)), year_words.reason(row)) for row in others],
    )
    _changes(document, plan)
    document.fingerprint(_("Frame (SHA-256)"), plan.frame_hash)
    document.paragraph(_("Public words of the draw: %(words)s", words=typed(plan.announced)), is_soft=True)
    if plan.digest:
        document.fingerprint(_("Plan (SHA-256)"), plan.digest)
    return document.render()


def _changes(document: Document, plan: AuditPlan) -> None:
    if plan.changes:
        document.heading(_("Changed since"))
        document.table(
            [Column(_("Provider"), 2, is_bold=True), Column(_("Change"), 1), Column(_("Why"), 4)],
            [
                (
                    code(row.provider),
                    year_words.change(row),
                    Cell(typed(row.reason), typed(row.changed_by_name)),
                )
                for row in plan.changes
            ],
        )
