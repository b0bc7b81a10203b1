"""What waits after the opening: bidders to check, requests to answer, complaints to hear."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from core.actors import Actor
from core.permissions import Permission
from core.roles import Role
from core.web import NavigationItem, WorkItem, add_navigation, add_work_list
from core.web.filters import instant
from core.words import _, _l, ngettext
from procurement.queries import admission as admission_queries
from procurement.queries import complaints as complaint_queries
from procurement.queries import tenders as queries
from procurement.services.admission import undecided

DESK = (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK)
OFFICERS = (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR)


def register() -> None:
    """Hand the lists to the house."""
    for role in DESK:
        add_work_list(role, bidder_work)
    for role in OFFICERS:
        add_work_list(role, officer_work)
    add_work_list(Role.COMPLAINTS_OFFICER, review_work)
    flags = Permission.READ_RED_FLAGS, "/tenders/red-flags"
    add_navigation(NavigationItem(34, _l("Red flags"), "red_flags.index", *flags, roles=frozenset({Role.AUDITOR})))
    add_navigation(
        NavigationItem(
            35,
            _l("Complaints"),
            "complaints.index",
            Permission.READ_COMPLAINTS,
            "/complaints",
            lambda who: len(list(review_work(who))),
            frozenset({Role.COMPLAINTS_OFFICER}),
        )
    )


def bidder_work(who: Actor) -> Iterable[WorkItem]:
    """What the fund asks, and complaints that were begun and not sent."""
    for row in admission_queries.open_requests(who.organisation_id):
        is_price = row.kind == "low_price"
        title = _("Explain your price") if is_price else _("Hand in a missing paper")
        url, due = url_for("admission.asked", key=row.id), instant(row.due_at, "EEE d MMM, HH:mm")
        yield WorkItem(title, url, row.bid.tender.title, due=due, shape="needs_you", is_urgent=True)
    for complaint in complaint_queries.own_complaints(who.organisation_id):
        if complaint.state == "draft":
            url = url_for("complaints.show", number=complaint.number)
            title = _("Send the complaint %(number)s, or take it back", number=complaint.number)
            yield WorkItem(title, url, complaint.tender.title, bucket="week", shape="draft")


def officer_work(_who: Actor) -> Iterable[WorkItem]:
    """Bidders to check, claims to answer, upheld complaints to act on."""
    for tender in queries.all_tenders(("opened_quality", "admin_review")):
        if left := len(undecided(tender)):
            text = ngettext("%(num)s bidder is not decided", "%(num)s bidders are not decided", left)
            url = url_for("admission.index", number=tender.number)
            yield WorkItem(_("Check the bidders of %(number)s", number=tender.number), url, f"{tender.title} · {text}")
    for row in complaint_queries.complaints_in("claim", "satisfied"):
        words = {"claim": _("Answer the claim %(number)s"), "satisfied": _("Do again what %(number)s upheld")}
        url = url_for("complaints.show", number=row.number)
        yield WorkItem(words[row.state] % {"number": row.number}, url, row.tender.title, shape="needs_you")


def review_work(_who: Actor) -> Iterable[WorkItem]:
    """Complaints that wait for review, the oldest first."""
    for row in complaint_queries.complaints_in("pending", "accepted"):
        title = _("Take up complaint %(number)s") if row.state == "pending" else _("Decide complaint %(number)s")
        url = url_for("complaints.show", number=row.number)
        yield WorkItem(title % {"number": row.number}, url, row.tender.title, shape="needs_you")
