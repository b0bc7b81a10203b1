"""What waits in care: for the assessor, and for a provider's desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from flask import url_for

from care import queries
from care.states import DECLINE_REASONS
from core import clock
from core.actors import Actor
from core.codes import service_names
from core.config import fund
from core.roles import Role
from core.web import WorkItem
from core.web.filters import day
from core.words import _, ngettext
from procurement.queries.endings import open_endings

AHEAD = dt.timedelta(days=45)


def of_assessor(actor: Actor) -> Iterable[WorkItem]:
    """Members whom a provider declined, then grants that end soon."""
    today = clock.today(fund().zone)
    for row in queries.declined_placements(actor, limit=5):
        yield WorkItem(
            title=_("Find another provider for grant %(number)s", number=row.grant.number),
            url=url_for("care.grant", number=row.grant.number),
            context=_(
                "%(name)s declined: %(reason)s",
                name=row.organisation.name,
                reason=DECLINE_REASONS.get(row.answer_reason, row.answer_reason),
            ),
            shape="triangle",
            is_urgent=True,
        )
    yield from _plans(actor)
    for grant in queries.ending_grants(actor, today, today + AHEAD, limit=8):
        yield WorkItem(
            title=_("Assess again: grant %(number)s ends", number=grant.number),
            url=url_for("care.grant", number=grant.number),
            context=_("Member %(id)s", id=grant.member.public_id),
            due=day(grant.valid_until, "weekday"),
            bucket="today" if grant.valid_until <= today else "week",
            shape="half",
        )


def _plans(actor: Actor) -> Iterable[WorkItem]:
    """Contracts whose end is prepared: who cares for their people next?"""
    for ending in open_endings(actor):
        yield WorkItem(
            title=_("Plan who cares next: contract %(number)s ends", number=ending.contract.number),
            url=url_for("care.continuity", number=ending.contract.number),
            context=ending.contract.organisation.name,
            due=day(ending.last_on, "weekday"),
            shape="triangle",
        )


def of_provider(actor: Actor) -> Iterable[WorkItem]:
    """Placements to answer, then visits that miss an element."""
    if actor.organisation_id is None:
        return
    names = service_names()
    for row in queries.placements_to_answer(actor.organisation_id)[:8]:
        yield WorkItem(
            title=_("Answer placement %(number)s", number=row.number),
            url=url_for("care.placement", number=row.number),
            context=_(
                "%(service)s for member %(id)s", service=names.get(row.service, row.service), id=row.member.public_id
            ),
            due=day(row.valid_from, "weekday"),
            shape="triangle",
        )
    if incomplete := queries.incomplete_visits(actor.organisation_id):
        yield WorkItem(
            title=ngettext("Complete one visit", "Complete %(num)s visits", incomplete),
            url=url_for("care.visits", show="incomplete"),
            context=_("Without worker, place, start and end a visit is not paid."),
            bucket="week",
            shape="triangle",
        )


def waiting_placements(actor: Actor) -> int:
    """How many placements this actor must answer: the number beside “Care”."""
    if actor.organisation_id is None or not actor.has(Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK):
        return 0
    return len(queries.placements_to_answer(actor.organisation_id))
