"""What was checked, asked and contested: admission with its checklist, requests with answers, complaints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.documents import Cell, Column, typed
from core.words import _, _l
from procurement import papers
from procurement.court.exhibits import Exhibit, as_json, section
from procurement.models.admission import BidRequest
from procurement.models.bid import Bid
from procurement.models.complaint import Complaint
from procurement.models.tender import Tender
from procurement.queries import admission as queries
from procurement.queries import complaints as complaint_queries
from procurement.queries import tenders as tender_queries

COMPLAINT = (
    "number", "about", "state", "text", "made_by", "made_at", "lodged_at", "answer", "reviewer_name", "outcome",
    "remedy", "decision", "redo", "redo_of", "redone", "fee", "fee_due_on", "fee_paid_on", "ended_at",
)  # fmt: skip
REQUEST = ("kind", "asked", "asked_by", "asked_at", "due_at", "answer", "answered_by", "answered_at")


@section(55, _l("Admission"))
def admission(tender: Tender) -> Iterator[Exhibit]:
    """Per bidder the checklist and the decision, then what was asked of it and answered."""
    if tender.quality_opened_at is None:
        return
    for bid in tender_queries.sent_bids(tender):
        yield from _decision(bid)
        for number, row in enumerate(queries.requests_of(bid), start=1):
            yield from _request(bid, number, row)


@section(75, _l("Complaints"))
def complaints(tender: Tender) -> Iterator[Exhibit]:
    for row in complaint_queries.complaints_of(tender):
        data = {name: getattr(row, name) for name in COMPLAINT} | {"by": row.organisation.name}
        title = _("Complaint %(number)s of %(who)s", number=row.number, who=row.organisation.name)
        yield Exhibit(
            f"75-complaints/{row.number}.json", title, as_json(data), author=row.made_by, at=row.made_at,
            owner=row.organisation_id, show=_shown(row),
        )  # fmt: skip
        yield from _superseded(row)


def _superseded(row: Complaint) -> Iterator[Exhibit]:
    """Marks and admissions as they stood before the complaint, bidder by bidder."""
    old = complaint_queries.superseded_by(row)
    for bid in dict.fromkeys(one.bid for one in old):
        own = [one for one in old if one.bid_id == bid.id]
        data = [
            {"kind": one.kind, "criterion": one.criterion.code if one.criterion else None, **one.content} for one in own
        ]
        lines = [(one.kind, typed(str(one.content["by"])), typed(one.content["reason"])) for one in own]
        columns = [Column(_("What"), 0.8), Column(_("By"), 1.2), Column(_("Reason"), 2.6)]
        yield Exhibit(
            f"75-complaints/{row.number}/before-{bid.public_id}.json",
            _("Before complaint %(number)s: %(bidder)s", number=row.number, bidder=bid.organisation.name),
            as_json(data), author=_("the fund"), at=max(one.ended_at for one in own), owner=bid.organisation_id,
            show=_table(columns, lines),
        )  # fmt: skip


def _table(columns: list[Column], lines: list[tuple[str, str, str]]) -> Any:
    return lambda paper: paper.table(columns, lines)


def _decision(bid: Bid) -> Iterator[Exhibit]:
    decided, checks = queries.admission_of(bid), queries.checks_of(bid)
    if decided is None:
        return
    lines = [
        {"organisation": row.organisation.number, "code": row.code, "finding": row.finding,
         "evidence": row.evidence, "expires_on": row.expires_on, "by": row.checked_by, "at": row.checked_at}
        for row in checks
    ]  # fmt: skip
    data = {"decision": decided.decision, "reason": decided.reason, "checks": lines,
            "barred_lots": decided.barred_lots}  # fmt: skip
    rows = [
        (Cell(row.code, typed(row.organisation.name)), row.finding, Cell(typed(row.evidence), typed(row.checked_by)))
        for row in checks
    ]
    columns = [Column(_("Line"), 1.4), Column(_("Finding"), 0.8), Column(_("Evidence, by"), 2)]
    yield Exhibit(
        f"55-admission/{bid.public_id}.json", _("Admission of %(bidder)s", bidder=bid.bidder),
        as_json(data), author=decided.decided_by_name, at=decided.decided_at, owner=bid.organisation_id,
        show=lambda paper: paper.paragraph(f"{decided.decision}: {typed(decided.reason)}").table(columns, rows),
    )  # fmt: skip


def _request(bid: Bid, number: int, row: BidRequest) -> Iterator[Exhibit]:
    data = {name: getattr(row, name) for name in REQUEST}
    title = _("Request %(number)s to %(bidder)s", number=number, bidder=bid.bidder)
    place = f"55-admission/{bid.public_id}/request-{number}"
    yield Exhibit(
        f"{place}.json", title, as_json(data), author=row.asked_by, at=row.asked_at, owner=bid.organisation_id,
        show=lambda paper: paper.facts([(_("Asked"), typed(row.asked)), (_("Answered"), typed(row.answer) or "–")]),
    )  # fmt: skip
    if row.file is not None:
        name = f"{place}-{row.file.filename}"
        answered = _("Answer to request %(number)s of %(bidder)s", number=number, bidder=bid.bidder)
        yield Exhibit(
            name, answered, file=row.file, author=row.answered_by, at=row.answered_at, owner=bid.organisation_id
        )


def _shown(row: Complaint) -> Any:
    facts = [
        (_("Complaint"), typed(row.text)),
        (_("Answer"), typed(row.answer) or "–"),
        (_("Decision"), f"{row.outcome} {typed(row.decision)}".strip() or "–"),
        (_("Ended"), papers.said(row.ended_at) if row.ended_at else "–"),
    ]
    return lambda paper: paper.facts(facts)
