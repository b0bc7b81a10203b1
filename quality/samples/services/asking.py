"""Papers of drawn lines: sent with a receipt, more time with a reason, one reminder before their lack is a finding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from core import audit, clock, files, issued
from core.actors import SYSTEM, Actor
from core.acts import Act
from core.config import fund
from core.db import db, unit_of_work
from core.errors import DomainError, InputErrors, NotFound
from core.words import _l
from quality.names import STREAM
from quality.samples import receipt
from quality.samples.models import AuditSample, SamplePaper
from quality.samples.plan import rules_of
from quality.samples.queries.lines import lines_of
from quality.samples.queries.samples import locked, overdue_requests, requests_of
from quality.samples.telling import tell

PAPERS = ("application/pdf", "image/png", "image/jpeg")
MOST = 20
"""Papers of one line."""
RECEIPT = "sample_receipt"


def send_papers(row: AuditSample, position: int, sent: Sequence[tuple[bytes, str]], *, by: Actor) -> str:
    """Keep (content, filename) of one line and issue a receipt; its check code. Late papers are taken too."""
    row = locked(row.number)
    if row.state != "drawn":
        raise DomainError(_l("The findings of this sample are closed; it takes no more papers."))
    line = next((one for one in lines_of(row) if one.row.position == position and one.request), None)
    if line is None:
        raise NotFound(_l("No papers are asked for such a line."))
    if not sent:
        raise InputErrors.at("file", _l("Choose at least one paper."))
    if len(line.papers) + len(sent) > MOST:
        raise InputErrors.at("file", _l("A line takes %(most)s papers at most.", most=MOST), str(len(sent)))
    kinds = [files.check_upload(content, name, PAPERS, "file") for content, name in sent]
    for (content, name), kind in zip(sent, kinds, strict=True):
        stored = files.store(content, filename=name, media_type=kind, organisation_id=row.organisation_id, by=by)
        paper = SamplePaper(
            sample_id=row.id,
            position=position,
            file_id=stored.id,
            sent_by=by.person,
            sent_by_name=by.name,
            sent_at=clock.now(),
        )
        db.session.add(paper)
        db.session.flush()
        line.papers.append(paper)
    hashes = [paper.file.sha256 for paper in line.papers]
    subject = f"{row.number}/{position}"
    audit.record(STREAM, Act.SAMPLE_PAPERS_SENT, subject, by=by, after={"files": hashes})
    paper_of = receipt.writer(row, line)
    return issued.issue(RECEIPT, subject, paper_of, by=by).document.code


def extend(row: AuditSample, until: dt.date, reason: str, *, by: Actor) -> int:
    """More time for every line without papers, with a reason that stays; how many lines."""
    row = locked(row.number)
    today, most = clock.today(fund().zone), rules_of(row).longest_extension_days
    if row.state != "drawn":
        raise DomainError(_l("Only a drawn sample waits for papers."))
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why there is more time."))
    waiting = [one.request for one in lines_of(row) if one.request and not one.papers]
    if not waiting:
        raise DomainError(_l("No line of this sample waits for papers."))
    latest = max(one.due_on for one in waiting)
    if not max(today, latest) < until <= max(today, latest) + dt.timedelta(days=most):
        message = _l("Write a day after %(day)s, at most %(days)s days later.", day=max(today, latest), days=most)
        raise InputErrors.at("until", message, until.isoformat())
    for one in waiting:
        one.due_on, one.extension, one.reminded_at = until, reason.strip(), None
    db.session.flush()
    after = {"until": until.isoformat(), "lines": len(waiting)}
    audit.record(STREAM, Act.SAMPLE_EXTENDED, row.number, by=by, reason=reason.strip(), after=after)
    return len(waiting)


def remind_overdue() -> int:
    """The job: one reminder for what is overdue, and some days more; how many lines."""
    with unit_of_work():
        today = clock.today(fund().zone)
        found = overdue_requests(today)
        for _id, group in groupby(found, key=lambda pair: pair[0].id):
            pairs = list(group)
            row = pairs[0][0]
            due_on = today + dt.timedelta(days=rules_of(row).reminder_days)
            for _sample, request in pairs:
                request.reminded_at, request.due_on = clock.now(), due_on
            after = {"lines": [request.position for _sample, request in pairs], "until": due_on.isoformat()}
            audit.record(STREAM, Act.SAMPLE_REMINDED, row.number, by=SYSTEM, after=after)
            tell(row, "sample_reminder", due_on)
        return len(found)


def may_miss(row: AuditSample, position: int) -> bool:
    """Whether missing papers may count as a finding: reminded, and the days after the reminder are over."""
    request = requests_of(row.id).get(position)
    is_over = request is not None and request.due_on < clock.today(fund().zone)
    return request is not None and request.reminded_at is not None and is_over
