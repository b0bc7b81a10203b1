"""What promises give people to do each period: to report, to verify, to answer; and the worker's tick."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from core import clock, worker
from core.actors import SYSTEM, Actor
from core.config import fund
from core.db import unit_of_work
from core.roles import Role
from core.web import WorkItem, add_work_list
from core.web.filters import day, day_words
from core.words import _, ngettext
from procurement.queries import kpi as queries
from procurement.services import kpi


def register() -> None:
    for role in (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK):
        add_work_list(role, to_report)
    for role in (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR):
        add_work_list(role, for_officers)
    worker.every(3600, "promises", tick)


def tick() -> None:
    """Begin, chase and settle what is due by the database; a missed tick heals with the next."""
    for act in (kpi.begin_due, kpi.chase, kpi.settle_due):
        with unit_of_work():
            act(clock.today(fund().zone), by=SYSTEM)


def to_report(actor: Actor) -> Iterable[WorkItem]:
    """Each promise that the provider of `actor` reports next."""
    today = clock.today(fund().zone)
    for row in queries.waiting(actor, ("due",), actor.organisation_id or 0):
        if row.indicator.source:
            continue
        yield WorkItem(
            _("Report %(promise)s", promise=row.indicator.name),
            url_for("contracts.promise", number=row.number, key=row.id),
            _("%(number)s, until %(day)s", number=row.number, day=day_words(row.valid_until)),
            due=day(row.report_until, "short"),
            shape="needs_you",
            is_urgent=row.report_until < today,
        )


def for_officers(actor: Actor) -> Iterable[WorkItem]:
    """One line for each kind of work, from one statement."""
    count = queries.counts(actor, clock.today(fund().zone), states=queries.OPEN)
    to_verify = sum(count.get(state, 0) for state in ("reported", "measured", "missing"))
    if to_verify:
        title = ngettext("Verify %(num)s report of a promise", "Verify %(num)s reports of promises", to_verify)
        yield WorkItem(title, url_for("contracts.promises"), bucket="week", shape="check")
    if objected := count.get("objected", 0):
        title = ngettext("Answer %(num)s objection to a promise", "Answer %(num)s objections to promises", objected)
        yield WorkItem(title, url_for("contracts.promises", state="objected"), shape="needs_you")
    if late := count.get("late", 0):
        title = ngettext("%(num)s promise has no evidence", "%(num)s promises have no evidence", late)
        url = url_for("contracts.calendar", kind="evidence")
        yield WorkItem(title, url, _("Overdue by the plan"), bucket="week", shape="check")
