"""A file of claims: read, tried without a trace, or taken in with a receipt; the same bytes again change nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from claims import batch, services
from claims.intake import reading
from claims.models import ClaimReceipt
from claims.queries import records
from claims.sent import ClaimInput
from claims.services import Outcome
from core import audit, files
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import InputErrors
from core.money import Currency
from core.tables import Report
from core.tables.report import CellProblem, WrongRow
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
    """The report of a file: its rows, what became of its claims, and its receipt unless it was only tried."""

    rows: Report[reading.Row] | None
    outcomes: list[Outcome]
    receipt: ClaimReceipt | None = None
    is_known: bool = False

    @property
    def states(self) -> Counter[str]:
        return Counter(outcome.state for outcome in self.outcomes if outcome.kind == "new")

    @property
    def kinds(self) -> Counter[str]:
        return Counter(outcome.kind for outcome in self.outcomes)


def read(upload: Upload, currency: Currency) -> tuple[Report[reading.Row], list[ClaimInput]]:
    if not upload.content:
        raise InputErrors.at("file", _l("Choose a file with content."), upload.filename)
    report = reading.read_file(
        upload.content, upload.filename, upload.mapping, currency=currency, organisation_id=upload.organisation_id
    )
    return report, reading.claims_of(report.ready)


def try_file(upload: Upload, *, currency: Currency, by: Actor, at: dt.datetime, zone: ZoneInfo) -> Intake:
    """The answers that `take_file` would give; nothing is written but who asked."""
    report, claims = read(upload, currency)
    outcomes = services.dry_run_many(claims, by=by, at=at, zone=zone)
    return Intake(_without_refused(report, outcomes), [outcome for outcome in outcomes if outcome.kind != "refused"])


def _without_refused(report: Report[reading.Row], outcomes: Sequence[Outcome]) -> Report[reading.Row]:
    """Rows of claims that may not be asked about stand among those that need work."""
    refused = {(each.claim.organisation_id, each.claim.provider_claim_no): each.problem for each in outcomes}
    ready, wrong = [], list(report.wrong)
    for row in report.ready:
        problem = refused[row.value.claim.organisation_id, row.value.claim.provider_claim_no]
        if problem is None:
            ready.append(row)
        else:
            cell = CellProblem(problem.where, problem.found, problem.message)
            wrong.append(WrongRow(row.number, [], (cell,)))
    return replace(report, ready=ready, wrong=sorted(wrong, key=lambda row: row.number))


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

    `stamp` says when a claim of the past was received.
    """
    known = records.receipt_by_content(upload.sha256, upload.organisation_id)
    if known is not None and known.rows_wrong == 0:
        return Intake(None, [], known, is_known=True)
    report, claims = read(upload, currency)
    for claim in claims if stamp is not None else ():
        claim.received_at = stamp(claim) if stamp is not None else None
    receipt = _receipt(upload, report, by, at)
    is_later = most_at_once is not None and len(report.ready) > most_at_once
    take = services.store_many if is_later else services.submit_many
    outcomes = take(claims, by=by, at=at, zone=zone, receipt_id=receipt.id)
    if is_later:
        batch.start(at=at)
    receipt.claims_new = sum(outcome.kind == "new" for outcome in outcomes)
    receipt.claims_known = sum(outcome.kind == "known" for outcome in outcomes)
    after = {"sha256": upload.sha256, "rows": len(report.ready), "wrong": len(report.wrong), "new": receipt.claims_new}
    audit.record("claims-00", Act.CLAIMS_IMPORTED, f"receipt {receipt.id}", by=by, after=after)
    return Intake(report, outcomes, receipt)


def _receipt(upload: Upload, report: Report[reading.Row], by: Actor, at: dt.datetime) -> ClaimReceipt:
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
        rows_ready=len(report.ready),
        rows_wrong=len(report.wrong),
        problems=[[row.number, [problem.column for problem in row.problems]] for row in report.wrong[:500]],
        sent_by=by.person,
        received_at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def reread(receipt: ClaimReceipt, currency: Currency) -> Report[reading.Row]:
    """The report of a file taken in earlier, from its stored bytes."""
    assert receipt.file is not None
    return reading.read_file(
        files.read(receipt.file),
        receipt.filename,
        receipt.mapping,
        currency=currency,
        organisation_id=receipt.organisation_id,
    )


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
