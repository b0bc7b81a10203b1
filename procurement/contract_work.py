"""What contracts give people to do: signatures, and contracts that end soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby

from flask import url_for

from core import clock
from core.actors import Actor
from core.config import fund
from core.roles import PROVIDER_STAFF, Role
from core.web import WorkItem, add_work_list
from core.web.filters import day
from core.words import _, ngettext
from procurement.contract_calendar import RENEWAL_DAYS
from procurement.models.contract import Contract, ContractAmendment
from procurement.queries import contracts as queries
from procurement.queries import use
from procurement.queries.amendments import waiting as waiting_amendments
from procurement.queries.signatures import signatures_to_answer
from procurement.queries.use import NearlyUsed
from procurement.services import rules


def register() -> None:
    add_work_list(Role.PROVIDER_MANAGER, to_sign)
    add_work_list(Role.PROCUREMENT_OFFICER, to_sign)
    for role in (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR):
        add_work_list(role, signatures_to_compare)
    add_work_list(Role.PROCUREMENT_OFFICER, ending)
    for role in (Role.PROCUREMENT_OFFICER, Role.PROVIDER_MANAGER):
        add_work_list(role, nearly_used)
    add_work_list(Role.PROVIDER_MANAGER, amendments_to_answer)
    for role in (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR):
        add_work_list(role, amendments_to_approve)


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
            url=url_for("contracts.sign_page", number=row.number),
            context=_("%(number)s with %(name)s", number=row.number, name=row.organisation.name),
            shape="needs_you",
        )


def signatures_to_compare(actor: Actor) -> Iterable[WorkItem]:
    """Scans, and certificates of unknown issuers, for a second person."""
    for row in signatures_to_answer(actor):
        number, is_own = row.contract.number, row.person == actor.person
        yield WorkItem(
            title=_("Compare the signature under %(number)s", number=number),
            url=url_for("contracts.signature", number=number, key=row.id),
            context=row.contract.title,
            bucket="waiting" if is_own else "today",
            shape="waiting" if is_own else "needs_you",
        )


def amendments_to_answer(actor: Actor) -> Iterable[WorkItem]:
    """Approved by the fund: the provider accepts or declines."""
    for row in waiting_amendments("approved", actor, actor.organisation_id or 0):
        title = _("Answer the amendment of %(number)s", number=row.contract.number)
        yield _amendment_item(title, row, is_own=False)


def amendments_to_approve(actor: Actor) -> Iterable[WorkItem]:
    """One by one; those drafted together for one day, where they are approved together."""
    drafted = waiting_amendments("drafted", actor)
    together = sorted((row for row in drafted if row.cause), key=lambda row: (row.cause, row.drafted_by))
    for (cause, drafter), rows in groupby(together, key=lambda row: (row.cause, row.drafted_by)):
        yield _together(cause, list(rows), is_own=drafter == actor.person)
    for row in (row for row in drafted if not row.cause):
        title = _("Approve the amendment of %(number)s", number=row.contract.number)
        yield _amendment_item(title, row, is_own=row.drafted_by == actor.person)


def _together(cause: str, rows: Sequence[ContractAmendment], *, is_own: bool) -> WorkItem:
    """`wages 2026-12-01`, `indexation 2027-01-01`: the page that approves all of them."""
    kind, _blank, typed = cause.partition(" ")
    first, count = dt.date.fromisoformat(typed), len(rows)
    if kind == "wages":
        endpoint = "contracts.wage_check"
        title = ngettext("Approve %(num)s amendment for the wages", "Approve %(num)s amendments for the wages", count)
    else:
        endpoint = "contracts.indexation"
        title = ngettext("Approve %(num)s indexed contract", "Approve %(num)s indexed contracts", count)
    bucket, shape = ("waiting", "waiting") if is_own else ("today", "needs_you")
    url = url_for(endpoint, on=typed)
    return WorkItem(title, url, rows[0].reason, due=day(first, "short"), bucket=bucket, shape=shape)


def _amendment_item(title: str, row: ContractAmendment, *, is_own: bool) -> WorkItem:
    url = url_for("contracts.amendment", number=row.contract.number, place=row.place)
    bucket, shape = ("waiting", "waiting") if is_own else ("today", "needs_you")
    return WorkItem(title, url, row.contract.title, due=day(row.effective_from, "short"), bucket=bucket, shape=shape)


def ending(actor: Actor) -> Iterable[WorkItem]:
    today = clock.today(fund().zone)
    for row in queries.contracts_ending(actor, today, today + dt.timedelta(days=RENEWAL_DAYS)):
        yield _ending_item(row, (row.valid_until - today).days)


def nearly_used(actor: Actor) -> Iterable[WorkItem]:
    """Budgets and volumes that come to their end, for both sides: an amendment in time keeps claims from waiting."""
    today = clock.today(fund().zone)
    share, is_provider = rules.used_alarm(today), bool(actor.roles & PROVIDER_STAFF)
    if not share or (is_provider and actor.organisation_id is None):
        return
    for row in use.nearly_used(actor, share, today, actor.organisation_id if is_provider else None):
        yield _used_item(row)


def _used_item(row: NearlyUsed) -> WorkItem:
    contract, percent = row.contract, str(row.percent)
    if row.service:
        title = _(
            "%(percent)s %% of %(service)s in %(number)s is used",
            percent=percent,
            service=row.service,
            number=contract.number,
        )
    else:
        title = _("%(percent)s %% of the budget of %(number)s is used", percent=percent, number=contract.number)
    context = _("%(title)s, with %(name)s", title=contract.title, name=contract.organisation.name)
    return WorkItem(title, url_for("contracts.show", number=contract.number), context, bucket="week", shape="check")


def _ending_item(row: Contract, days: int) -> WorkItem:
    return WorkItem(
        title=_("Renew or end %(number)s", number=row.number),
        url=url_for("contracts.show", number=row.number),
        context=_("%(title)s, with %(name)s", title=row.title, name=row.organisation.name),
        due=ngettext("in %(num)s day", "in %(num)s days", days),
        bucket="week",
        shape="expiring",
    )
