"""A succession reaches the placements: who is cared for by the unit that ends goes on with the one that follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from flask_babel import force_locale

from care import queries
from care.models import Placement
from care.services.placing import publish
from care.services.replacing import keep_replaced
from care.states import PLACEMENT
from core import audit, clock, outbox
from core.actors import SYSTEM
from core.acts import Act
from core.alike import alike
from core.config import fund
from core.db import db, unit_of_work
from core.numbers import next_number
from core.web.filters import day_words
from core.words import _
from members.readers import readers_of
from providers.handing_over import unheard
from providers.models import Succession

CURSOR = "care.succession"
ONE = dt.timedelta(days=1)


def listen() -> None:
    """The job: all unread events and the cursor in one transaction."""
    with unit_of_work():
        hear()


def hear() -> int:
    """How many placements went over; inside a unit of work. What went over once is found no more."""
    count = 0
    for row, sites in unheard(CURSOR):
        moved = [_move(one, row, sites) for one in queries.placements_from(row.organisation_id, row.takes_over_on)]
        _tell({one.member_id for one in moved}, row.takes_over_on)
        count += len(moved)
    return count


def _move(old: Placement, row: Succession, sites: dict[int, int]) -> Placement:
    """One that has not begun goes over whole; one that runs ends on the day before, and its like begins."""
    first = row.takes_over_on
    keep_replaced(Placement, [old], source="succession", by=SYSTEM)
    if old.valid_from >= first:
        moved = old
    else:
        moved = _begun(old, first)
        old.valid_until = first - ONE
        if old.state == "accepted":
            old.state = PLACEMENT.after(old.state, "end")
        db.session.add(moved)
    moved.organisation_id = row.successor_id
    moved.site_id = sites.get(old.site_id, old.site_id) if old.site_id else None
    db.session.flush()
    after = {"before": old.number, "organisation": row.successor_id, "from": moved.valid_from.isoformat()}
    audit.record("care", Act.PLACEMENT_HANDED_OVER, moved.number, by=SYSTEM, after=after)
    publish(moved, first)
    return moved


def _begun(old: Placement, first: dt.date) -> Placement:
    """Its like, with a number and days of its own."""
    number = next_number("PL", clock.local_day(clock.now(), fund().zone).year)
    moved = alike(old, number=number, valid_from=first, created_at=clock.now())
    moved.pattern = [alike(slot, placement_id=None) for slot in old.pattern]
    return moved


def _tell(member_ids: Collection[int], first: dt.date) -> None:
    """One mail for an account; it names neither the care nor who gives it."""
    rows = readers_of(member_ids, clock.today(fund().zone))
    accounts = {row.account_id: row for row in rows}.values()
    outbox.enqueue_all([_message(row.account_id, row.email, row.locale, first) for row in accounts])


def _message(account_id: int, email: str, locale: str | None, first: dt.date) -> dict[str, object]:
    language = locale if locale in fund().languages else fund().languages[0]
    with force_locale(language):
        day = day_words(first)
        subject = _("From %(day)s another organisation cares for you", day=day)
        body = _(
            "The organisation that cares for you hands its work over on %(day)s. Days, hours and rights stay as they "
            "are. Sign in to see who it is: %(url)s",
            day=day, url=fund().address,
        )  # fmt: skip
    return {
        "template": "care/handed_over", "purpose": "placement", "arguments": {"subject": subject, "body": body},
        "account_id": account_id, "address": email, "locale": language,
    }  # fmt: skip
