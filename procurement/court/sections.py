"""Before the scoring: notice, receipts, manifest, openings, declarations, bids, and last the audit trail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from core import audit, clock
from core.acts import Act
from core.audit import AuditEntry
from core.documents import Cell, Column, Document, code, typed
from core.words import _, _l
from procurement import papers
from procurement.court.exhibits import Exhibit, as_json, section, texts
from procurement.criterion_words import measured_by, plain
from procurement.models.bid import Bid, SealedPart
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.queries import court as queries
from procurement.queries import tenders as tender_queries
from procurement.sealing import EnvelopeKind, part_name
from procurement.workforce import QUESTIONS, without_facts

MICROSECONDS = "%Y-%m-%d %H:%M:%S.%f"
OPENINGS = (Act.MANIFEST_PUBLISHED, Act.OPENING_JOINED, Act.QUALITY_OPENED, Act.PRICE_OPENED)
TENDER = (
    "number", "title", "notice_version", "closes_at", "price_formula", "combination", "quality_minimum",
    "social_minimum", "most_to_price", "is_renormalised", "are_averages_frozen", "tie_ladder", "low_price_rules",
    "draw_source", "draw_value",
)  # fmt: skip
CRITERION = (
    "code", "block", "name", "weight", "measure", "zero_at", "full_at", "steps", "unit", "minimum", "gate",
)  # fmt: skip
LOT = ("number", "title", "ceiling", "floor", "price_field", "is_reserved")


@section(10, _l("Notice and documents"))
def notice(tender: Tender) -> Iterator[Exhibit]:
    """What was asked, as data for the check and as it was handed out."""
    terms = as_json(_terms(tender))
    yield Exhibit(
        "10-notice/tender.json", _l("Terms of the tender"), terms, author=tender.author_name, at=tender.created_at,
        role="tender", show=lambda paper: _show_terms(paper, tender),
    )  # fmt: skip
    title = _("Notice, version %(version)s", version=tender.notice_version)
    pdf = papers.notice(tender)
    yield Exhibit("10-notice/notice.pdf", title, pdf, author=tender.approver_name, at=tender.published_at)


@section(30, _l("Receipts and manifest"))
def receipts(tender: Tender) -> Iterator[Exhibit]:
    """Nothing before the deadline: until then even their number is nobody's business."""
    if tender.manifest is None:
        return
    rows = bid_queries.receipts_of(tender)
    yield Exhibit(
        "30-receipts/receipts.json", _l("Signed receipts, in the order of arrival"),
        as_json({"receipt_key": tender.receipt_key, "receipts": [row.signed for row in rows]}),
        author=_("the system"), at=tender.closes_at, role="receipts",
        show=lambda paper: paper.table(
            [Column(_("Receipt"), 1.2, is_bold=True), Column(_("Arrived"), 1.6), Column(_("SHA-256"), 2.6)],
            [(code(row.number), papers.said(row.received_at, MICROSECONDS), code(row.sha256)) for row in rows],
        ),
    )  # fmt: skip
    manifest = tender.manifest
    yield Exhibit(
        "30-receipts/manifest.json", _l("Manifest"), as_json(manifest), author=_("the system"), at=tender.closes_at,
        role="manifest", show=lambda paper: paper.fingerprint(_("Merkle root of the receipts"), manifest["root"]),
    )  # fmt: skip


@section(40, _l("Openings"))
def openings(tender: Tender) -> Iterator[Exhibit]:
    """Minutes: who came, when, what was found, straight from the trail."""
    rows = audit.entries(tender.stream, *OPENINGS)
    if rows:
        yield Exhibit(
            "40-openings/minutes.json", _l("Minutes of the openings"), as_json([_entry(row) for row in rows]),
            author=rows[-1].actor_name, at=rows[-1].recorded_at, show=lambda paper: _show_entries(paper, rows),
        )  # fmt: skip


@section(45, _l("Declarations of interest"))
def declarations(tender: Tender) -> Iterator[Exhibit]:
    declared = [row for row in tender.people if row.declared_at]
    if declared:
        data = [
            {"name": r.name, "duty": r.duty, "interest": r.interest, "text": r.interest_text, "at": r.declared_at}
            for r in declared
        ]
        yield Exhibit(
            "45-declarations/declarations.json", _l("Declarations of interest"), as_json(data),
            author=_("each person"), at=max(row.declared_at for row in declared if row.declared_at),
            show=lambda paper: paper.table(
                [Column(_("Person"), 2, is_bold=True), Column(_("Duty")), Column(_("Interest")), Column(_("Declared"))],
                [(Cell(typed(r.name), typed(r.interest_text)), r.duty, r.interest, papers.said(r.declared_at))
                 for r in declared if r.declared_at],
            ),
        )  # fmt: skip


@section(50, _l("Bids"))
def bids(tender: Tender) -> Iterator[Exhibit]:
    """Sealed envelopes from the manifest on; their content once the quality scores are locked. A portal seals none."""
    if tender.manifest is None and tender.locked_at is None:
        return
    results = [row for lot in tender.lots for row in tender_queries.results_of(lot)]
    tied = {row.bid_id for row in results if any(rung["step"] in QUESTIONS for rung in row.tie_break or ())}
    for bid in tender_queries.sent_bids(tender):
        if tender.locked_at is not None:
            yield from _contents(bid, tied)
        if tender.manifest is not None:
            yield from (_sealed(bid, part) for part in bid.parts)


@section(95, _l("Audit trail of this tender"))
def trail(tender: Tender) -> Iterator[Exhibit]:
    """The tender's own stream, with the hashes that chain it. Who asked a question, and until the bids close who sent
    one, are hashes alone."""
    rows = audit.entries(tender.stream)
    shown = [row for row in rows if _may_be_read(row, tender)]
    data = [_entry(row) if row in shown else {"withheld": True, "digest": row.digest.hex()} for row in rows]
    yield Exhibit(
        "95-audit/audit.json", _l("Audit trail"), as_json(data), author=_("the system"), at=rows[-1].recorded_at,
        role="audit", show=lambda paper: _show_entries(paper, shown),
    )  # fmt: skip


def _may_be_read(row: AuditEntry, tender: Tender) -> bool:
    return row.act != Act.QUESTION_ASKED and (tender.manifest is not None or not row.act.startswith("bid."))


def _terms(tender: Tender) -> dict[str, Any]:
    """What the arithmetic needs, as texts."""
    return {
        **_named(tender, TENDER), "knee": "0.90", "exponent": "0.5",
        "criteria": [_named(row, CRITERION) for row in tender.criteria],
        "lots": [
            _named(lot, LOT) | {"volumes": {row.service: row.volume for row in lot.services}} for lot in tender.lots
        ],
    }  # fmt: skip


def _named(row: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _show_terms(paper: Document, tender: Tender) -> None:
    paper.facts(
        [
            (_("Title"), typed(tender.title)),
            (_("Bids close"), papers.said(tender.closes_at)),
            (_("Price formula"), tender.price_formula),
            (_("Approved by"), typed(tender.approver_name) or "–"),
        ]
    )
    rows = [(typed(row.name), measured_by(row), plain(row.weight)) for row in tender.criteria]
    columns = [Column(_("Criterion"), 2, is_bold=True), Column(_("How"), 3), Column(_("Weight"), is_amount=True)]
    paper.table(columns, rows)


def _contents(bid: Bid, tied: Collection[int]) -> Iterator[Exhibit]:
    name = bid.bidder
    for envelope in ("quality", "price"):
        content = bid.content(envelope)
        if bid.id not in tied:  # nobody looks at these before a tie needs them
            content = without_facts(content)
        if content:
            yield Exhibit(
                f"50-bids/{bid.public_id}/{envelope}.json", _("%(bidder)s: %(what)s", bidder=name, what=envelope),
                as_json(content), author=name, at=bid.receipt.received_at if bid.receipt else None,
                owner=bid.organisation_id, role=f"bid-{envelope}", key=bid.public_id,
                show=_answers(content) if envelope == "quality" else _rates(content),
            )  # fmt: skip
    for number, file in queries.attachments(bid):
        title = _("%(bidder)s: %(what)s", bidder=name, what=file.filename)
        path = f"50-bids/{bid.public_id}/documents/{number}-{file.filename}"
        yield Exhibit(path, title, file=file, author=name, at=file.created_at, owner=bid.organisation_id)


def _answers(content: dict[str, Any]) -> Any:
    pairs = [(key, typed(str(text))) for part in ("answers", "promises") for key, text in content.get(part, {}).items()]
    return (lambda paper: paper.facts(pairs)) if pairs else None


def _rates(content: dict[str, Any]) -> Any:
    rows = [
        (_("Lot %(lot)s, %(service)s", lot=lot, service=service), code(rate))
        for lot, sheet in content.get("rates", {}).items()
        for service, rate in sheet.items()
    ]
    return (lambda paper: paper.facts(rows)) if rows else None


def _sealed(bid: Bid, part: SealedPart) -> Exhibit:
    """The ciphertext as it was received: its hash is the one in the receipt."""
    name = part_name(EnvelopeKind(part.envelope), part.document or None)
    title = _("%(bid)s: sealed envelope %(name)s", bid=bid.public_id, name=name)
    path = f"50-bids/{bid.public_id}/sealed/{name.replace('/doc=', '-')}.bin"
    received_at = bid.receipt.received_at if bid.receipt else None
    return Exhibit(
        path, title, part.ciphertext or b"", part.file, author=bid.bidder, at=received_at,
        owner=bid.organisation_id, role="sealed", key=f"{bid.public_id}:{name}",
    )  # fmt: skip


def _entry(row: AuditEntry) -> dict[str, Any]:
    """What was hashed, beside the hash."""
    return {
        "body": {
            "stream": row.stream, "sequence": row.sequence, "act": row.act, "subject": row.subject,
            "actor": row.actor_id, "name": row.actor_name, "reason": row.reason, "before": row.before,
            "after": row.after, "at": clock.microseconds(row.recorded_at),
        },
        "recorded_at": texts(row.recorded_at),
        "digest": row.digest.hex(),
    }  # fmt: skip


def _show_entries(paper: Document, rows: Any) -> None:
    columns = [Column("#", 0.4), Column(_("When"), 1.5), Column(_("Act"), 1.5, is_bold=True), Column(_("By"), 1.2)]
    said = [
        (
            str(row.sequence),
            papers.said(row.recorded_at),
            Cell(row.act, code(row.subject)),
            Cell(typed(row.actor_name), typed(row.reason)),
        )
        for row in rows
    ]
    paper.table(columns, said)
