"""A file of claims: read, tried without a trace, or taken in with a receipt; the same bytes again change nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from claims import batch, services
from claims.intake import reading
from claims.intake.spool import CHUNK, Rows, Spool, judged
from claims.intake.tally import Tally
from claims.models import ClaimReceipt
from claims.queries import records
from claims.sent import ClaimInput
from claims.services import Outcome
from core import audit, files, tables
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import InputErrors
from core.money import Currency
from core.tables.report import CellProblem, ReadyRow, WrongRow
from core.words import _l

Stamp = Callable[[ClaimInput], dt.datetime | None]


@dataclass(frozen=True, slots=True)
class Upload:
    """`content` as sent; `organisation_id` None: the fund imports for many providers."""

    content: bytes
    filename: str
    mapping: str
    organisation_id: int | None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Intake:
    """The rows of a file, what became of its claims, and its receipt unless it was only tried."""

    rows: Rows | None
    tally: Tally
    receipt: ClaimReceipt | None = None
    is_known: bool = False

    @property
    def states(self) -> Counter[str]:
        return self.tally.states

    @property
    def kinds(self) -> Counter[str]:
        return self.tally.kinds


def read(upload: Upload, currency: Currency, spool: Spool | None) -> Rows:
    """Judge every row; the ready ones lie in `spool` afterwards."""
    if not upload.content:
        raise InputErrors.at("file", _l("Choose a file with content."), upload.filename)
    opened = reading.open_file(
        upload.content, upload.filename, upload.mapping, currency=currency, organisation_id=upload.organisation_id
    )
    return judged(tables.chunks(opened, CHUNK), spool) or Rows(opened.header, opened.dialect)


def try_file(upload: Upload, *, currency: Currency, by: Actor, at: dt.datetime, zone: ZoneInfo) -> Intake:
    """The answers that `take_file` would give; nothing is written but who asked."""
    tally = Tally()
    with Spool() as spool:
        rows = read(upload, currency, spool)
        for shard in spool.shards():
            outcomes = services.dry_run_many(reading.claims_of(shard), by=by, at=at, zone=zone)
            _take_out_refused(rows, shard, outcomes)
            tally.add(outcome for outcome in outcomes if outcome.kind != "refused")
    rows.wrong.sort(key=lambda row: row.number)
    return Intake(rows, tally)


def _take_out_refused(rows: Rows, shard: Sequence[ReadyRow[reading.Row]], outcomes: Sequence[Outcome]) -> None:
    """Rows of claims that may not be asked about stand among those that need work."""
    refused = {(each.claim.organisation_id, each.claim.provider_claim_no): each.problem for each in outcomes}
    for row in shard:
        problem = refused[row.value.claim.organisation_id, row.value.claim.provider_claim_no]
        if problem is not None:
            rows.ready -= 1
            rows.wrong.append(WrongRow(row.number, [], (CellProblem(problem.where, problem.found, problem.message),)))


def take_file(
    upload: Upload,
    *,
    currency: Currency,
    by: Actor,
    at: dt.datetime,
    zone: ZoneInfo,
    stamp: Stamp | None = None,
    most_at_once: int | None = None,
) -> Intake:
    """Store and decide the good rows; with more than `most_at_once` lines a run of the worker decides them.

    A shard of whole households at a time, so that memory does not grow with the file; all of it in one transaction.
    `stamp` says when a claim of the past was received.
    """
    known = records.receipt_by_content(upload.sha256, upload.organisation_id)
    if known is not None and known.rows_wrong == 0:
        return Intake(None, Tally(), known, is_known=True)
    tally = Tally()
    with Spool() as spool:
        rows = read(upload, currency, spool)
        receipt = _receipt(upload, rows, by, at)
        is_later = most_at_once is not None and rows.ready > most_at_once
        take = services.store_many if is_later else services.submit_many
        for shard in spool.shards():
            claims = _stamped(reading.claims_of(shard), stamp)
            tally.add(take(claims, by=by, at=at, zone=zone, receipt_id=receipt.id))
    if is_later:
        batch.start(at=at)
    receipt.claims_new, receipt.claims_known = tally.kinds["new"], tally.kinds["known"]
    after = {"sha256": upload.sha256, "rows": rows.ready, "wrong": len(rows.wrong), "new": receipt.claims_new}
    audit.record("claims-00", Act.CLAIMS_IMPORTED, f"receipt {receipt.id}", by=by, after=after)
    return Intake(rows, tally, receipt)


def _stamped(claims: list[ClaimInput], stamp: Stamp | None) -> list[ClaimInput]:
    for claim in claims if stamp is not None else ():
        claim.received_at = stamp(claim) if stamp is not None else None
    return claims


def _receipt(upload: Upload, rows: Rows, by: Actor, at: dt.datetime) -> ClaimReceipt:
    stored = files.store(
        upload.content, filename=upload.filename, media_type="text/csv", organisation_id=upload.organisation_id, by=by
    )
    row = ClaimReceipt(
        organisation_id=upload.organisation_id,
        channel="file",
        file_id=stored.id,
        filename=upload.filename[:200],
        mapping=upload.mapping,
        sha256=upload.sha256,
        rows_ready=rows.ready,
        rows_wrong=len(rows.wrong),
        problems=[[row.number, [problem.column for problem in row.problems]] for row in rows.wrong[:500]],
        sent_by=by.person,
        received_at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def reread(receipt: ClaimReceipt, currency: Currency) -> Rows:
    """The rows of a file taken in earlier, from its stored bytes."""
    assert receipt.file is not None
    content = files.read(receipt.file)
    return read(Upload(content, receipt.filename, receipt.mapping, receipt.organisation_id), currency, None)


def note_unreadable(
    body: bytes, errors: InputErrors, *, channel: str, organisation_id: int | None, by: Actor, at: dt.datetime
) -> ClaimReceipt:
    """Proof that something came that is no claim: when, from whom, its hash and what was wrong, nothing else."""
    row = ClaimReceipt(
        organisation_id=organisation_id,
        channel=channel,
        sha256=hashlib.sha256(body).hexdigest(),
        rows_wrong=1,
        problems=[problem.where for problem in errors.problems],
        sent_by=by.person,
        received_at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row
