"""What the audited read of a sample in their own language: papers are asked for, papers are missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from core.accounts.readers import reader_of
from core.accounts.readers import tell as write
from core.config import fund
from core.words import _
from quality.samples.models import AuditSample


def tell(row: AuditSample, kind: str, due_on: dt.date) -> None:
    """`kind`: a key of WORDS, which names the message in the outbox."""
    told = {
        "number": row.number,
        "until": due_on.isoformat(),
        "url": f"{fund().address}/quality/samples/asked/{row.number}",
    }
    write(reader_of(row.organisation_id), kind, lambda: WORDS[kind](told), purpose="sample", arguments=told)


def _asked(told: dict[str, str]) -> tuple[str, str]:
    return _("Papers are asked for: sample %(number)s", **told), _(
        "Claim lines were drawn for sample %(number)s. Send the papers of each line until %(until)s. Sign in to see "
        "the lines and to send the papers: %(url)s",
        **told,
    )


def _missing(told: dict[str, str]) -> tuple[str, str]:
    return _("Papers are missing: sample %(number)s", **told), _(
        "Lines of sample %(number)s have no papers yet. Send them until %(until)s; after that day a line without "
        "papers counts as not shown. Sign in to send them: %(url)s",
        **told,
    )


WORDS: dict[str, Callable[[dict[str, str]], tuple[str, str]]] = {"sample": _asked, "sample_reminder": _missing}
