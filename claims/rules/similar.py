"""REV-01: a line much like another one waits until a person has compared the two."""

from __future__ import annotations

from datetime import date, timedelta

from claims.case import Finding, Line, PriorLine
from claims.rule import rule
from claims.terms import Terms
from claims.use import identity_of
from core.words import _l


@rule(
    "REV-01",
    part="similar",
    text=_l(
        "Much like claim {claim:code} of this provider: {other:quantity} of the same service on {on:day}, "
        "here {quantity:quantity} on {here:day}. A person compares the two; the fund answers by {until:day}."
    ),
    basis="Claims regulation, art. 7(2)",
    concerns=lambda row: row.near_days is not None,
)
def like_another(line: Line, terms: Terms) -> Finding | None:
    """Another quantity on the same day, or the same service some days away; an equal line is ADM-03."""
    near, found = terms.row.near_days or 0, []
    for other in terms.ledger.given.get((line.member_id, line.service), ()):
        is_own = other.organisation_id == line.organisation_id and identity_of(other) != terms.identity
        if is_own and _is_other(line, other) and _apart(line, other) <= near:
            found.append(other)
    return _told(line, found, terms)


@rule(
    "REV-01",
    part="elsewhere",
    text=_l(
        "Another provider was paid {other:quantity} of the same service on {on:day} (claim {claim:code}), "
        "here {quantity:quantity} on {here:day}. A person compares the two; the fund answers by {until:day}."
    ),
    others=_l(
        "Another service on {on:day} may be the same. A person compares the two; the fund answers by {until:day}."
    ),
    basis="Claims regulation, art. 7(2)",
    concerns=lambda row: row.near_days is not None,
)
def like_one_elsewhere(line: Line, terms: Terms) -> Finding | None:
    """The same day, or stays that overlap, at two providers."""
    found = []
    for other in terms.ledger.given.get((line.member_id, line.service), ()):
        if other.organisation_id != line.organisation_id and _is_other(line, other) and not _apart(line, other):
            found.append(other)
    return _told(line, found, terms)


@rule(
    "REV-01",
    part="stays",
    text=_l(
        "{service:code} here and {other_service:code} of claim {claim:code} until {on:day} are stays at the same time. "
        "A person compares the two; the fund answers by {until:day}."
    ),
    others=_l(
        "Another stay until {on:day} overlaps with this one. A person compares the two; the fund answers by "
        "{until:day}."
    ),
    basis="Claims regulation, art. 7(3)",
    concerns=lambda row: row.exclusive,
)
def overlapping_stays(line: Line, terms: Terms) -> Finding | None:
    """A night in common; leaving one place and coming to the other on one day is no overlap."""
    found: list[Line | PriorLine] = []
    for code in terms.row.exclusive:
        for other in terms.ledger.given.get((line.member_id, code), ()):
            is_same = code == line.service and identity_of(other) == terms.identity  # ADM-03
            if _is_other(line, other) and not is_same and _share_a_night(line, other):
                found.append(other)
    told = _told(line, found, terms)
    if told is not None:
        told.parameters |= {"service": line.service, "other_service": min(found, key=_place).service}
    return told


def _share_a_night(line: Line, other: Line | PriorLine) -> bool:
    return max(_begins(line), _begins(other)) < min(line.service_on, other.service_on)


def _is_other(line: Line, other: Line | PriorLine) -> bool:
    """Of another claim, which this one does not correct, and not compared by a person already."""
    return not line.is_looked_at and other.claim_id not in (line.claim_id, line.replaces_claim_id)


def _apart(line: Line, other: Line | PriorLine) -> int:
    """Days between the two; 0 where they touch the same day."""
    begins, other_begins = _begins(line), _begins(other)
    return max((begins - other.service_on).days, (other_begins - line.service_on).days, 0)


def _begins(line: Line | PriorLine) -> date:
    return line.service_from or line.service_on


def _told(line: Line, found: list[Line | PriorLine], terms: Terms) -> Finding | None:
    """Names the earliest of them, so that the order in which they were read or decided changes nothing."""
    if not found:
        return None
    other = min(found, key=_place)
    until = line.received_on + timedelta(days=terms.plan.review_days)
    finding = Finding(claim=other.claim_number, claim_id=other.claim_id, on=other.service_on, until=until)
    finding.parameters |= {"other": other.quantity_milli, "quantity": line.quantity_milli, "here": line.service_on}
    return finding


def _place(line: Line | PriorLine) -> tuple[date, int, int]:
    return line.service_on, line.claim_id, line.line_no
