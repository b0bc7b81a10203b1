"""The decision on a complaint, on paper: for who complained, and for every bidder it concerns."""

from __future__ import annotations

from flask_babel import force_locale

from core import clock
from core.config import fund
from core.documents import Document, code, letterhead, typed
from core.words import _
from procurement.models.complaint import Complaint
from procurement.papers import said
from procurement.rulings import OUTCOMES, REMEDIES, redone


def complaint_paper(row: Complaint, language: str, check_code: str = "", *, is_own: bool = True) -> bytes:
    """In `language`. Only who complained reads the complaint itself; before the opening no bidder is named."""
    with force_locale(language):
        return _paper(row, language, check_code, is_own)


def _paper(row: Complaint, language: str, check_code: str, is_own: bool) -> bytes:
    paper = Document(
        letterhead(language),
        kind=_("Decision on a complaint"),
        number=row.number,
        title=_("Complaint %(number)s: %(outcome)s", number=code(row.number), outcome=OUTCOMES[row.outcome]),
        issued_on=clock.local_day(clock.now(), fund().zone),
        check_code=check_code,
    )
    tender, lot = row.tender, row.lot
    paper.lead(_("Tender %(number)s, %(title)s", number=code(tender.number), title=typed(tender.title)))
    about = _("lot %(number)s, %(title)s", number=lot.number, title=typed(lot.title)) if lot else _("the whole tender")
    facts = [(_("About"), about), (_("Sent"), said(row.lodged_at or row.made_at)), (_("Decided by"), row.reviewer_name)]
    if is_own or tender.quality_opened_at:
        facts.insert(0, (_("Complaint of"), typed(row.organisation.name)))
    if row.remedy:
        facts.append((_("Remedy"), str(REMEDIES[row.remedy])))
    paper.facts(facts)
    if is_own:
        paper.heading(_("What was said to be wrong"))
        _paragraphs(paper, row.text)
    paper.heading(_("Reasons of the decision"))
    _paragraphs(paper, row.decision)
    if row.state == "satisfied":
        paper.heading(_("What is done again"))
        for sentence in redone(row):
            paper.paragraph(typed(sentence))
        paper.note(_("Until this is done nothing moves and no contract is signed. What stood before stays on record."))
    else:
        paper.note(_("The complaint is closed: it no longer keeps the tender from going on."))
    paper.signature(row.reviewer_name, _("Complaints officer, without a part in this tender"), said(clock.now()))
    return paper.render()


def _paragraphs(paper: Document, text: str) -> None:
    """As it was typed: an empty line parts two of them."""
    for part in text.splitlines():
        if part.strip():
            paper.paragraph(typed(part))
