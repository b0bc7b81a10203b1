"""The decision of a registrar on paper, printed from its row alone: the same bytes at every print."""

from __future__ import annotations

from flask_babel import force_locale

from core.documents import Document, Letterhead, day, letterhead, typed
from core.words import _
from providers.models import ProviderDecision
from providers.states import DECISIONS

DECISION = "provider_decision"


def number_of(row: ProviderDecision) -> str:
    return f"{row.provider.number}/{row.number}"


def decision_letter(row: ProviderDecision, check_code: str = "") -> bytes:
    with force_locale(row.lang):
        return _letter(row, letterhead(row.lang), check_code)


def _letter(row: ProviderDecision, head: Letterhead, check_code: str) -> bytes:
    """The result first, then its days, the reason, and what can be done until when."""
    paper = Document(
        head, kind=_("Decision"), number=number_of(row), title=str(DECISIONS[row.kind]), issued_on=row.decided_on,
        check_code=check_code,
    )  # fmt: skip
    organisation = row.provider.organisation
    facts = [(_("To"), typed(organisation.name)), (_("Register number"), organisation.register_number)]
    if row.valid_from is not None:
        facts.append((_("First day"), day(row.valid_from, head.locale)))
    if row.valid_until is not None:
        facts.append((_("Last day"), day(row.valid_until, head.locale)))
    paper.facts(facts)
    paper.heading(_("Why"))
    paper.paragraph(typed(row.reason))
    if row.appeal_until is not None:
        until = day(row.appeal_until, head.locale)
        paper.note(_("You can appeal until %(day)s. Somebody else decides about it.", day=until))
    paper.paragraph(_("For the register: %(name)s", name=typed(row.signed_by)), is_soft=True)
    return paper.render()
