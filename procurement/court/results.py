"""From the marks to the contract: scores with author and time, results, awards, letters, contracts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.documents import Cell, Column, Document, code, typed
from core.words import _, _l
from procurement import papers, workforce
from procurement.court.exhibits import Exhibit, as_json, section, texts
from procurement.models.evaluation import Award, LotResult, Mark, Moderation
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.queries import court as queries
from procurement.queries import tenders as tender_queries
from procurement.queries.signatures import signatures_of
from procurement.signature_words import how_signed

Told = tuple[Mark | Moderation, Cell]


@section(60, _l("Scores"))
def scores(tender: Tender) -> Iterator[Exhibit]:
    """Every mark with its author, time and reason, bid by bid, once they are locked."""
    if tender.locked_at is None:
        return
    marks, agreed = bid_queries.submitted_marks(tender), bid_queries.moderations_of(tender)
    aside = bid_queries.marks_set_aside(tender)
    for bid in tender_queries.sent_bids(tender):
        own = [row for row in marks if row.bid_id == bid.id]
        moderated = [row for row in agreed if row.bid_id == bid.id]
        data = {
            "bid": bid.public_id,
            "marks": [_mark(row) for row in own],
            "moderations": [_moderation(row) for row in moderated],
            "set_aside": [_mark(row) for row in aside if row.bid_id == bid.id],
        }
        if own:
            yield Exhibit(
                f"60-scores/{bid.public_id}.json", _("Marks of %(bidder)s", bidder=bid.bidder),
                as_json(data), author=_("the evaluators"), at=max(row.saved_at for row in own),
                owner=bid.organisation_id, role="scores", key=bid.public_id, show=_shown_marks(own, moderated),
            )  # fmt: skip


@section(65, _l("Results"))
def results(tender: Tender) -> Iterator[Exhibit]:
    """Points, prices, ranks and tie-breaks of each lot, once it is ranked."""
    rows = [row for lot in tender.lots if lot.state != "open" for row in tender_queries.results_of(lot)]
    if rows and tender.price_opened_at is not None:
        yield Exhibit(
            "65-results/results.json", _l("Results by lot"), as_json([_result(row) for row in rows]),
            author=_("the system"), at=tender.price_opened_at, role="results", tells=("price", "points"),
            show=lambda paper: _show_results(paper, rows),
        )  # fmt: skip


@section(70, _l("Awards and letters"))
def awards(tender: Tender) -> Iterator[Exhibit]:
    """Who proposed, who decided, why; and each letter as it went out."""
    rows = queries.all_awards(tender)
    if not rows:
        return
    yield Exhibit(
        "70-awards/awards.json", _l("Awards"), as_json([_award(row) for row in rows]), author=rows[-1].proposer_name,
        at=rows[-1].proposed_at, role="awards", tells=("price",),
        show=lambda paper: _show_awards(paper, rows),
    )  # fmt: skip
    for award in rows:
        yield from _reasons(tender, award)
        for letter in award.letters:
            title = _("Letter %(award)s to %(bidder)s", award=award.number, bidder=letter.organisation.name)
            path = f"70-awards/{award.number}/letter-{letter.organisation.number}.pdf"
            yield Exhibit(
                path, title, file=letter.file, author=award.decider_name, at=letter.sent_at,
                owner=letter.organisation_id,
            )  # fmt: skip


@section(80, _l("Contracts"))
def contracts(tender: Tender) -> Iterator[Exhibit]:
    rows = queries.contracts_of(tender)
    if rows:
        data = [
            {
                "number": row.number, "title": row.title, "state": row.state, "origin": row.origin,
                "organisation": row.organisation.name, "valid_from": row.valid_from, "valid_until": row.valid_until,
                "budget": row.budget, "signed_at": row.signed_at,
                "signatures": [how_signed(one) for one in signatures_of(row) if one.state == "counts"],
                "lines": [{"service": line.service, "rate": line.rate, "volume": line.volume} for line in row.lines],
            }
            for row in rows
        ]  # fmt: skip
        yield Exhibit(
            "80-contracts/contracts.json", _l("Contracts"), as_json(data), author=_("the fund"),
            at=max(row.created_at for row in rows),
            show=lambda paper: paper.table(
                [Column(_("Contract"), 1.2, is_bold=True), Column(_("Provider"), 2), Column(_("State"))],
                [(code(row.number), typed(row.organisation.name), row.state) for row in rows],
            ),
        )  # fmt: skip


def _mark(row: Mark) -> dict[str, Any]:
    return {
        "criterion": row.criterion.code, "evaluator": row.evaluator.name, "mark": row.mark, "reason": row.reason,
        "at": texts(row.saved_at),
    }  # fmt: skip


def _moderation(row: Moderation) -> dict[str, Any]:
    return {
        "criterion": row.criterion.code, "moderator": row.moderator_name, "mark": row.mark, "reason": row.reason,
        "at": texts(row.moderated_at),
    }  # fmt: skip


def _shown_marks(own: list[Mark], moderated: list[Moderation]) -> Any:
    told: list[Told] = [(row, Cell(typed(row.evaluator.name), papers.said(row.saved_at))) for row in own]
    agreed: list[Told] = [(row, Cell(typed(row.moderator_name), _("moderated"))) for row in moderated]
    rows = [(row.criterion.code, who, str(row.mark), typed(row.reason)) for row, who in [*told, *agreed]]
    columns = [Column(_("Question"), 0.7), Column(_("By"), 1.5), Column(_("Mark"), 0.5), Column(_("Reason"), 2.6)]
    return lambda paper: paper.table(columns, rows)


def _result(row: LotResult) -> dict[str, Any]:
    return {
        "lot": row.lot.number,
        "bid": row.bid.public_id,
        "price": row.price,
        "total": str(row.total),
        "rank": row.rank,
        "sheet": {code_: value["points"] for code_, value in row.sheet.items()},
        "record": row.bid.record,
        "tie_break": workforce.told(row.tie_break or ()),
        "renormalised_to": {
            name: value["trace"]["inputs"]["best"]
            for name, value in row.sheet.items()
            if value["trace"]["formula"] == "renormalised"
        },
        "excluded_reason": row.excluded_reason,
        "flags": row.flags,
        "flag_decision": row.flag_decision,
        "flag_reason": row.flag_reason,
        "flag_decided_by": row.flag_decided_by,
    }


def _show_results(paper: Document, rows: list[LotResult]) -> None:
    columns = [
        Column(_("Lot"), 0.4), Column(_("Bidder"), 2.4, is_bold=True), Column(_("Points"), 2),
        Column(_("Total"), is_amount=True), Column(_("Rank"), 0.6, is_amount=True),
    ]  # fmt: skip
    said = [
        (
            str(row.lot.number),
            Cell(typed(row.bid.bidder), typed(row.excluded_reason)),
            "; ".join(f"{name} {value['points']}" for name, value in row.sheet.items()),
            f"{row.total:.2f}",
            str(row.rank or "–"),
        )
        for row in rows
    ]
    paper.table(columns, said)


def _award(row: Award) -> dict[str, Any]:
    return {
        "number": row.number, "lot": row.lot.number, "place": row.place, "with": row.decision.number,
        "bid": row.bid.public_id, "state": row.state,
        "amount": row.amount, "proposed_by": row.proposer_name,
        "proposed_at": row.proposed_at, "decided_by": row.decider_name, "decided_at": row.decided_at,
        "standstill_until": row.standstill_until, "sent_back_reason": row.sent_back_reason,
        "passed_over": row.passed_over, "set_aside_code": row.set_aside_code, "set_aside_at": row.set_aside_at,
        "set_aside_by": row.set_aside_by, "set_aside_reason": row.set_aside_reason,
    }  # fmt: skip


def _reasons(tender: Tender, award: Award) -> Iterator[Exhibit]:
    """Why each bidder stands where it stands: one exhibit each, since one bidder's is not for another."""
    for bid in tender_queries.sent_bids(tender):
        reason = award.reasons.get(bid.public_id)
        if reason:
            title = _("Award %(award)s: reason for %(bidder)s", award=award.number, bidder=bid.bidder)
            yield Exhibit(
                f"70-awards/{award.number}/reason-{bid.public_id}.txt", title, reason.encode(),
                author=award.proposer_name, at=award.proposed_at, owner=bid.organisation_id, show=_paragraph(reason),
            )  # fmt: skip


def _paragraph(text: str) -> Any:
    return lambda paper: paper.paragraph(typed(text))


def _show_awards(paper: Document, rows: list[Award]) -> None:
    columns = [
        Column(_("Award"), 1.2, is_bold=True), Column(_("Lot"), 0.4), Column(_("Proposed"), 1.6),
        Column(_("Decided"), 1.6), Column(_("State")),
    ]  # fmt: skip
    said = [
        (
            Cell(code(row.number), typed(row.bid.bidder)),
            str(row.lot.number),
            Cell(typed(row.proposer_name), papers.said(row.proposed_at)),
            Cell(typed(row.decider_name), papers.said(row.decided_at) if row.decided_at else "–"),
            row.state,
        )
        for row in rows
    ]
    paper.table(columns, said)
