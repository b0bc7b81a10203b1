"""From readable claims to numbered files: who is meant, is the number free, what is corrected; then the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from claims.benefit_plan.rows import BenefitPlan
from claims.case import Finding
from claims.decisions import Verdict
from claims.filed import DRY_RUN_ID, Filed, claim_number
from claims.intake.values import ClaimInput, numbered
from claims.models import Claim, ClaimLine, ClaimNumber
from claims.producers import nothing_to_correct
from claims.queries import facts as queries
from claims.states import HOLDS_NUMBER
from core.actors import Actor
from core.db import allocate_ids, bulk_insert, db
from core.errors import Conflict
from core.words import _l

Home = tuple[int, int, int]  # member, household, partition


@dataclass(slots=True)
class Filing:
    """One claim on its way in. `holder`: the row that has its number already; `prior`: the claim it corrects."""

    claim: ClaimInput
    filed: Filed
    kind: str = "new"
    holder: Any = None
    prior: Any = None

    @property
    def holder_number(self) -> str:
        return self.holder.number if self.holder is not None else self.filed.number

    @property
    def holder_state(self) -> str:
        return self.holder.state if self.holder is not None else ""

    @property
    def is_repeat(self) -> bool:
        return self.holder is not None and self.holder.content_hash == self.claim.content_hash


def homes(member_numbers: Collection[str]) -> dict[str, Home]:
    return queries.members_by_number(member_numbers)


def open_files(
    claims: Sequence[ClaimInput], *, by: Actor, at: dt.datetime, zone: ZoneInfo, is_dry: bool = False
) -> list[Filing]:
    """Lock the households, then find who holds the numbers; fresh claims get an id."""
    found = homes({claim.member_number for claim in claims})
    if not is_dry:
        queries.lock_households({found[claim.member_number][1] for claim in claims if claim.member_number in found})
    holders = _holders(claims)
    ids: Iterable[int] = range(DRY_RUN_ID, DRY_RUN_ID + len(claims))
    files = [_file(numbered(claim), found.get(claim.member_number), by, at) for claim in claims]
    for file in files:
        claim = file.claim
        file.holder = holders.get((claim.organisation_id, claim.provider_claim_no))
        file.prior = holders.get((claim.organisation_id, claim.replaces_no)) if claim.replaces_no else None
        file.kind = _kind(file)
    fresh = [file for file in files if file.kind == "new" or is_dry]
    if fresh and not is_dry:
        ids = allocate_ids("claim", len(fresh))
    for file, claim_id in zip(fresh, ids, strict=False):
        file.filed.id = claim_id
        file.filed.number = "" if is_dry else claim_number(claim_id, file.filed.received_at.astimezone(zone).date())
        file.filed.replaces_claim_id = file.prior.id if file.prior is not None else None
    return files


def _holders(claims: Sequence[ClaimInput]) -> dict[tuple[int, str], Any]:
    numbers = {claim.provider_claim_no for claim in claims} | {claim.replaces_no for claim in claims} - {""}
    rows = queries.number_holders({claim.organisation_id for claim in claims}, numbers)
    return {(row.organisation_id, row.provider_claim_no): row for row in rows}


def _kind(file: Filing) -> str:
    """A number is held by a claim that waits or is decided; one that was sent back may be sent again, corrected."""
    if file.holder is None or file.holder.state not in HOLDS_NUMBER:
        return "new"
    return "known" if file.is_repeat else "conflict"


def _file(claim: ClaimInput, home: Home | None, by: Actor, at: dt.datetime) -> Filing:
    member_id, household_id, partition = home or (None, None, 0)
    filed = Filed(
        id=0,
        number="",
        partition=partition,
        organisation_id=claim.organisation_id,
        site_id=claim.site_id,
        provider_claim_no=claim.provider_claim_no,
        member_number=claim.member_number,
        member_id=member_id,
        household_id=household_id,
        received_at=claim.received_at or at,
        lines=claim.lines,
        service_line=claim.service_line,
        sent_by=by.person,
        referral_no=claim.referral_no,
        visit_type=claim.visit_type,
        stated_total=claim.stated_total,
    )
    return Filing(claim, filed)


def mark_uncorrectable(files: Sequence[Filing], verdicts: Sequence[Verdict]) -> None:
    """ADM-07: a claim that corrects what is not there, or ended already, is sent back whole."""
    for file, verdict in zip(files, verdicts, strict=True):
        if not file.claim.replaces_no or (file.prior is not None and file.prior.state not in ("voided", "replaced")):
            continue
        decision = verdict.decision
        for line in decision.lines:
            line.findings.append(nothing_to_correct.keep(Finding(claim=file.claim.replaces_no)))
            line.state, line.headline = "returned", nothing_to_correct.code
            line.undecided = line.submitted
            line.benefit = line.member_share = line.write_off = 0
            line.trace, line.use = [], []
        decision.state, decision.headline = "returned", nothing_to_correct.code
        decision.undecided = decision.submitted
        decision.benefit = decision.member_share = decision.write_off = 0


def name_service_lines(claims: Sequence[Filed], plan_for: Callable[[dt.date], BenefitPlan]) -> None:
    """A claim belongs to the service line of its first known code: its expense account and its place in lists.

    It is restricted if any of its services is.
    """
    for claim in claims:
        for line in claim.lines:
            day = line.service_until or line.service_from
            row = plan_for(day).row(line.code_system, line.service, day) if day and line.service else None
            if row is not None:
                claim.service_line = claim.service_line or row.line
                claim.is_restricted = claim.is_restricted or row.is_restricted


def settle(files: Sequence[Filing], verdicts: Sequence[Verdict]) -> list[tuple[Filing, Verdict]]:
    """What is worth keeping: the same claim, sent back before and now again, is answered with its first answer."""
    kept = []
    for file, verdict in zip(files, verdicts, strict=True):
        if file.is_repeat and file.holder.state == verdict.decision.state == "returned":
            file.kind = "known"
        else:
            kept.append((file, verdict))
    return kept


def replaced_by(files: Sequence[Filing], verdicts: Sequence[Verdict]) -> dict[int, str]:
    """Claims that end because an accepted correction takes their place: id → number of the correction."""
    return {
        file.prior.id: file.filed.number
        for file, verdict in zip(files, verdicts, strict=True)
        if file.prior is not None and verdict.decision.state != "returned"
    }


def write(files: Sequence[Filing], *, receipt_id: int | None) -> None:
    """Take the numbers, then insert claims and lines as sets."""
    _take_numbers([file for file in files if file.holder is None])
    for file in files:
        if file.holder is not None:
            _move_number(file)
    bulk_insert(Claim.__table__, [_claim_row(file, receipt_id) for file in files])
    bulk_insert(ClaimLine.__table__, [row for file in files for row in _line_rows(file.filed)])


def _take_numbers(files: Sequence[Filing]) -> None:
    """A number that someone else took in this moment is not overwritten: the whole act is tried again."""
    if not files:
        return
    rows = [
        {
            "organisation_id": file.filed.organisation_id,
            "provider_claim_no": file.filed.provider_claim_no,
            "partition": file.filed.partition,
            "claim_id": file.filed.id,
        }
        for file in files
    ]
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(ClaimNumber.__table__).on_conflict_do_nothing()
    taken: Any = db.session.execute(statement, rows, execution_options={"preserve_rowcount": True})
    if taken.rowcount != len(rows):
        raise Conflict(_l("A claim with the same number arrived at the same moment. Send again."), code="same_moment")


def _move_number(file: Filing) -> None:
    place = (
        ClaimNumber.organisation_id == file.filed.organisation_id,
        ClaimNumber.provider_claim_no == file.filed.provider_claim_no,
        ClaimNumber.claim_id == file.holder.id,
    )
    values = {"partition": file.filed.partition, "claim_id": file.filed.id}
    if not db.session.execute(update(ClaimNumber).where(*place).values(values)).rowcount:  # type: ignore[attr-defined]
        raise Conflict(_l("A claim with the same number arrived at the same moment. Send again."), code="same_moment")


def _claim_row(file: Filing, receipt_id: int | None) -> dict[str, Any]:
    filed, claim = file.filed, file.claim
    starts = [line.service_from for line in filed.lines if line.service_from]
    ends = [day for line in filed.lines if (day := line.service_until or line.service_from)]
    received_on = filed.received_at.date()
    first = min(starts, default=received_on)
    return {
        "partition": filed.partition,
        "id": filed.id,
        "number": filed.number,
        "organisation_id": filed.organisation_id,
        "site_id": filed.site_id,
        "provider_claim_no": filed.provider_claim_no,
        "content_hash": claim.content_hash,
        "member_number": filed.member_number[:40],
        "member_id": filed.member_id,
        "household_id": filed.household_id,
        "service_line": filed.service_line,
        "service_from": first,
        "service_until": max(first, max(ends, default=first)),
        "lines": len(filed.lines),
        "amount": claim.amount,
        "replaces_claim_id": filed.replaces_claim_id,
        "channel": claim.channel,
        "receipt_id": receipt_id,
        "received_at": filed.received_at,
        "sent_by": filed.sent_by,
        "note": claim.note,
        "referral_no": claim.referral_no,
        "visit_type": claim.visit_type,
        "stated_total": claim.stated_total,
        "is_restricted": filed.is_restricted,
    }


def _line_rows(filed: Filed) -> Iterable[dict[str, Any]]:
    for line in filed.lines:
        yield {
            "partition": filed.partition,
            "claim_id": filed.id,
            "line_no": line.line_no,
            "code_system": line.code_system,
            "service": line.service,
            "service_from": line.service_from,
            "service_until": line.service_until,
            "starts_at": line.starts_at,
            "ends_at": line.ends_at,
            "quantity_milli": line.quantity_milli,
            "unit_price": line.unit_price,
            "amount": line.amount,
            "practitioner": line.practitioner,
            "authorisation_no": line.authorisation_no,
            "visit_no": line.visit_no,
            "diagnoses": " ".join(line.diagnoses)[:80],
            "unreadable": " ".join(line.unreadable),
        }
