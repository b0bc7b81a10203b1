"""What open lists give people to do: applications, changes and appeals to decide, terms to confirm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from flask import url_for

from core import clock
from core.actors import Actor
from core.config import fund
from core.roles import Role
from core.web import WorkItem, add_work_list
from core.words import _
from procurement.queries import open_lists as queries
from procurement.services.rules import tariff
from procurement.states.open_list import ON_THE_LIST, UNDECIDED


def register() -> None:
    add_work_list(Role.PROCUREMENT_OFFICER, officer_work)
    add_work_list(Role.PROVIDER_MANAGER, provider_work)
    add_work_list(Role.COMPLAINTS_OFFICER, appeal_work)


def officer_work(who: Actor) -> Iterable[WorkItem]:
    """Applications that wait for this officer, and lists and changes that a colleague prepared."""
    today = clock.today(fund().zone)
    for row in queries.waiting(who, ("submitted", "checked")):
        if row.state == "checked" and row.acted_by == who.person:
            continue
        sent = clock.local_day(row.submitted_at, fund().zone)
        due = sent + dt.timedelta(days=tariff(today).rules.decision_days)
        title = _("Decide %(number)s", number=row.number) if row.state == "checked" else _(
            "Check %(number)s", number=row.number
        )  # fmt: skip
        context = _("%(name)s applies to join %(list)s", name=row.organisation.name, list=row.open_list.title)
        url = url_for("list_applications.show", number=row.number)
        yield WorkItem(title, url, context, due=due, is_urgent=due <= today, shape="needs_you")
    for change in queries.proposed_changes(who):
        if change.proposed_by != who.person:
            number = change.open_list.number
            title = _("Publish or drop a change of %(number)s", number=number)
            context = change.open_list.title
            yield WorkItem(title, url_for("open_lists.change", number=number), context, shape="needs_you")


def provider_work(who: Actor) -> Iterable[WorkItem]:
    """What was asked, and terms to confirm."""
    for row in queries.own_applications(who.organisation_id):
        url, context = url_for("list_applications.show", number=row.number), row.open_list.title
        if row.state == "incomplete":
            title = _("Complete %(number)s", number=row.number)
            yield WorkItem(title, url, context, due=row.complete_by, shape="needs_you")
        elif row.state in (*UNDECIDED, *ON_THE_LIST) and row.confirmed_version < row.open_list.version:
            title = _("Confirm the changed terms of %(list)s", list=row.open_list.number)
            yield WorkItem(title, url, context, shape="unconfirmed")


def appeal_work(who: Actor) -> Iterable[WorkItem]:
    for row in queries.pending_appeals(who):
        title = _("Decide the appeal about %(number)s", number=row.application.number)
        url = url_for("list_applications.show", number=row.application.number)
        yield WorkItem(title, url, row.application.organisation.name, shape="needs_you")
