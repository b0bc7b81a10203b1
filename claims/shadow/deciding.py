"""Old claims decided as this fund would: whole households in the order of their days, with nothing but each other.

Cover, contracts, records and what was brought in at the opening count; claims that live here do not, so that the same
month can be compared before, during and after a move. Reads only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from claims import facts, filing
from claims.adjudication import decide
from claims.case import ClaimDecision
from claims.facts import PlanFor
from claims.sent import ClaimInput
from claims.shadow import correcting
from core.actors import Actor

SET = 2_000
RECEIVED_AFTER = dt.timedelta(days=30)


def decided(
    claims: Sequence[ClaimInput], *, by: Actor, at: dt.datetime, zone: ZoneInfo
) -> Iterator[tuple[ClaimInput, ClaimDecision]]:
    """Each claim with its decision. A claim without an instant of receipt counts as received 30 days after its care.

    What another claim of the file corrects ends; if that correction would be sent back, it stands after all.
    """
    plan_for = facts.plans()
    whole = correcting.endings(claims)
    for part in _sets(claims):
        for claim in part:
            claim.received_at = claim.received_at or _received(claim, at)
        answers, ends = list(_standing(part, whole, plan_for, by, at, zone)), whole
        refused = {correcting.own(claim) for claim, decision in answers if decision.state == "returned"}
        if refused and any(claim.replaces_no and correcting.own(claim) in refused for claim in part):
            ends = correcting.endings(claims, refused)
            answers = list(_standing(part, ends, plan_for, by, at, zone))
        yield from answers
        for claim in part:
            if correcting.own(claim) in ends:
                yield claim, correcting.ended(claim, ends[correcting.own(claim)])


def _standing(
    part: Sequence[ClaimInput],
    ends: Mapping[correcting.Own, str],
    plan_for: PlanFor,
    by: Actor,
    at: dt.datetime,
    zone: ZoneInfo,
) -> Iterator[tuple[ClaimInput, ClaimDecision]]:
    standing = [claim for claim in part if correcting.own(claim) not in ends]
    return _decide(standing, plan_for, by, at, zone) if standing else iter(())


def _received(claim: ClaimInput, at: dt.datetime) -> dt.datetime:
    days = [day for line in claim.lines if (day := line.service_until or line.service_from) is not None]
    if not days:
        return at
    return dt.datetime.combine(max(days), dt.time(12), dt.UTC) + RECEIVED_AFTER


def _decide(
    claims: Sequence[ClaimInput], plan_for: PlanFor, by: Actor, at: dt.datetime, zone: ZoneInfo
) -> Iterator[tuple[ClaimInput, ClaimDecision]]:
    files = filing.open_files(claims, by=by, at=at, zone=zone, is_dry=True)
    for file in files:
        file.filed.number, file.filed.replaces_claim_id = file.claim.provider_claim_no, None
    found: dict[int, ClaimDecision] = {}
    for case in facts.cases([file.filed for file in files], plan_for, zone):
        for decision in decide(replace(case, prior=[]), plan_for).claims:
            found[decision.claim_id] = decision
    for file in files:
        yield file.claim, found[file.filed.id]


def _sets(claims: Sequence[ClaimInput]) -> Iterator[list[ClaimInput]]:
    """Sets of about SET claims; a household is never split."""
    homes = filing.homes({claim.member_number for claim in claims})
    order = sorted(claims, key=lambda claim: homes.get(claim.member_number, (0, 0, 0))[1])
    part: list[ClaimInput] = []
    last = -1
    for claim in order:
        home = homes.get(claim.member_number, (0, 0, 0))[1]
        if len(part) >= SET and (home != last or not home):
            yield part
            part = []
        part.append(claim)
        last = home
    if part:
        yield part
