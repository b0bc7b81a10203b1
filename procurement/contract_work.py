"""What contracts give people to do: signatures, and contracts that end soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from flask import url_for

from core import clock
from core.actors import Actor
from core.config import fund
from core.roles import PROVIDER_STAFF, Role
from core.web import WorkItem, add_work_list
from core.words import _, ngettext
from procurement.models.contract import Contract
from procurement.queries import contracts as queries

ENDING_DAYS = 60


def register() -> None:
    add_work_list(Role.PROVIDER_MANAGER, to_sign)
    add_work_list(Role.PROCUREMENT_OFFICER, to_sign)
    add_work_list(Role.PROCUREMENT_OFFICER, ending)


def waiting(actor: Actor) -> int:
    """The count beside the room's knot."""
    return len(list(to_sign(actor))) if actor.has(Role.PROVIDER_MANAGER, Role.PROCUREMENT_OFFICER) else 0


def to_sign(actor: Actor) -> Iterable[WorkItem]:
    """Contracts that wait for the signature of the side that `actor` stands on."""
    side = actor.organisation_id if actor.roles & PROVIDER_STAFF else None
    if side is None and actor.roles & PROVIDER_STAFF:
        return
    for row in queries.contracts_to_sign(actor, side):
        yield WorkItem(
            title=_("Sign %(title)s", title=row.title),
            url=url_for("contracts.show", number=row.number),
            context=_("%(number)s with %(name)s", number=row.number, name=row.organisation.name),
            shape="needs_you",
        )


def ending(actor: Actor) -> Iterable[WorkItem]:
    today = clock.today(fund().zone)
    for row in queries.contracts_ending(actor, today, today + dt.timedelta(days=ENDING_DAYS)):
        yield _ending_item(row, (row.valid_until - today).days)


def _ending_item(row: Contract, days: int) -> WorkItem:
    return WorkItem(
        title=_("Renew or end %(number)s", number=row.number),
        url=url_for("contracts.show", number=row.number),
        context=_("%(title)s, with %(name)s", title=row.title, name=row.organisation.name),
        due=ngettext("in %(num)s day", "in %(num)s days", days),
        bucket="week",
        shape="expiring",
    )
