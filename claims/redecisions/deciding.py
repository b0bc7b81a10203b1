"""Households decided again, as if what became known later had been known when each claim was decided.

What must be decided together: of each touched household, every live claim (waiting or decided; whoever of it had the
care, wherever they lived then) whose care reaches the first touched day or a later one. What was over before that day
stays and is seen with the use it has: it shares limits with the claims decided again, and never gives way to them.

In which order: by turns. A claim's turn is the instant at which it was decided first; claims of one turn were decided
together, in the order of a case (DECISIONS 21); one that only ever waited comes last. Each turn sees what earlier
turns leave of a limit, so that freed or newly used limits move on to later claims. Two properties follow, and tests
hold them: where no fact changed nothing comes out otherwise, whatever the order in which claims arrived; and no limit
is passed, because whoever shares it is either decided again or counted as used. Taking all turns as one would take
money from who was paid rightly, only because a claim for an earlier day came later.

A line that a person refused (CLI-03) or a deadline closed (ADM-09) keeps that answer: no fact undoes it. What a
reviewer let pass stays let pass. A claim that was sent back is not decided again: its provider sends it anew.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from claims import encoding, facts
from claims.adjudication import decide, sum_up
from claims.case import DENIED, Case, ClaimDecision, Line, LineDecision, PriorLine
from claims.facts import PlanFor
from claims.filed import Filed
from claims.models import LineVersion
from claims.queries import records
from claims.redecisions import queries

KEPT = ("CLI-03", "ADM-09")  # answers of a person or of a deadline
_LAST = dt.datetime.max.replace(tzinfo=dt.UTC)
_COUNTS = ("pended", "accepted", "reduced")
_SUMS = ("submitted", "undecided", "benefit", "member_share", "write_off")
_COLUMNS = ("claim_id", "line_no", "state", "headline", "plan", *_SUMS)
Kept = dict[int, dict[int, LineDecision]]  # claim → line → its lasting answer


@dataclass(slots=True)
class Again:
    """Claims to decide together. `turns`: instant of the first decision; `withdrawn`: claims that end."""

    claims: list[Filed]
    turns: Mapping[int, dt.datetime] = field(default_factory=dict)
    kept: Kept = field(default_factory=dict)
    withdrawn: Collection[int] = ()


def gather(households: Mapping[int, dt.date], withdrawn: Collection[int] = ()) -> Again:
    """What must be decided together, from each household's first touched day on."""
    homes = {
        row.id: row.household_id
        for row in queries.claims_again(households)
        if row.service_until >= households[row.household_id] or row.id in withdrawn
    }
    claims = [replace(claim, household_id=homes[claim.id]) for claim in records.filed(homes)] if homes else []
    kept: Kept = defaultdict(dict)
    for row in queries.live_lines(homes, KEPT):
        if row.state != DENIED:
            continue  # approved in part: decided again, the reviewer's figures with it
        kept[row.claim_id][row.line_no] = _stored(row)
    return Again(claims, queries.turns(homes), dict(kept), withdrawn)


def decide_again(
    again: Again, plan_for: PlanFor, zone: ZoneInfo, on: dt.date | None = None
) -> dict[int, ClaimDecision]:
    """Claim id → its decision under the facts known `on` that day, without those withdrawn; reads, never writes."""
    found: dict[int, ClaimDecision] = {}
    for case in facts.cases(again.claims, plan_for, zone, on) if again.claims else ():
        found.update(_by_turns(case, again, plan_for))
    return found


def _by_turns(case: Case, again: Again, plan_for: PlanFor) -> dict[int, ClaimDecision]:
    """One household: each turn sees what earlier turns used."""
    turns: dict[dt.datetime, list[Line]] = defaultdict(list)
    for line in case.lines:
        if line.claim_id not in again.withdrawn:
            turns[again.turns.get(line.claim_id, _LAST)].append(line)
    found: dict[int, ClaimDecision] = {}
    prior = list(case.prior)
    for _, lines in sorted(turns.items()):
        asked = [line for line in lines if line.line_no not in again.kept.get(line.claim_id, ())]
        decided = decide(replace(case, lines=asked, prior=prior), plan_for).claims
        answers = _with_kept(decided, lines, again.kept)
        found.update(answers)
        prior = [*prior, *_used(answers, lines)]
    return found


def _with_kept(decided: Iterable[ClaimDecision], lines: Iterable[Line], kept: Kept) -> dict[int, ClaimDecision]:
    """Claims whole again: the lines decided now, and those whose answer stands."""
    found = {claim.claim_id: claim for claim in decided}
    for claim_id, number in {(line.claim_id, line.claim_number) for line in lines if line.claim_id in kept}:
        fresh = found[claim_id].lines if claim_id in found else []
        whole = ClaimDecision(claim_id, number, "", "", 0, 0, 0, 0, 0, [*fresh, *kept[claim_id].values()])
        sum_up(whole)
        found[claim_id] = whole
    for claim in found.values():
        claim.lines.sort(key=lambda line: line.line_no)
    return found


def _used(answers: Mapping[int, ClaimDecision], lines: Sequence[Line]) -> Iterable[PriorLine]:
    """What later turns see of these lines: the same as of lines decided long ago."""
    by_place = {(n.claim_id, n.line_no): n for claim in answers.values() for n in claim.lines}
    for line in lines:
        decision = by_place[line.claim_id, line.line_no]
        if decision.state in _COUNTS and line.member_id is not None:
            yield PriorLine(
                claim_id=line.claim_id,
                line_no=line.line_no,
                claim_number=line.claim_number,
                organisation_id=line.organisation_id,
                member_id=line.member_id,
                service=line.service,
                service_from=line.service_from or line.service_on,
                service_on=line.service_on,
                quantity_milli=line.quantity_milli,
                starts_at=line.starts_at,
                state=decision.state,
                use=tuple(decision.use),
            )


def _stored(row: LineVersion) -> LineDecision:
    return encoding.from_json(row.detail, row.use, {name: getattr(row, name) for name in _COLUMNS})
