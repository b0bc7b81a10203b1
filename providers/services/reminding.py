"""Who is told that something ends: as often as the plan says, each step once, whatever ticks were missed."""

from __future__ import annotations

import datetime as dt
from functools import partial

from core import clock
from core.accounts.readers import reader_of, tell
from core.config import fund
from core.db import db, unit_of_work
from core.web.filters import day_words
from core.words import _
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
    span = dt.timedelta(days=max(rules.reminder_days))
    ends = [(row, "accreditation", held.id, held.valid_until) for row, held in queries.ending(on - span, on + span)]
    for row, paper in queries.papers_ending(on - span, on + span):
        ends.append((row, paper.kind, paper.id, paper.valid_until or on))
    sent = 0
    for provider, what, key, last in ends:
        step = rules.reminder_due((last - on).days)
        if step is not None and _is_new(provider, f"{what} {key}", step):
            _mail(provider, what, last, has_ended=step < 0)
            sent += 1
    return sent + _chase(rules, on)


def _chase(rules: ProviderPlan, on: dt.date) -> int:
    """Who was sent back and has not answered: one mail a step, however many tasks were asked for."""
    first = {provider.organisation_id: (provider, row) for provider, row in reversed(queries.open_requests())}
    sent = 0
    for provider, row in first.values():
        due_on = row.due_on or on
        step = step_due(rules.completion_reminder_days, (due_on - on).days)
        if step is not None and _is_new(provider, f"request {row.id}", step):
            words = partial(_overdue if step < 0 else _awaited, provider.number, due_on)
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
    words = (_ended if has_ended else _ends) if what == "accreditation" else partial(_paper, what)
    told = {"provider": provider.number, "valid_until": last.isoformat()}
    said = partial(words, provider.number, last)
    tell(reader_of(provider.organisation_id), "accreditation_ends", said, purpose="accreditation", arguments=told)


def _paper(kind: str, number: str, last: dt.date) -> tuple[str, str]:
    name, day = str(DOCUMENT_KINDS[kind]), day_words(last)
    return _("A paper of your registration: valid until %(day)s", day=day), _(
        "%(paper)s of %(number)s: valid until %(day)s. Send the next one with your renewal. Sign in: %(url)s",
        paper=name, number=number, day=day, url=_address(number),
    )  # fmt: skip


def _ends(number: str, last: dt.date) -> tuple[str, str]:
    return _("Your accreditation ends on %(day)s", day=day_words(last)), _(
        "The accreditation %(number)s ends on %(day)s. The fund does not pay for care after that day. Sign in: %(url)s",
        number=number, day=day_words(last), url=_address(number),
    )  # fmt: skip


def _ended(number: str, last: dt.date) -> tuple[str, str]:
    return _("Your accreditation ended on %(day)s", day=day_words(last)), _(
        "The accreditation %(number)s ended on %(day)s. The fund does not pay for care since. Sign in: %(url)s",
        number=number, day=day_words(last), url=_address(number),
    )  # fmt: skip


def _awaited(number: str, last: dt.date) -> tuple[str, str]:
    return _("Your answer is awaited until %(day)s", day=day_words(last)), _(
        "The registrar asked for more about %(number)s, until %(day)s. Sign in to see what: %(url)s",
        number=number, day=day_words(last), url=_address(number),
    )  # fmt: skip


def _overdue(number: str, last: dt.date) -> tuple[str, str]:
    return _("Your answer was due on %(day)s", day=day_words(last)), _(
        "What the registrar asked about %(number)s was due on %(day)s. The registration may be refused now: %(url)s",
        number=number, day=day_words(last), url=_address(number),
    )  # fmt: skip


def _address(number: str) -> str:
    return f"{fund().address}/providers/{number}"
