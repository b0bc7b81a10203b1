"""Mails about a case, in the provider's language; what was found is read after signing in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from core.accounts.readers import reader_of, tell
from core.config import fund
from core.words import _
from quality.audit_cases.models import AuditCase


def tell_provider(row: AuditCase, kind: str) -> None:
    """`kind`: concluded, cleared, decided or ruled."""
    until = row.reply_due_at if kind == "concluded" else row.appeal_due_at
    told = {"number": row.number, "url": f"{fund().address}/quality/audit/{row.number}", "until": _at(until)}
    tell(reader_of(row.organisation_id), "audit_case", partial(WORDS[kind], told), purpose="audit_case", arguments=told)


def _at(until: dt.datetime | None) -> str:
    return until.astimezone(fund().zone).strftime("%Y-%m-%d %H:%M UTC%z") if until else ""


def _concluded(told: dict[str, str]) -> tuple[str, str]:
    return _("Audit case %(number)s: provisional finding", **told), _(
        "An auditor of the fund has written a provisional finding. Nothing is decided. You can reply until %(until)s. "
        "Sign in to read it and its evidence: %(url)s",
        **told,
    )


def _cleared(told: dict[str, str]) -> tuple[str, str]:
    return _("Audit case %(number)s is closed", **told), _(
        "The fund looked at a question about your records and found nothing against you. Sign in to read it: %(url)s",
        **told,
    )


def _decided(told: dict[str, str]) -> tuple[str, str]:
    return _("Audit case %(number)s is decided", **told), _(
        "Another auditor has decided, with reasons. You can appeal until %(until)s; before that nothing is taken back. "
        "Sign in to read it: %(url)s",
        **told,
    )


def _ruled(told: dict[str, str]) -> tuple[str, str]:
    return _("A ruling about audit case %(number)s", **told), _(
        "Someone who had no part in the case has ruled on your appeal. Sign in to read the reasons: %(url)s", **told
    )


WORDS: dict[str, Callable[[dict[str, str]], tuple[str, str]]] = {
    "concluded": _concluded,
    "cleared": _cleared,
    "decided": _decided,
    "ruled": _ruled,
}
