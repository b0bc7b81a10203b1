"""What waits in this room, per role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for

from claims import presenters
from claims.queries import drafts, lists
from claims.queries.lists import Filters
from claims.readers import reader_of
from claims.reasons import BY_CODE
from claims.redecisions import presenters as redecision_words
from claims.redecisions import queries as redecision_queries
from core import clock
from core.actors import Actor
from core.config import fund
from core.roles import Role
from core.web import WorkItem
from core.web.filters import amount, instant, money
from core.words import _, ngettext
from payments.queries import payment_of_subject

LATEST = 8  # claims on a member's home


def for_provider(who: Actor) -> Iterator[WorkItem]:
    """Claims begun and not sent; then claims sent back, the ones whose last day comes first."""
    today = clock.today(fund().zone)
    for draft in drafts.drafts(who):
        yield WorkItem(
            title=_("Finish your claim %(key)s", key=draft.key),
            url=url_for("claims.new", draft=draft.key),
            context=_("Saved %(at)s, not sent", at=instant(draft.saved_at).striptags()),
            shape="draft",
        )
    for claim, version in lists.sent_back(reader_of(who), 8):
        due = version.due_on
        yield WorkItem(
            title=_("Correct claim %(number)s", number=claim.number),
            url=url_for("claims.show", number=claim.number),
            context=BY_CODE[version.headline].title if version.headline in BY_CODE else "",
            due=_("by %(day)s", day=presenters.day_words(due, "d MMM")) if due else "",
            bucket="today" if due and (due - today).days <= 3 else "week",
            shape="sent_back",
            is_urgent=bool(due and due <= today),
        )


def for_member(who: Actor) -> Iterator[WorkItem]:
    """The latest care claimed for them: what the fund pays of it, and when."""
    rows = lists.page_of_claims(reader_of(who), Filters(), 1, LATEST)
    claims = [claim for claim, _version in rows]
    paid = payment_of_subject([claim.number for claim in claims])
    told = presenters.shown(rows, lists.lines_of_claims(claims), paid, clock.today(fund().zone))
    for claim, each in zip(claims, told, strict=True):
        yield WorkItem(
            title=each.service,
            url=url_for("claims.show", number=claim.number),
            context=_paid_of(each),
            due=each.next,
            bucket="told",
            shape=each.shape,
        )


def _paid_of(each: presenters.ShownClaim) -> str:
    if each.pays is None:
        return each.days
    asked = f"{amount(each.claim.amount)}\u00a0{fund().currency.code}"
    return _("%(days)s. The fund pays %(pays)s of %(asked)s.", days=each.days, pays=amount(each.pays), asked=asked)


def member_actions() -> list[dict[str, Any]]:
    return [
        {"label": _("Show your eligibility number"), "url": url_for("claims.asked"), "primary": True},
        {"label": _("All claims"), "url": url_for("claims.index")},
    ]


def for_reviewer(who: Actor) -> Iterator[WorkItem]:
    """One row per reason of the queue."""
    today = clock.today(fund().zone)
    for row in lists.queue_counts(reader_of(who)):
        oldest = (today - row.oldest.astimezone(fund().zone).date()).days
        yield WorkItem(
            title=_to_look_at(row),
            url=url_for("claims.review", reason=row.headline),
            context=money(row.amount, True),
            due=ngettext("oldest %(num)s day", "oldest %(num)s days", oldest),
            bucket="today",
            shape="check",
        )


def _to_look_at(row: Any) -> str:
    if row.headline not in BY_CODE:
        return ngettext("Look at %(num)s claim", "Look at %(num)s claims", row.claims)
    title = BY_CODE[row.headline].title
    return ngettext("Look at %(num)s claim: %(reason)s", "Look at %(num)s claims: %(reason)s", row.claims, reason=title)


def for_officer(who: Actor) -> Iterator[WorkItem]:
    """The queue as a whole, and what cooperatives must correct."""
    counts = lists.queue_counts(reader_of(who))
    if counts:
        claims = sum(row.claims for row in counts)
        yield WorkItem(
            title=ngettext("%(num)s claim waits for review", "%(num)s claims wait for review", claims),
            url=url_for("claims.index", state="pended"),
            context=money(sum(row.amount for row in counts), True),
            bucket="waiting",
            shape="half",
        )
    count, asked = lists.sent_back_sums(reader_of(who))
    if count:
        yield WorkItem(
            title=ngettext(
                "%(num)s claim is with its cooperative", "%(num)s claims are with their cooperatives", count
            ),
            url=url_for("claims.index", state="returned"),
            context=money(asked, True),
            bucket="waiting",
            shape="sent_back",
        )


def corrections(who: Actor) -> Iterator[WorkItem]:
    """Runs of corrections: for an officer those to look at, for officer and finance those they may release."""
    for run in redecision_queries.waiting_runs():
        is_drafted = run.state == "drafted"
        if is_drafted and not who.has(Role.CLAIMS_OFFICER):
            continue
        if not is_drafted and not redecision_words.may_release(run, who):
            continue
        title = _("Look at run %(number)s") if is_drafted else _("Release run %(number)s")
        yield WorkItem(
            title=title % {"number": run.number},
            url=url_for("claims.correction", number=run.number),
            context=redecision_words.title(run) if is_drafted else money(run.more - run.back, True),
            bucket="week" if is_drafted else "today",
            shape="drafted" if is_drafted else "check",
        )


def waiting(who: Actor) -> int:
    """The number beside the knot: sent back for a cooperative, the queue for a reviewer."""
    if who.organisation_id is not None:
        return lists.sent_back_sums(reader_of(who))[0]
    return sum(row.claims for row in lists.queue_counts(reader_of(who))) if who.has(Role.CLAIMS_REVIEWER) else 0
