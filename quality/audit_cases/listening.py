"""The worker's part: what an inspector found about someone's safety opens a case at once, one per inspection."""

from __future__ import annotations

from core import events
from core.actors import SYSTEM
from core.db import unit_of_work
from core.words import _
from quality.audit_cases import queries
from quality.audit_cases.services import Question, open_case
from quality.queries.providers import provider_of

CURSOR, RAISED = "quality.audit_cases", "safeguarding.raised"


def hear() -> None:
    """The job: each event once; a second item of the same inspection joins its case."""
    with unit_of_work():
        unread = events.unread(CURSOR, (RAISED,))
        for event in unread:
            _open(event)
        if unread:
            events.advance(CURSOR, unread[-1].id)


def _open(event: events.Event) -> None:
    inspection, provider = event.data["inspection"], provider_of(event.data["organisation_id"])
    if provider is None or queries.is_asked("inspection", inspection):
        return
    question = _("An inspection failed an item of safety: %(item)s", item=event.data["text"])
    asked = Question(question, "inspection", inspection, is_safeguarding=True)
    open_case(provider, asked, by=SYSTEM)
