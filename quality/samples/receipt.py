"""The receipt for papers of a sampled line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from core import clock
from core.config import fund
from core.documents import Document, Letterhead, code, count, in_its_language, instant, letterhead, typed
from core.words import _, ngettext
from quality.samples.models import AuditSample
from quality.samples.queries.lines import Line


def writer(row: AuditSample, line: Line) -> Callable[[str], bytes]:
    """What `core.issued` prints, given the check code."""
    return partial(_receipt, row, line)


def _receipt(row: AuditSample, line: Line, check_code: str) -> bytes:
    return _pdf(_Paper(row, line, check_code), letterhead())


class _Paper(NamedTuple):
    row: AuditSample
    line: Line
    check_code: str


@in_its_language
def _pdf(sent: _Paper, head: Letterhead) -> bytes:
    (row, line, check_code), zone = sent, fund().zone
    last = line.papers[-1].sent_at
    paper = Document(
        head,
        kind=_("Receipt for papers"),
        number=f"{row.number}/{line.row.position}",
        title=ngettext("%(num)s paper arrived", "%(num)s papers arrived", len(line.papers)),
        issued_on=clock.local_day(last, zone),
        check_code=check_code,
    )
    paper.lead(_("The fund holds these papers as they were sent; each fingerprint proves which file it is."))
    paper.facts(
        [
            (_("Claim line"), code(line.row.line)),
            (_("From"), typed(row.organisation.name)),
            (_("Sent by"), typed(line.papers[-1].sent_by_name)),
            (_("Received"), instant(last, zone, head.locale, "%H:%M:%S")),
        ]
    )
    for one in line.papers:
        size = count(one.file.size, head.locale)
        label = _("%(name)s, %(bytes)s bytes: SHA-256", name=typed(one.file.filename), bytes=size)
        paper.fingerprint(label, one.file.sha256)
    return paper.render()
