"""Changed terms: one officer proposes, another publishes; every contract of the list follows in the same act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, InputErrors, Problem
from core.words import _l
from procurement.contract_document import rate_text
from procurement.listing import ListTerms, changed_rates, changes, noted, read
from procurement.models.open_list import OpenList, OpenListLine, OpenListVersion
from procurement.queries import open_lists as queries
from procurement.services import contracts
from procurement.services.contracts import STREAM, TariffLine
from procurement.services.open_lists.telling import tell
from procurement.services.open_lists.terms import defects, terms_on
from procurement.services.rules import tariff
from procurement.states.open_list import CHANGE

Rates = Mapping[str, Decimal | None]


def propose_change(
    open_list: OpenList, terms: ListTerms, *, effective_from: dt.date, reason: str, by: Actor
) -> OpenListVersion:
    """How the list shall read from a day on; the plan's notice lies between."""
    if open_list.state != "published":
        raise Conflict(_l("Only a list that is open changes its terms."))
    if queries.proposed_change(open_list):
        raise Conflict(_l("Another change waits already."))
    before = terms_on(open_list, effective_from)
    problems = [*_day_defects(open_list, effective_from), *defects(terms, open_list.service_line, effective_from)]
    if not reason.strip():
        problems.append(Problem("reason", _l("Say why. Everybody on the list reads it.")))
    if noted(before) == noted(terms):
        problems.append(Problem("", _l("Nothing differs from the list as it stands.")))
    if problems:
        raise InputErrors(problems)
    row = OpenListVersion(
        open_list=open_list, state=CHANGE.initial, terms=noted(terms), changes=_shown_changes(before, terms),
        reason=reason.strip(), effective_from=effective_from, proposed_by=by.person, proposed_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    after = {"changes": [change["where"] for change in row.changes], "from": effective_from.isoformat()}
    audit.record(STREAM, Act.OPEN_LIST_CHANGED, open_list.number, by=by, reason=row.reason, after=after)
    return row


def drop_change(change: OpenListVersion, *, by: Actor) -> None:
    """The second officer, or whoever proposed it, takes it off the table."""
    change.state, change.decided_at = CHANGE.after(change.state, "drop"), clock.now()
    change.decided_by = None if by.person == change.proposed_by else by.person
    db.session.flush()
    after = {"state": change.state}
    audit.record(STREAM, Act.OPEN_LIST_CHANGED, change.open_list.number, by=by, after=after)


def publish_change(change: OpenListVersion, *, by: Actor) -> None:
    """The new version counts: the list's prices, and those of every contract on it, from its first day on."""
    open_list, target = change.open_list, CHANGE.after(change.state, "publish")
    words = _l("You proposed this change, so another officer must publish it.")
    by.must_differ_from([change.proposed_by], words)
    if change.effective_from < clock.today(fund().zone):
        raise Conflict(_l("Its first day is over. Drop it and propose another."))
    queries.hold(open_list)
    terms = read(change.terms)
    moved = changed_rates(terms_on(open_list, change.effective_from), terms)
    open_list.conditions, open_list.evidence = terms.conditions, list(terms.evidence)
    open_list.minimum_places, open_list.version = terms.minimum_places, open_list.version + 1
    change.state, change.version = target, open_list.version
    change.decided_by, change.decided_at = by.person, clock.now()
    _move_list(open_list, change, moved)
    _move_contracts(open_list, change, moved, by)
    after = {"version": change.version, "rates": {name: str(rate) for name, rate in moved.items()}}
    audit.record(STREAM, Act.OPEN_LIST_CHANGED, open_list.number, by=by, reason=change.reason, after=after)
    for row in queries.to_confirm(open_list):
        tell(row, "list_changed", change.effective_from.isoformat())


def _move_list(open_list: OpenList, change: OpenListVersion, moved: Rates) -> None:
    eve = change.effective_from - dt.timedelta(days=1)
    for line in [row for row in open_list.lines if row.service in moved]:
        if line.valid_from > eve:
            open_list.lines.remove(line)
            db.session.delete(line)
        elif line.valid_until is None or line.valid_until > eve:
            line.valid_until = eve
    db.session.flush()
    new = [(name, rate) for name, rate in moved.items() if rate is not None]
    open_list.lines.extend(
        OpenListLine(service=name, rate=rate, valid_from=change.effective_from) for name, rate in new
    )
    db.session.flush()


def _move_contracts(open_list: OpenList, change: OpenListVersion, moved: Rates, by: Actor) -> None:
    """Contracts of suspended providers have no price now, and take the new one when they are restored."""
    if not moved:
        return
    lines = [
        TariffLine(line.service, line.rate, valid_from=line.valid_from)
        for line in open_list.lines_on(change.effective_from)
        if line.service in moved
    ]
    for contract in queries.followers(open_list):
        contracts.set_rates(contract, set(moved), lines, on=change.effective_from, reason=change.reason, by=by)


def first_day(open_list: OpenList) -> dt.date:
    """The first one that a change proposed today may have: the plan's notice lies between."""
    today = clock.today(fund().zone)
    return max(today + dt.timedelta(days=tariff(today).rules.notice_days), open_list.valid_from)


def _day_defects(open_list: OpenList, effective_from: dt.date) -> list[Problem]:
    first = first_day(open_list)
    if first <= effective_from <= open_list.valid_until:
        return []
    words = _l(
        "The first day lies between %(first)s and %(last)s.", first=first.isoformat(),
        last=open_list.valid_until.isoformat(),
    )  # fmt: skip
    return [Problem("effective_from", words, effective_from.isoformat())]


def _shown_changes(before: ListTerms, after: ListTerms) -> list[dict[str, str]]:
    exponent = fund().currency.exponent
    rates = {*before.rates.values(), *after.rates.values()}
    return changes(before, after, {rate: rate_text(rate, exponent) for rate in rates})
