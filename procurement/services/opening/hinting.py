"""What to think of before declaring an interest: what the records say. A hint reminds; the person decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from core import clock
from core.accounts.models import Account
from core.config import fund
from core.words import _l
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.queries.interests import Tie, ties

YEARS = 3


def hints(tender: Tender, person: str) -> list[Any]:
    """The own e-mail domain, surname or earlier post among the bidders and their partners."""
    account = queries.account_of(person)
    if account is None:
        return []
    today = clock.today(fund().zone)
    since = today - dt.timedelta(days=365 * YEARS)
    return [hint for tie in ties(tender, person, since) for hint in _of(tie, account, today)]


def _of(tie: Tie, account: Account, today: dt.date) -> Iterator[Any]:
    name, domain = tie.unit.name, tie.unit.email.rpartition("@")[2].casefold()
    if tie.was_there and (tie.until is None or tie.until >= today):
        yield _l("You act for %(bidder)s, or are a member of it.", bidder=name)
    elif tie.was_there and tie.until is not None:
        yield _l("You acted for %(bidder)s until %(day)s.", bidder=name, day=tie.until.isoformat())
    if domain and domain == account.email.rpartition("@")[2].casefold():
        yield _l("%(bidder)s uses your e-mail domain, %(domain)s.", bidder=name, domain=domain)
    if _surname(account.name) in {_surname(other) for other in tie.names} - {""}:
        yield _l("Someone at %(bidder)s has your surname.", bidder=name)


def _surname(name: str) -> str:
    return name.split()[-1].casefold() if name.split() else ""
