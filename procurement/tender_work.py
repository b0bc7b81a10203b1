"""What the home pages say about tenders: work per role, the officer's stages, the next dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from flask import url_for

from core import clock
from core.actors import SYSTEM, Actor
from core.config import fund
from core.db import database_now, unit_of_work
from core.permissions import Permission
from core.roles import Role
from core.web import NavigationItem, WorkItem, add_navigation, add_work_list
from core.web.filters import day, instant
from core.web.home import NextDate, Stage, add_next_dates, set_actions, set_stages
from core.words import _, _l, ngettext
from procurement.criterion_words import plain
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.queries import contracts as contract_queries
from procurement.queries import tenders as queries
from procurement.services import cancelling, complaints
from procurement.services.award import is_standstill_over
from procurement.services.opening import publish_due_manifests
from procurement.services.publishing import publish_due

ROAD = frozenset(
    {Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR, Role.EVALUATOR, Role.COMPLAINTS_OFFICER}
    | {Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK}
)
SOON = dt.timedelta(days=7)
SCORING = ("opened_quality", "admin_review", "quality_scored", "opened_price", "abnormal_review", "ranked")
STAGES = {
    "draft": (_l("Draft"), ("draft", "submitted", "approved")),
    "open": (_l("Open for bids"), ("published", "questions_closed")),
    "sealed": (_l("Sealed, to open"), ("sealed",)),
    "scoring": (_l("Scoring"), SCORING),
    "standstill": (_l("Standstill"), ("awarded",)),
}


def register() -> None:
    """Hand the lists to the house."""
    for role in (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR):
        add_work_list(role, officer_work)
        add_next_dates(role, dates)
        set_stages(role, stages)
    set_actions(Role.PROCUREMENT_OFFICER, buttons)
    add_work_list(Role.PROCUREMENT_CHAIR, chair_work)
    add_work_list(Role.EVALUATOR, evaluator_work)
    for role in (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK):
        add_work_list(role, bidder_work)
    add_navigation(
        NavigationItem(30, _l("Tenders"), "tenders.index", Permission.READ_TENDERS, "/tenders", waiting, ROAD)
    )


def close_what_is_due() -> None:
    """The worker's tick: what the clock has closed. A tick that was missed changes nothing: the next one does it."""
    with unit_of_work():
        publish_due_manifests()
        complaints.forget_late_drafts(database_now(), by=SYSTEM)
        cancelling.take_effect(database_now())


def publish_what_is_due() -> None:
    """The worker's tick: open data about procedures that have news."""
    with unit_of_work():
        publish_due()


def officer_work(who: Actor) -> Iterable[WorkItem]:
    """Drafts to finish, notices to approve, envelopes to open, awards to reason, contracts to draw."""
    at = database_now()
    for tender in queries.all_tenders(("draft", "submitted", "published", "quality_scored", "ranked")):
        yield from _officer_item(tender, who, at)
    yield from _award_items(who)


def chair_work(_who: Actor) -> Iterable[WorkItem]:
    """Scores to lock, rankings to fix."""
    for tender in queries.all_tenders(("opened_quality", "admin_review", "opened_price", "abnormal_review")):
        if tender.state in ("opened_price", "abnormal_review"):
            url = url_for("ranking.show", number=tender.number)
            yield _item(tender, _("Fix the ranking of %(number)s", number=tender.number), url, shape="half")
        elif waiting_for := [p for p in tender.people_as("evaluator") if not p.submitted_at and p.is_active]:
            text = ngettext("%(num)s evaluator still scores", "%(num)s evaluators still score", len(waiting_for))
            title = _("Scores of %(number)s", number=tender.number)
            url = url_for("scoring.lock_page", number=tender.number)
            yield WorkItem(title, url, f"{tender.title} · {text}", bucket="waiting", shape="waiting")
        else:
            url = url_for("scoring.lock_page", number=tender.number)
            yield _item(
                tender, _("Lock the quality scores of %(number)s", number=tender.number), url, shape="needs_you"
            )


def evaluator_work(who: Actor) -> Iterable[WorkItem]:
    """Bids to score, where this person has neither recused nor handed in."""
    for tender in queries.tenders_of_person(who.person, "evaluator"):
        me = next(row for row in tender.people_as("evaluator") if row.person == who.person)
        if tender.state in ("opened_quality", "admin_review") and not me.submitted_at and not me.is_recused:
            url = url_for("scoring.index", number=tender.number)
            title = _("Score the bids of %(number)s", number=tender.number)
            yield _item(tender, title, url, shape="half")


def bidder_work(who: Actor) -> Iterable[WorkItem]:
    """Open tenders of the provider's service lines, own drafts that close soon, letters that came."""
    at = database_now()
    own = {bid.tender_id: bid for bid in bid_queries.own_bids(who.organisation_id)}
    for tender in queries.published_tenders(who):
        if tender.state != "published" or tender.is_closed(at):
            continue
        bid = own.get(tender.id)
        if bid is None and not bid_queries.gives_service_line(who.organisation_id, tender.service_line):
            continue
        if bid is not None and bid.state in ("sealed", "unconfirmed"):
            continue
        is_soon = tender.closes_at - at < SOON
        title = _("Finish your bid for %(number)s") if bid else _("Look at tender %(number)s")
        yield WorkItem(
            title % {"number": tender.number},
            url_for("bids.tasks" if bid else "tenders.show", number=tender.number),
            tender.title,
            due=instant(tender.closes_at, "EEE d MMM, HH:mm"),
            bucket="today" if bid and is_soon else "week",
            shape="in_progress" if bid else "open",
            is_urgent=bool(bid) and is_soon,
        )


def stages(who: Actor) -> list[Stage]:
    """The thread of the officer's home."""
    at = database_now()
    phases = [tender.phase(at) for tender in queries.all_tenders()]
    found = []
    for key, (word, names) in STAGES.items():
        count = sum(phase in names for phase in phases)
        found.append(Stage(word, count, url_for("tenders.index", stage=key), key == "sealed" and count > 0))
    in_force = contract_queries.in_force_count(who)
    return [*found, Stage(_l("Contracts"), in_force, url_for("contracts.index", state="active"))]


def buttons() -> list[dict[str, Any]]:
    """Above the officer's work."""
    return [
        {"label": _("New tender"), "url": url_for("tenders.new"), "primary": True},
        {"label": _("All tenders"), "url": url_for("tenders.index")},
    ]


def dates(_who: Actor) -> Iterable[NextDate]:
    """Deadlines ahead and standstills that end."""
    at, today = database_now(), clock.today(fund().zone)
    for tender in queries.all_tenders(("published",)):
        url = url_for("tenders.show", number=tender.number)
        if tender.questions_until > at:
            yield NextDate(tender.questions_until, _("Questions close, %(number)s", number=tender.number), url=url)
        if not tender.is_closed(at):
            yield NextDate(tender.closes_at, _("Bids close, %(number)s", number=tender.number), url=url)
    ends = {(row.standstill_until, row.lot.tender.number) for row in queries.awards_in("decided")}
    for last_on, number in sorted((last_on, number) for last_on, number in ends if last_on and last_on >= today):
        text = _("Standstill of %(number)s ends", number=number)
        yield NextDate(last_on, text, url=url_for("tenders.show", number=number))


def waiting(who: Actor) -> int:
    """The count beside the knot: what waits for this person in this room."""
    lists = {
        Role.PROCUREMENT_OFFICER: officer_work,
        Role.PROCUREMENT_CHAIR: chair_work,
        Role.EVALUATOR: evaluator_work,
    }
    items = [item for role, work in lists.items() if role in who.roles for item in work(who)]
    return sum(item.bucket != "waiting" for item in items)


def _officer_item(tender: Tender, who: Actor, at: dt.datetime) -> Iterable[WorkItem]:
    number = tender.number
    if tender.state == "draft" and tender.author == who.person:
        weights = sum(row.weight for row in tender.criteria)
        context = "" if weights == 100 else _("Weights add up to %(sum)s of 100", sum=plain(weights))
        url = url_for("tenders.edit", number=number)
        yield WorkItem(_("Finish the draft %(number)s", number=number), url, context or tender.title, bucket="week")
    elif tender.state == "submitted":
        url, title = (
            url_for("tenders.approval", number=number),
            _("Approve the publication of %(number)s", number=number),
        )
        context = _("%(title)s · drafted by %(name)s", title=tender.title, name=tender.author_name)
        own = tender.author == who.person
        bucket, shape = ("waiting", "waiting") if own else ("today", "needs_you")
        yield WorkItem(title, url, context, bucket=bucket, shape=shape)
    elif tender.state == "quality_scored" or tender.phase(at) == "sealed":
        mine = any(row.person == who.person for row in tender.people_as("officer"))
        what = (
            _("Open the prices of %(number)s") if tender.state == "quality_scored" else _("Open the bids of %(number)s")
        )
        yield WorkItem(
            what % {"number": number},
            url_for("opening.show", number=number),
            _("%(title)s · %(count)s officers come", title=tender.title, count=tender.threshold),
            bucket="today" if mine else "waiting",
            shape="needs_you" if mine else "waiting",
            is_urgent=mine,
        )


def _award_items(who: Actor) -> Iterable[WorkItem]:
    """Lots to give reasons for, awards to decide, standstills that are over."""
    today = clock.today(fund().zone)
    for tender in queries.all_tenders(("ranked", "awarded")):
        for lot in tender.lots:
            url = url_for("ranking.award", number=tender.number, lot=lot.number)
            named = {"number": tender.number, "lot": lot.number}
            award = queries.living_award(lot)
            if lot.state == "ranked":
                title = _("Give reasons for the award of %(number)s, lot %(lot)s", **named)
                yield WorkItem(title, url, tender.title, bucket="week", shape="half")
            elif lot.state == "proposed" and award and award.proposer != who.person:
                title = _("Decide the award of %(number)s, lot %(lot)s", **named)
                yield WorkItem(title, url, tender.title, shape="needs_you")
            elif lot.state == "awarded" and award and is_standstill_over(award, today):
                title = _("Draw the contract of %(number)s, lot %(lot)s", **named)
                context = _("%(title)s · the standstill is over", title=tender.title)
                yield WorkItem(title, url, context, due=day(award.standstill_until, "weekday"), shape="open")


def _item(tender: Tender, title: Any, url: str, shape: str) -> WorkItem:
    return WorkItem(title, url, tender.title, shape=shape)
