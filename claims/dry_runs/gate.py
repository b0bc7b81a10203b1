"""Who may ask: a provider only about a member who is placed with it, or who showed it an eligibility number.

A refusal says nothing of the member: it reads the same whether nobody has the number, or somebody placed elsewhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from claims.dry_runs import queries
from claims.filing import homes
from claims.sent import ClaimInput
from core.actors import Actor
from core.errors import Problem
from core.numbers import is_valid
from core.words import _l
from members import queries as members

FIELD = "eligibility_no"
_NEEDED = _l(
    "This member is not placed with you. Write the eligibility number that the member shows you, like E-7K3MP2QX-K; "
    "without it the fund tells you nothing before you send the claim."
)
_MISTYPED = _l("This is no eligibility number. Compare it with what the member shows you, like E-7K3MP2QX-K.")
_NOT_HELD = _l("This number does not hold today for this member. Ask the member for a new one.")


@dataclass(frozen=True, slots=True)
class _Known:
    """What lets a provider ask: members placed with it and their days, and whose the numbers at hand are."""

    members: dict[str, int]
    placed: dict[int, list[tuple[dt.date, dt.date]]]
    numbers: dict[str, int]


def refusals(claims: Sequence[ClaimInput], *, by: Actor, on: dt.date) -> dict[int, Problem]:
    """Position → why this claim is not answered. The fund's own staff need no number."""
    if by.organisation_id is None:
        return {}
    known = _known(claims, by.organisation_id, on)
    found = {place: _problem(claim, known, on) for place, claim in enumerate(claims)}
    return {place: problem for place, problem in found.items() if problem is not None}


def _known(claims: Sequence[ClaimInput], organisation_id: int, on: dt.date) -> _Known:
    ids = {number: home[0] for number, home in homes({claim.member_number for claim in claims}).items()}
    placed: dict[int, list[tuple[dt.date, dt.date]]] = {}
    for member_id, first, last in queries.placements(organisation_id, set(ids.values())):
        placed.setdefault(member_id, []).append((first, last))
    typed = {normal(claim.eligibility_no) for claim in claims if claim.eligibility_no}
    return _Known(ids, placed, members.eligible_members(typed, on))


def _problem(claim: ClaimInput, known: _Known, on: dt.date) -> Problem | None:
    member_id = known.members.get(claim.member_number)
    if member_id is not None and _is_placed(claim, known.placed.get(member_id, []), on):
        return None
    number = normal(claim.eligibility_no)
    if not number:
        return _said(_NEEDED, claim)
    if not is_valid(number):
        return _said(_MISTYPED, claim)
    if member_id is None or known.numbers.get(number) != member_id:
        return _said(_NOT_HELD, claim)
    return None


def _is_placed(claim: ClaimInput, placed: Sequence[tuple[dt.date, dt.date]], on: dt.date) -> bool:
    """On the day of asking, or on a day of the care that is asked about."""
    days = {on, *(day for line in claim.lines for day in (line.service_from, line.service_until) if day)}
    return any(first <= day <= last for first, last in placed for day in days)


def _said(message: Any, claim: ClaimInput) -> Problem:
    return Problem(FIELD, message, claim.eligibility_no, code="not_entitled")


def normal(number: str) -> str:
    """As it is issued, however it was typed."""
    return "".join(number.split()).upper()
