"""A list from its draft to its end."""

from __future__ import annotations

import datetime as dt

from core import audit, clock
from core.actors import SYSTEM, Actor
from core.acts import Act
from core.config import fund
from core.db import db, unit_of_work
from core.errors import Forbidden, InputErrors
from core.numbers import next_number
from core.roles import Role
from core.words import _l
from procurement.listing import noted
from procurement.models.open_list import OpenList, OpenListLine, OpenListVersion
from procurement.queries import open_lists as queries
from procurement.services.contracts import STREAM
from procurement.services.open_lists.telling import tell
from procurement.services.open_lists.terms import OpenTerms, draft_defects, terms_on
from procurement.services.rules import tariff
from procurement.states.open_list import APPLICATION, CHANGE, OPEN_LIST


def draft(terms: OpenTerms, *, by: Actor) -> OpenList:
    """A list with its fixed prices, not yet open."""
    if problems := list(draft_defects(terms)):
        raise InputErrors(problems)
    now = clock.now()
    row = OpenList(
        number=next_number("L", clock.local_day(now, fund().zone).year), state=OPEN_LIST.initial, title=terms.title,
        service_line=terms.service_line, conditions=terms.conditions.strip(), is_reserved=terms.is_reserved,
        minimum_places=terms.minimum_places, evidence=list(terms.evidence), valid_from=terms.valid_from,
        valid_until=terms.valid_until, version=0, least_applicants=0, drafted_by=by.person, created_at=now,
    )  # fmt: skip
    rates = sorted(terms.rates.items())
    row.lines = [OpenListLine(service=name, rate=rate, valid_from=terms.valid_from) for name, rate in rates]
    db.session.add(row)
    db.session.flush()
    return row


def publish(open_list: OpenList, *, by: Actor) -> None:
    """Open it for everyone who meets its terms; a second officer does so. Its days to gather begin."""
    target = OPEN_LIST.after(open_list.state, "publish")
    if not by.has(Role.PROCUREMENT_OFFICER):
        raise Forbidden(_l("A procurement officer publishes open lists."))
    words = _l("You drafted this list, so another officer must publish it.")
    by.must_differ_from([open_list.drafted_by], words)
    open_list.state, open_list.published_by, open_list.published_at = target, by.person, clock.now()
    _set_minimum(open_list)
    _keep_first_version(open_list)
    after = {line.service: str(line.rate) for line in open_list.lines}
    audit.record(STREAM, Act.OPEN_LIST_PUBLISHED, open_list.number, by=by, after=after)


def close(open_list: OpenList, *, by: Actor) -> None:
    """Nobody joins any more; contracts go on, and what was sent is still decided."""
    _end(open_list, "close", "closed", by)


def stands(open_list: OpenList) -> bool:
    """Whether enough providers applied in time; a list without a minimum stands from its first day."""
    return open_list.gathers_until is None or queries.gathered(open_list) >= open_list.least_applicants


def has_failed(open_list: OpenList, on: dt.date) -> bool:
    """Told by the clock: its days are over and too few applied, whether or not the worker has noticed."""
    is_over = open_list.gathers_until is not None and on > open_list.gathers_until
    return open_list.state == "failed" or (open_list.state == "published" and is_over and not stands(open_list))


def fail_what_is_due() -> None:
    """The worker's tick: lists that too few wanted end, and whoever applied is told."""
    today = clock.today(fund().zone)
    for number in queries.gathering_ended(today):
        with unit_of_work():
            open_list = queries.open_list_by_number(number)
            if open_list is not None and open_list.state == "published" and has_failed(open_list, today):
                _fail(open_list)


def _fail(open_list: OpenList) -> None:
    _end(open_list, "fail", "too few applied", SYSTEM)
    for row in queries.undecided(open_list):
        row.state = APPLICATION.after(row.state, "lapse")
        tell(row, "list_failed")


def _end(open_list: OpenList, action: str, reason: str, by: Actor) -> None:
    before = {"state": open_list.state}
    open_list.state = OPEN_LIST.after(open_list.state, action)
    db.session.flush()
    after = {"state": open_list.state}
    audit.record(STREAM, Act.OPEN_LIST_PUBLISHED, open_list.number, by=by, reason=reason, before=before, after=after)


def _set_minimum(open_list: OpenList) -> None:
    """The plan's rule of the day of publication stays with the list."""
    today = clock.today(fund().zone)
    rules = tariff(today).rules
    if rules.least_applicants:
        open_list.least_applicants = rules.least_applicants
        open_list.gathers_until = today + dt.timedelta(days=rules.gather_days)


def _keep_first_version(open_list: OpenList) -> None:
    open_list.version = 1
    now = clock.now()
    row = OpenListVersion(
        open_list_id=open_list.id, state=CHANGE.initial, changes=[], effective_from=open_list.valid_from,
        terms=noted(terms_on(open_list, open_list.valid_from)), proposed_by=open_list.drafted_by,
        proposed_at=open_list.created_at,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    row.state, row.version = CHANGE.after(row.state, "publish"), 1
    row.decided_by, row.decided_at = open_list.published_by, now
    db.session.flush()
