"""What the register gives people to do: applications, suspensions to look at again, registrations sent back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from flask import url_for

from core import clock
from core.actors import Actor
from core.config import fund
from core.roles import Role
from core.web import WorkItem, add_work_list
from core.web.filters import day
from core.words import _, ngettext
from payments.queries.payees import waiting_accounts
from providers import queries
from providers.models import Provider, Renewal
from providers.plan import plan_on
from providers.requirements import checklist
from providers.services.renewing import last_day, open_renewal
from providers.states import HELD

URGENT = 7  # days left, from which a row of work turns urgent


def register() -> None:
    add_work_list(Role.REGISTRAR, for_registrar)
    add_work_list(Role.FINANCE_OFFICER, for_finance)
    add_work_list(Role.PROVIDER_MANAGER, for_provider)
    add_work_list(Role.PROVIDER_CLERK, for_provider)


def waiting(actor: Actor) -> int:
    """The count beside the room's knot."""
    return len(queries.applications()) if actor.has(Role.REGISTRAR) else 0


def for_registrar(actor: Actor) -> Iterable[WorkItem]:
    """Applications, oldest first; then suspensions, the longest first."""
    today = clock.today(fund().zone)
    for row in queries.applications():
        sent_on = clock.local_day(row.submitted_at, fund().zone) if row.submitted_at else today
        days = (today - sent_on).days
        yield WorkItem(
            title=_("Review %(name)s", name=row.organisation.name),
            url=url_for("providers.show", number=row.number),
            context=_("%(number)s, %(district)s", number=row.number, district=row.organisation.district),
            due=_("today") if days < 1 else ngettext("waits %(num)s day", "waits %(num)s days", days),
            shape="under_review",
            is_urgent=days > 14,
        )
    yield from _shown(today)
    for renewal in queries.sent_renewals():
        yield WorkItem(
            title=_("Review the renewal of %(name)s", name=renewal.provider.organisation.name),
            url=url_for("providers.show", number=renewal.provider.number),
            context=renewal.provider.number,
            shape="under_review",
        )
    for row, suspension in queries.open_suspensions():
        yield WorkItem(
            title=_("Look again at the suspension of %(name)s", name=row.organisation.name),
            url=url_for("providers.show", number=row.number),
            context=suspension.reason,
            due=ngettext("%(num)s day", "%(num)s days", (today - suspension.valid_from).days),
            bucket="week",
            shape="suspended",
        )
    yield from _answers(actor, today)
    yield from _ending(today)


def _shown(today: dt.date) -> Iterable[WorkItem]:
    """Authorised units that showed all that the next stage asks of them."""
    for row in queries.authorised_units():
        if all(check.is_met or check.is_finding for check in checklist(row, "accredited", today)):
            title = _("Accredit %(name)s", name=row.organisation.name)
            yield WorkItem(title, url_for("providers.show", number=row.number), row.number, shape="under_review")


def _answers(who: Actor, today: dt.date) -> Iterable[WorkItem]:
    """Appeals to decide, and registrations that were sent back and are overdue."""
    for row, appeal in queries.open_appeals():
        title = _("Decide the appeal of %(name)s", name=row.organisation.name)
        url, since = url_for("providers.show", number=row.number), clock.local_day(appeal.made_at, fund().zone)
        yield WorkItem(title, url, appeal.text, day(since, "short"), shape="under_review")
    for review in (row for row in queries.waiting_assessments() if row.reviewed_by != who.person):
        title = _("Approve the assessment of %(name)s", name=review.provider.organisation.name)
        url = url_for("providers.assessment", number=review.provider.number)
        yield WorkItem(title, url, review.reviewed_by_name, bucket="week", shape="under_review")
    for way in (row for row in queries.open_successions("accepted") if row.proposed_by != who.person):
        title = _("Approve who takes over from %(name)s", name=way.provider.organisation.name)
        url = url_for("providers.succession", number=way.provider.number)
        yield WorkItem(
            title, url, way.successor.organisation.name, day(way.takes_over_on, "short"), shape="under_review"
        )
    late = {row.organisation_id: (row, asked) for row, asked in reversed(queries.open_requests())}
    for row, asked in late.values():
        if asked.due_on is not None and asked.due_on < today:
            title = _("%(name)s has not answered", name=row.organisation.name)
            url = url_for("providers.show", number=row.number)
            yield WorkItem(title, url, asked.text, day(asked.due_on, "short"), bucket="week", shape="check")


def _ending(today: dt.date) -> Iterable[WorkItem]:
    """Accreditations that end within the plan's first step, or ended as long ago, and that none follows."""
    rules = plan_on(today)
    span = dt.timedelta(days=max(rules.reminder_days) if rules else 0)
    for row, held in queries.ending(today - span, today + span):
        has_ended = held.valid_until < today
        name = row.organisation.name
        yield WorkItem(
            title=_("The accreditation of %(name)s ended", name=name)
            if has_ended
            else _("The accreditation of %(name)s ends", name=name),
            url=url_for("providers.show", number=row.number),
            context=row.number,
            due=day(held.valid_until, "short"),
            bucket="week",
            shape="expired" if has_ended else "expiring",
        )


def for_finance(who: Actor) -> Iterable[WorkItem]:
    """Accounts of providers that wait for a second person."""
    for row in waiting_accounts():
        provider = queries.provider_of(row.organisation_id)
        if provider is not None and row.entered_by != who.person:
            title = _("Confirm the account of %(name)s", name=provider.organisation.name)
            yield WorkItem(title, url_for("providers.account", number=provider.number), provider.number, shape="check")


def for_provider(actor: Actor) -> Iterable[WorkItem]:
    """The own registration, as long as it needs its people."""
    row, today = queries.provider_of(actor.organisation_id), clock.today(fund().zone)
    if row is None:
        if actor.has(Role.PROVIDER_MANAGER):
            yield WorkItem(_("Register your organisation"), url_for("registration.start"), shape="open")
        return
    yield from _own_state(row, today)
    if row.state in HELD:
        yield from _own_end(row, today)
        if actor.has(Role.PROVIDER_MANAGER):
            yield from _offers(row)


def _own_state(row: Provider, today: dt.date) -> Iterable[WorkItem]:
    """What the stage that a registration stands at asks of its people."""
    if row.state == "returned":
        url = url_for("registration.show", number=row.number)
        asked = [each for each in row.requests if each.answered_at is None]
        due = next((day(each.due_on, "short") for each in asked if each.due_on), "")
        words = row.registrar_note or "; ".join(each.text for each in asked)
        yield WorkItem(_("Mend your registration"), url, words, due, shape="returned", is_urgent=True)
    elif row.state == "refused":
        url = url_for("providers.show", number=row.number)
        yield WorkItem(_("Your registration is refused"), url, row.number, shape="refused")
    elif row.state == "draft":
        yield WorkItem(_("Finish your registration"), url_for("registration.show", number=row.number), row.number)
    elif row.state == "submitted":
        url = url_for("registration.show", number=row.number)
        words = _("The registrar reviews your registration")
        yield WorkItem(words, url, row.number, bucket="waiting", shape="waiting")
    elif row.state == "authorised":
        yield _on_the_way_to_accreditation(row, today)
    elif row.standing_on(today) == "suspended":
        words = _("Your accreditation is suspended")
        yield WorkItem(
            words, url_for("providers.show", number=row.number), row.number, shape="suspended", is_urgent=True
        )


def _on_the_way_to_accreditation(row: Provider, today: dt.date) -> WorkItem:
    url = url_for("registration.show", number=row.number)
    lacks = [check for check in checklist(row, "accredited", today) if not (check.is_met or check.is_finding)]
    if lacks:
        words = ", ".join(str(one.requirement.title) for one in lacks)
        return WorkItem(_("Show what you need to be accredited"), url, words)
    return WorkItem(_("The registrar looks at what you showed"), url, row.number, bucket="waiting", shape="waiting")


def _offers(row: Provider) -> Iterable[WorkItem]:
    for way in queries.open_successions("proposed", row.organisation_id):
        title = _("Say whether you take over from %(name)s", name=way.provider.organisation.name)
        url = url_for("registration.take_over", number=row.number)
        yield WorkItem(title, url, way.legal_reference, day(way.takes_over_on, "short"), shape="check")


def _own_end(row: Provider, today: dt.date) -> Iterable[WorkItem]:
    """The own accreditation, once the plan's first reminder is due."""
    rules = plan_on(today)
    last, renewal = last_day(row), open_renewal(row)
    if renewal is not None:
        yield _own_renewal(row, renewal)
        return
    step = rules.reminder_due((last - today).days) if rules and last else None
    if last is None or step is None:
        return
    title = _("Your accreditation ended") if step < 0 else _("Your accreditation ends")
    shape = "expired" if step < 0 else "expiring"
    url = url_for("providers.show", number=row.number)
    yield WorkItem(title, url, row.number, day(last, "short"), shape=shape, is_urgent=step <= URGENT)


def _own_renewal(row: Provider, renewal: Renewal) -> WorkItem:
    url = url_for("registration.renewal", number=row.number)
    if renewal.state == "submitted":
        return WorkItem(_("The registrar reviews your renewal"), url, row.number, bucket="waiting", shape="waiting")
    if renewal.state == "returned":
        return WorkItem(_("Mend your renewal"), url, renewal.note, shape="returned", is_urgent=True)
    return WorkItem(_("Finish your renewal"), url, row.number, shape="draft", is_urgent=True)
