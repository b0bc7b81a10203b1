"""What other rooms change under care: a licence changed late closes days again, a contract's end ends placements."""

from __future__ import annotations

import datetime as dt

from care.services.closing import close_records
from care.services.continuity import end_with_contract
from core import clock, events
from core.actors import SYSTEM
from core.config import fund
from core.db import unit_of_work
from core.events import Event

CURSOR = "care.closing"
KINDS = ("provider.licence_changed", "contract.ended")


def listen() -> None:
    """The job: take up the unread events, and move the cursor, in one transaction."""
    with unit_of_work():
        hear()


def hear() -> int:
    """How many events were taken up; inside a unit of work."""
    unread = events.unread(CURSOR, KINDS)
    today = clock.today(fund().zone)
    for event in unread:
        if event.kind == "contract.ended":
            end_with_contract(event.data["contract_id"], event.effective_from)
        else:
            _close_again(event, today)
    if unread:
        events.advance(CURSOR, unread[-1].id)
    return len(unread)


def _close_again(event: Event, today: dt.date) -> None:
    if event.effective_from <= today:
        mine = [event.data["organisation_id"]]
        close_records(event.effective_from, today, by=SYSTEM, organisation_ids=mine)
