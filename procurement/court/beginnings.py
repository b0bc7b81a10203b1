"""What came before the notice, and who bids together: the plan, talks with the market, joint bids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core import issued
from core.documents import Cell, Column, Document, code, typed
from core.words import _, _l
from procurement import papers
from procurement.court.exhibits import Exhibit, as_json, section
from procurement.criterion_words import plain
from procurement.models.bid import Bid, BidPartner
from procurement.models.planning import Consultation, PurchasePlan
from procurement.models.tender import Tender
from procurement.queries import joint, planning
from procurement.queries import tenders as tender_queries

PLAN = (
    "number", "title", "service_line", "need", "budget", "lot_strategy", "conflicts", "wanted_on", "author_name",
    "approver_name", "created_at",
)  # fmt: skip
TALK = ("held_on", "participants", "asked", "said", "recorded_by", "recorded_at")
PARTNER = ("share", "delivers", "state", "invited_at", "answered_at")


@section(5, _l("Planning"))
def plan(tender: Tender) -> Iterator[Exhibit]:
    """The purchase as it was noted and approved, if the tender came of one."""
    row = planning.plan_of(tender)
    if row is not None:
        title = _("Plan %(number)s", number=row.number)
        data = as_json({name: getattr(row, name) for name in PLAN})
        yield Exhibit("05-planning/plan.json", title, data, author=row.author_name, at=row.created_at, show=_plan(row))


@section(7, _l("Talks with the market"))
def talks(tender: Tender) -> Iterator[Exhibit]:
    """One exhibit for each: whom the fund talked with before it decided what to ask for."""
    row = planning.plan_of(tender)
    for number, talk in enumerate(row.consultations if row else (), start=1):
        data = as_json({name: getattr(talk, name) for name in TALK})
        title = _("Talk %(number)s, %(day)s", number=number, day=talk.held_on.isoformat())
        yield Exhibit(
            f"07-market/talk-{number}.json", title, data, author=talk.recorded_by, at=talk.recorded_at,
            show=_talk(talk),
        )  # fmt: skip


@section(48, _l("Joint bids"))
def joint_bids(tender: Tender) -> Iterator[Exhibit]:
    """Who joined whom, with which share, and its own yes; after the opening, when bidders may be named."""
    for bid in tender_queries.sent_bids(tender) if tender.quality_opened_at else ():
        rows = [row for row in joint.partners_of(bid) if row.answered_at]
        if rows:
            yield _joint(bid, rows)


def _joint(bid: Bid, rows: list[BidPartner]) -> Exhibit:
    partners = [
        {"organisation": row.organisation.number, "name": row.organisation.name}
        | {name: getattr(row, name) for name in PARTNER}
        for row in rows
    ]
    lead = {"organisation": bid.organisation.number, "name": bid.organisation.name}
    return Exhibit(
        f"48-joint/{bid.public_id}.json", _("Partners of %(bidder)s", bidder=bid.organisation.name),
        as_json({"bid": bid.public_id, "lead": lead, "partners": partners}), author=bid.organisation.name,
        at=max(row.answered_at for row in rows if row.answered_at), owner=bid.organisation_id,
        show=lambda paper: _show_partners(paper, rows),
    )  # fmt: skip


def _show_partners(paper: Document, rows: list[BidPartner]) -> None:
    said = [
        (
            Cell(typed(row.organisation.name), code(row.organisation.number)),
            typed(row.delivers),
            f"{plain(row.share)} %",
            Cell(row.state, papers.said(row.answered_at) if row.answered_at else ""),
        )
        for row in rows
    ]
    columns = [
        Column(_("Partner"), 2, is_bold=True), Column(_("Delivers"), 2.4), Column(_("Share"), is_amount=True),
        Column(_("Answer"), 1.4),
    ]  # fmt: skip
    paper.table(columns, said)


def _plan(row: PurchasePlan) -> Any:
    facts = [
        (_("Need"), typed(row.need)),
        (_("Budget"), issued.printed(row.budget)),
        (_("Division into lots"), typed(row.lot_strategy) or "–"),
        (_("Interests"), typed(row.conflicts) or "–"),
        (_("Approved by"), typed(row.approver_name) or "–"),
    ]
    return lambda paper: paper.facts(facts)


def _talk(row: Consultation) -> Any:
    facts = [(_("With"), typed(row.participants)), (_("Asked"), typed(row.asked)), (_("Said"), typed(row.said))]
    return lambda paper: paper.facts(facts)
