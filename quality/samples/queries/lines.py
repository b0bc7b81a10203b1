"""The lines of a sample with everything that hangs on each: request, papers, findings, the spare in its place."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select

from claims.models import Claim, ClaimLine
from claims.queries.records import claim_by_number
from claims.queries.records import lines_of as lines_as_sent
from core.db import db
from quality.samples.models import (
    AuditSample,
    AuditSampleLine,
    SampleFinding,
    SamplePaper,
    SampleRequest,
    SampleSpare,
)
from quality.samples.queries.samples import findings_of, requests_of, spares_of


@dataclass(slots=True)
class Line:
    """One drawn line; `is_second_due`: another auditor judges it too."""

    row: AuditSampleLine
    request: SampleRequest | None = None
    papers: list[SamplePaper] = field(default_factory=list)
    findings: list[SampleFinding] = field(default_factory=list)
    replaced: SampleSpare | None = None
    used: SampleSpare | None = None
    is_second_due: bool = False

    @property
    def counts(self) -> bool:
        """Drawn and not left out, or a spare that took a place."""
        return (self.used is not None) if self.row.is_spare else self.replaced is None

    @property
    def finding(self) -> SampleFinding | None:
        return self.findings[-1] if self.findings else None

    @property
    def is_judged(self) -> bool:
        """By one auditor, or by two where two must look."""
        judges = {finding.found_by for finding in self.findings}
        return len(judges) > 1 if self.is_second_due else bool(judges)


def lines_of(row: AuditSample) -> list[Line]:
    """Six statements, however many lines. Each `second_every`-th counting line of the draw has a second judge."""
    found, requests = findings_of(row.id), requests_of(row.id)
    papers = _papers(row.id)
    spares = spares_of(row.id)
    used, replaced = {one.position: one for one in spares}, {one.replaces: one for one in spares}
    every = row.rules.get("second_every", 0) if row.rules else 0
    lines = [
        Line(
            one, requests.get(one.position), papers.get(one.position, []), found.get(one.position, []),
            replaced.get(one.position), used.get(one.position),
        )
        for one in row.lines
    ]  # fmt: skip
    counting = [line for line in lines if line.counts]
    for place, line in enumerate(counting, start=1):
        line.is_second_due = bool(every) and place % every == 0
    return lines


def billed_line(row: AuditSampleLine) -> tuple[Claim, ClaimLine] | None:
    """The claim line as it was sent; None where it is no longer kept."""
    found = claim_by_number(row.claim_number)
    sent = [line for line in lines_as_sent(found[0]) if line.line_no == row.line_no] if found else []
    return (found[0], sent[0]) if found and sent else None


def provider_paper(sample_id: int, paper_id: int) -> SamplePaper | None:
    """One paper of this sample."""
    query = select(SamplePaper).where(SamplePaper.sample_id == sample_id, SamplePaper.id == paper_id)
    return db.session.execute(query).scalar_one_or_none()


def _papers(sample_id: int) -> dict[int, list[SamplePaper]]:
    query = select(SamplePaper).where(SamplePaper.sample_id == sample_id).order_by(SamplePaper.id)
    found: dict[int, list[SamplePaper]] = defaultdict(list)
    for paper in db.session.execute(query).scalars():
        found[paper.position].append(paper)
    return found
