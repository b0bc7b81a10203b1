"""Who is told that something ends: as often as the plan says, each step once, whatever ticks were missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial

from core import clock
from core.accounts.readers import reader_of, tell
from core.config import fund
from core.db import db, unit_of_work
from core.web.filters import day_words
from core.words import _, _l
from providers import queries
from providers.models import Provider, Reminder
from providers.plan import ProviderPlan, plan_on, step_due
from providers.states import DOCUMENT_KINDS


def remind() -> None:
    """The worker's tick."""
    with unit_of_work():
        send_due(clock.today(fund().zone))


def send_due(on: dt.date) -> int:
    """Mail what is due on the day by the database; how many mails were written."""
    rules = plan_on(on)
    if rules is None:
        return 0
    sent = 0
    for provider, what, subject, last in _ends(rules, on):
        step = rules.reminder_due((last - on).days)
        if step is not None and _is_new(provider, subject, step):
            _mail(provider, what, last, has_ended=step < 0)
            sent += 1
    return sent + _chase(rules, on)


def _ends(rules: ProviderPlan, on: dt.date) -> Iterable[tuple[Provider, str, str, dt.date]]:
    """Whose, what (a stage, a kind of document, the name of a finding), subject of the reminder, last day."""
    span = dt.timedelta(days=max(rules.reminder_days))
    days = on - span, on + span
    for provider, held in queries.ending(*days):
        yield provider, "accreditation", f"accreditation {held.id}", held.valid_until
    for provider, started in queries.authorisations_ending(*days):
        yield provider, "authorisation", f"authorisation {started.id}", started.valid_until
    for provider, paper in queries.papers_ending(*days):
        yield provider, paper.kind, f"{paper.kind} {paper.id}", paper.valid_until or on
    for provider, spell in queries.qualifications_ending(*days, on):
        yield provider, "qualification", f"qualification {spell.id} {provider.organisation_id}", spell.valid_until or on
    names = {asked.key: str(asked.title) for asked in rules.requirements}
    for provider, seen in queries.findings_ending(*days):
        yield provider, names.get(seen.key, seen.key), f"finding {seen.id}", seen.valid_until or on


def _chase(rules: ProviderPlan, on: dt.date) -> int:
    """Who was sent back and has not answered: one mail a step, however many tasks were asked for."""
    first = {provider.organisation_id: (provider, row) for provider, row in reversed(queries.open_requests())}
    sent = 0
    for provider, row in first.values():
        due_on = row.due_on or on
        step = step_due(rules.completion_reminder_days, (due_on - on).days)
        if step is not None and _is_new(provider, f"request {row.id}", step):
            words = partial(_said, "answer overdue" if step < 0 else "answer awaited", provider.number, due_on)
            told = {"provider": provider.number, "due_on": due_on.isoformat()}
            tell(reader_of(provider.organisation_id), "sent_back", words, purpose="accreditation", arguments=told)
            sent += 1
    return sent


def _is_new(provider: Provider, subject: str, step: int) -> bool:
    """Note the step; False where it was taken before. A lock on the provider lets two workers take it once."""
    if step in queries.reminders(provider.organisation_id, subject):
        return False
    row = Reminder(organisation_id=provider.organisation_id, subject=subject, step=step, sent_at=clock.now())
    db.session.add(row)
    db.session.flush()
    return True


def _mail(provider: Provider, what: str, last: dt.date, *, has_ended: bool) -> None:
    told = {"provider": provider.number, "valid_until": last.isoformat()}
    said = partial(_said, f"{what} {'ended' if has_ended else 'ends'}", provider.number, last)
    if what not in STAGE_ENDS:
        said = partial(_paper, what, provider.number, last)
    tell(reader_of(provider.organisation_id), "accreditation_ends", said, purpose="accreditation", arguments=told)


STAGE_ENDS = ("authorisation", "accreditation", "qualification")
WORDS = {
    "authorisation ends": (
        _l("Your authorisation ends on %(day)s"),
        _l("The authorisation %(number)s ends on %(day)s. Show before what the next stage needs. Sign in: %(url)s"),
    ),
    "authorisation ended": (
        _l("Your authorisation ended on %(day)s"),
        _l("The authorisation %(number)s ended on %(day)s, and it was not accredited by then. Sign in: %(url)s"),
    ),
    "accreditation ends": (
        _l("Your accreditation ends on %(day)s"),
        _l(
            "The accreditation %(number)s ends on %(day)s. The fund does not pay for care after that day. "
            "Sign in: %(url)s"
        ),
    ),
    "accreditation ended": (
        _l("Your accreditation ended on %(day)s"),
        _l("The accreditation %(number)s ended on %(day)s. The fund does not pay for care since. Sign in: %(url)s"),
    ),
    "qualification ends": (
        _l("A qualification ends on %(day)s"),
        _l("The qualification of somebody who works for %(number)s ends on %(day)s. Sign in to see whose: %(url)s"),
    ),
    "qualification ended": (
        _l("A qualification ended on %(day)s"),
        _l("The qualification of somebody who works for %(number)s ended on %(day)s. Sign in to see whose: %(url)s"),
    ),
    "answer awaited": (
        _l("Your answer is awaited until %(day)s"),
        _l("The registrar asked for more about %(number)s, until %(day)s. Sign in to see what: %(url)s"),
    ),
    "answer overdue": (
        _l("Your answer was due on %(day)s"),
        _l(
            "What the registrar asked about %(number)s was due on %(day)s. The registration may be refused now: %(url)s"
        ),
    ),
}
"""What is told → subject and text of the mail."""


def _said(key: str, number: str, last: dt.date) -> tuple[str, str]:
    told = {"number": number, "day": day_words(last), "url": f"{fund().address}/providers/{number}"}
    subject, text = WORDS[key]
    return str(subject) % told, str(text) % told


def _paper(what: str, number: str, last: dt.date) -> tuple[str, str]:
    """A document by its kind, or a finding by its name in the plan."""
    name, day = str(DOCUMENT_KINDS.get(what, what)), day_words(last)
    return _("A paper of your registration: valid until %(day)s", day=day), _(
        "%(paper)s of %(number)s: valid until %(day)s. Send the next one with your renewal. Sign in: %(url)s",
        paper=name, number=number, day=day, url=f"{fund().address}/providers/{number}",
    )  # fmt: skip
