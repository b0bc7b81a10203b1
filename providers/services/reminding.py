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
from providers.models import Accreditation, Provider, Reminder
from providers.plan import plan_on


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
    sent = 0
    for provider, held in queries.ending(on - span, on + span):
        step = rules.reminder_due((held.valid_until - on).days)
        if step is not None and _is_new(provider, f"accreditation {held.id}", step):
            _mail(provider, held, has_ended=step < 0)
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


def _mail(provider: Provider, held: Accreditation, *, has_ended: bool) -> None:
    words = partial(_ended if has_ended else _ends, provider.number, held.valid_until)
    told = {"provider": provider.number, "valid_until": held.valid_until.isoformat()}
    tell(reader_of(provider.organisation_id), "accreditation_ends", words, purpose="accreditation", arguments=told)


def _ends(number: str, last: dt.date) -> tuple[str, str]:
    return _("Your accreditation ends on %(day)s", day=day_words(last)), _(
        "The accreditation %(number)s ends on %(day)s. The fund does not pay for care after that day. Sign in: %(url)s",
        number=number, day=day_words(last), url=f"{fund().address}/providers/{number}",
    )  # fmt: skip


def _ended(number: str, last: dt.date) -> tuple[str, str]:
    return _("Your accreditation ended on %(day)s", day=day_words(last)), _(
        "The accreditation %(number)s ended on %(day)s. The fund does not pay for care since. Sign in: %(url)s",
        number=number, day=day_words(last), url=f"{fund().address}/providers/{number}",
    )  # fmt: skip
