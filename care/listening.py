"""What other rooms change under records of care: a licence changed late makes the days since be closed again."""

from __future__ import annotations

from care.services.closing import close_records
from core import clock, events
from core.actors import SYSTEM
from core.config import fund
from core.db import unit_of_work

CURSOR = "care.closing"
KINDS = ("provider.licence_changed",)


def listen() -> None:
    """The job: close again what the unread events touch, and move the cursor, in one transaction."""
    with unit_of_work():
        hear()


def hear() -> int:
    """How many events were taken up; inside a unit of work."""
    unread = events.unread(CURSOR, KINDS)
    today = clock.today(fund().zone)
    for event in unread:
        if event.effective_from <= today:
            mine = [event.data["organisation_id"]]
            close_records(event.effective_from, today, by=SYSTEM, organisation_ids=mine)
    if unread:
        events.advance(CURSOR, unread[-1].id)
    return len(unread)
