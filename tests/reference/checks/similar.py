"""REV-01 of lines much like another one: table "Duplicates and overlaps" of the note."""

from __future__ import annotations

from datetime import date, timedelta

from tests.reference.checks.view import Found, View
from tests.reference.ledger import Past


def rev_01_similar(view: View) -> Found | None:
    """Same provider: the same service within n days, or on the same day in another quantity."""
    if view.row is None or view.row.near_days is None:
        return None
    line = view.line
    for past in _alike(view):
        is_own = past.organisation_id == line.organisation_id and not _is_equal(view, past)
        if is_own and _gap(view, past) <= view.row.near_days:
            return _told(view, past, "similar")
    return None


def _is_equal(view: View, past: Past) -> bool:
    """That is ADM-03."""
    line = view.line
    if (past.service_from, past.service_on) != (line.service_from, line.service_on):
        return False
    if line.starts_at is None:
        return past.starts_at is None and past.quantity_milli == line.quantity_milli
    return past.starts_at == line.starts_at


def rev_01_elsewhere(view: View) -> Found | None:
    """Another provider: a day in common."""
    if view.row is None or view.row.near_days is None:
        return None
    for past in _alike(view):
        if past.organisation_id != view.line.organisation_id and _gap(view, past) == 0:
            return _told(view, past, "elsewhere")
    return None


def rev_01_stays(view: View) -> Found | None:
    """Of stays that exclude each other a person has one a night; it may leave one and enter another on one day."""
    if view.row is None or not view.row.exclusive:
        return None
    mine = _nights(view.line.service_from or view.on, view.on)
    for past in _alike(view, set(view.row.exclusive)):
        is_twin = (past.organisation_id, past.service) == (view.line.organisation_id, view.line.service)
        if (is_twin and _is_equal(view, past)) or not mine & _nights(
            past.service_from or past.service_on, past.service_on
        ):
            continue
        told = _told(view, past, "stays")
        told.parameters |= {"service": view.line.service, "other_service": past.service}
        return told
    return None


def _nights(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days)}


def _alike(view: View, services: set[str] | None = None) -> list[Past]:
    line = view.line
    if line.is_looked_at:
        return []
    own = (line.claim_id, line.replaces_claim_id)
    alike = [
        past
        for past in view.ledger.past
        if past.uses
        and past.member_id == line.member_id
        and past.service in (services or {line.service})
        and past.claim_id not in own
    ]
    return sorted(alike, key=lambda past: (past.service_on, past.claim_id, past.line_no))


def _gap(view: View, past: Past) -> int:
    """Days from the end of the earlier one to the beginning of the later one, none where they meet."""
    first, past_first = view.line.service_from or view.on, past.service_from or past.service_on
    if past.service_on < first:
        return (first - past.service_on).days
    return (past_first - view.on).days if view.on < past_first else 0


def _told(view: View, past: Past, part: str) -> Found:
    told = {
        "claim": past.claim_number,
        "claim_id": past.claim_id,
        "on": past.service_on,
        "until": view.line.received_on + timedelta(days=view.plan.review_days),
        "other": past.quantity_milli,
        "quantity": view.line.quantity_milli,
        "here": view.on,
    }
    return Found("REV-01", told, part=part)
