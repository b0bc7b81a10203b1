"""A decision in writing: a row, its letter with a code that anyone can check, and a mail that it is there."""

from __future__ import annotations

import datetime as dt
from functools import partial

from core import clock, issued
from core.accounts.readers import reader_of, tell
from core.actors import Actor
from core.config import fund
from core.db import db
from core.words import _
from providers.letters import DECISION, decision_letter, number_of
from providers.models import Provider, ProviderDecision
from providers.states import DECISIONS


def write(
    provider: Provider,
    kind: str,
    *,
    reason: str,
    by: Actor,
    days: tuple[dt.date | None, dt.date | None] = (None, None),
    appeal_until: dt.date | None = None,
) -> ProviderDecision:
    """`kind`: a key of DECISIONS; `days`: first and last, where the decision has them."""
    reader = reader_of(provider.organisation_id)
    row = ProviderDecision(
        provider=provider, number=len(provider.decisions) + 1, kind=kind, valid_from=days[0], valid_until=days[1],
        reason=reason.strip(), appeal_until=appeal_until, lang=reader.language,
        decided_on=clock.today(fund().zone), signed_by=by.name,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    issued.issue(DECISION, number_of(row), partial(decision_letter, row), by=by)
    told = {"decision": number_of(row)}
    tell(reader, "provider_decision", partial(_said, kind, provider.number), purpose="accreditation", arguments=told)
    return row


def tell_sent_back(provider: Provider, due_on: dt.date | None) -> None:
    """No decision yet: what must be mended stands on the task list."""
    told = {"provider": provider.number, "due_on": due_on.isoformat() if due_on else ""}
    words = partial(_sent_back, provider.number)
    tell(reader_of(provider.organisation_id), "sent_back", words, purpose="accreditation", arguments=told)


def _said(kind: str, number: str) -> tuple[str, str]:
    address = f"{fund().address}/providers/{number}"
    words = _("A decision about %(number)s was made. Sign in to read the letter: %(url)s", number=number, url=address)
    return str(DECISIONS[kind]), words


def _sent_back(number: str) -> tuple[str, str]:
    address = f"{fund().address}/providers/{number}/registration"
    return _("Your registration is sent back"), _(
        "Something is missing in %(number)s. Sign in to see what, and until when: %(url)s", number=number, url=address
    )
