"""From readable claims to numbered files: who is meant, is the number free, what is corrected; then the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from claims import numbering
from claims.benefit_plan.rows import BenefitPlan
from claims.case import Finding
from claims.filed import DRY_RUN_ID, Filed, claim_number
from claims.models import Claim, ClaimLine
from claims.producers import nothing_to_correct
from claims.queries import facts as queries
from claims.sent import ClaimInput, numbered
from claims.states import HOLDS_NUMBER
from claims.verdicts import Verdict
from core.actors import Actor
from core.db import allocate_ids, bulk_insert

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
    """Lock the households, then take the numbers or find who holds them; fresh claims get an id."""
    numbers = {claim.member_number for claim in claims}
    found = homes(numbers) if is_dry else queries.locked_members(numbers)
    files = [_file(numbered(claim), found.get(claim.member_number), by, at) for claim in claims]
    taken = {} if is_dry else numbering.take([file.filed for file in files])
    _meet_holders(files, taken)
    fresh = [file for file in files if file.kind == "new" or is_dry]
    for file, claim_id in zip(fresh, _ids(fresh, taken, is_dry), strict=True):
        file.filed.id = claim_id
        file.filed.number = "" if is_dry else claim_number(claim_id, file.filed.received_at.astimezone(zone).date())
        file.filed.replaces_claim_id = file.prior.id if file.prior is not None else None
    return files


def unopened(claims: Sequence[ClaimInput], *, by: Actor, at: dt.datetime) -> list[Filed]:
    """Claims that are only asked about, with whom they name; nothing is locked and no number looked at."""
    found = homes({claim.member_number for claim in claims}) if claims else {}
    return [_file(claim, found.get(claim.member_number), by, at).filed for claim in claims]


def _meet_holders(files: Sequence[Filing], taken: Mapping[numbering.Own, int]) -> None:
    """Who has the number already, and which claim is corrected; nobody is asked where all numbers were free."""
    claims = [file.claim for file in files]
    is_asked = len(taken) < len(files) or any(claim.replaces_no for claim in claims)
    holders = _holders(claims) if is_asked else {}
    for file in files:
        file.holder = holders.get(numbering.own(file.filed))
        file.prior = (
            holders.get((file.claim.organisation_id, file.claim.replaces_no)) if file.claim.replaces_no else None
        )
        file.kind = _kind(file)


def _ids(fresh: Sequence[Filing], taken: Mapping[numbering.Own, int], is_dry: bool) -> Iterator[int]:
    """The id that came with the number, or a new one where the number comes from its holder. Twice in one act: no."""
    if is_dry:
        yield from range(DRY_RUN_ID, DRY_RUN_ID + len(fresh))
        return
    again = iter(allocate_ids("claim", count) if (count := sum(file.holder is not None for file in fresh)) else ())
    free = dict(taken)
    for file in fresh:
        claim_id = next(again) if file.holder is not None else free.pop(numbering.own(file.filed), None)
        if claim_id is None:
            raise numbering.same_moment()
        yield claim_id


def _holders(claims: Sequence[ClaimInput]) -> dict[numbering.Own, Any]:
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
    """Insert claims and lines as sets; what was numbered before moves its number."""
    for file in files:
        if file.holder is not None:
            numbering.move(file.filed, file.holder.id)
    bulk_insert(Claim.__table__, [_claim_row(file, receipt_id) for file in files])
    bulk_insert(ClaimLine.__table__, [row for file in files for row in _line_rows(file.filed)])


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
