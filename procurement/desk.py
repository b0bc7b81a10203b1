"""What the desks are told while a notice is out: questions that wait, changes to publish, bids to confirm."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from core.actors import Actor
from core.db import database_now
from core.roles import Role
from core.web import WorkItem, add_work_list
from core.web.filters import instant
from core.words import _, ngettext
from procurement.queries import bids as bid_queries
from procurement.queries import joint as joint_queries
from procurement.queries import notices as notice_queries
from procurement.queries import planning as plan_queries
from procurement.queries import questions as question_queries
from procurement.queries import tenders as tender_queries
from procurement.services.questions import answers_by


def register() -> None:
    for role in (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR):
        add_work_list(role, question_work)
        add_work_list(role, amendment_work)
        add_work_list(role, single_bid_work)
        add_work_list(role, plan_work)
    for role in (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK):
        add_work_list(role, confirmation_work)
    add_work_list(Role.PROVIDER_MANAGER, invitation_work)


def invitation_work(who: Actor) -> Iterable[WorkItem]:
    """A unit that leads a bid waits for this one's yes."""
    for row in joint_queries.waiting_invitations(who.organisation_id):
        tender = row.bid.tender
        if tender.state == "published" and not tender.is_closed(database_now()):
            title = _("Answer: bid together for %(number)s?", number=tender.number)
            context = _("%(name)s asks you", name=row.bid.bidder)
            url = url_for("joint.invitation", number=tender.number, partner=row.id)
            due = instant(tender.closes_at, "EEE d MMM, HH:mm")
            yield WorkItem(title, url, context, due=due, shape="needs_you")


def question_work(_who: Actor) -> Iterable[WorkItem]:
    """Alarm: a question without an answer; urgent in its last two days and after."""
    at, counts = database_now(), question_queries.open_questions()
    for tender in tender_queries.all_tenders(("published",)):
        if count := counts.get(tender.id):
            until = answers_by(tender)
            title = ngettext(
                "Answer %(num)s question about %(number)s", "Answer %(num)s questions about %(number)s", count,
                number=tender.number,
            )  # fmt: skip
            late = at > until
            context = _("Late: nobody opens the bids before it is answered") if late else tender.title
            yield WorkItem(
                title, url_for("questions.index", number=tender.number), context,
                due=instant(until, "EEE d MMM, HH:mm"), shape="needs_you", is_urgent=late or (until - at).days < 2,
            )  # fmt: skip


def plan_work(who: Actor) -> Iterable[WorkItem]:
    """Plans to approve by a second person, and approved ones to draft."""
    for plan in plan_queries.plans_in("noted", "consulting", "ready"):
        url = url_for("planning.show", number=plan.number)
        if plan.state == "ready":
            yield WorkItem(_("Draft the tender of %(number)s", number=plan.number), url, plan.title, bucket="week")
        else:
            own = plan.author == who.person
            title = _("Plan %(number)s", number=plan.number) if own else _("Approve %(number)s", number=plan.number)
            yield WorkItem(title, url, plan.title, bucket="week", shape="open" if own else "needs_you")


def single_bid_work(_who: Actor) -> Iterable[WorkItem]:
    """Alarm: bids have closed and a lot has one bid alone; receipts name lots, not content."""
    at = database_now()
    for tender in tender_queries.all_tenders(("published",)):
        if tender.phase(at) != "sealed":
            continue
        lots = [number for bid in tender_queries.sent_bids(tender) for number in bid.lots]
        for lot in tender.lots:
            if lots.count(lot.number) == 1:
                title = _("One bid alone for %(number)s, lot %(lot)s", number=tender.number, lot=lot.number)
                context = _("Say in the minutes why there was no competition")
                yield WorkItem(
                    title, url_for("tenders.show", number=tender.number), context, bucket="week", shape="check"
                )


def amendment_work(who: Actor) -> Iterable[WorkItem]:
    """A change of a notice waits for its second officer."""
    for row in notice_queries.proposed_amendments():
        own = row.proposer == who.person
        title = _("Publish the change of %(number)s", number=row.tender.number)
        yield WorkItem(
            title, url_for("amendments.approval", number=row.tender.number), row.reason,
            bucket="waiting" if own else "today", shape="waiting" if own else "needs_you",
        )  # fmt: skip


def confirmation_work(who: Actor) -> Iterable[WorkItem]:
    """A bid that falls at the deadline unless it is confirmed."""
    at = database_now()
    for bid in bid_queries.own_bids(who.organisation_id):
        if bid.state == "unconfirmed" and not bid.tender.is_closed(at):
            title = _("Confirm or replace your bid for %(number)s", number=bid.tender.number)
            due = instant(bid.tender.closes_at, "EEE d MMM, HH:mm")
            url = url_for("bids.tasks", number=bid.tender.number)
            context = _("The notice changed after you had sent it")
            yield WorkItem(title, url, context, due=due, shape="needs_you", is_urgent=True)
