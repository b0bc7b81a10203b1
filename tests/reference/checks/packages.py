"""BEN-10: what one payment includes is not paid by another."""

from __future__ import annotations

from datetime import date, timedelta

from claims.case import Line
from tests.reference.checks.view import Found, View, turn
from tests.reference.ledger import Past


def ben_10(view: View) -> Found | None:
    """A package of the same provider, decided earlier or standing in the same claim, pays for this service."""
    if view.row is None:
        return None
    beside = [line for line in view.case.lines if line.claim_id == view.line.claim_id and line is not view.line]
    for included in view.row.included_in:
        for other in [*_paid(view), *sorted(beside, key=turn)]:
            if other.service == included.package and _is_near(view.line, other, included.days):
                told = {
                    "package": other.service,
                    "begins": other.service_from or other.service_on,
                    "ends": other.service_on,
                    "claim": other.claim_number,
                    "claim_id": other.claim_id,
                    "service": view.line.service,
                }
                return Found("BEN-10", told)
    return None


def ben_10_component(view: View) -> Found | None:
    """The other way round: something that this package includes was paid by itself."""
    if view.row is None:
        return None
    for other in _paid(view):
        is_own = other.claim_id == view.line.claim_id
        if other.service in view.row.includes and not is_own and _is_near(view.line, other, view.row.includes_days):
            told = {
                "service": other.service,
                "begins": other.service_from or other.service_on,
                "ends": other.service_on,
                "claim": other.claim_number,
                "claim_id": other.claim_id,
                "package": view.line.service,
            }
            return Found("BEN-10", told, part="component_paid")
    return None


def ben_10_capitated(view: View) -> Found | None:
    """A sum by the month pays for the service."""
    agreed = view.line.contract
    if agreed is None or not agreed.is_capitated:
        return None
    return Found("BEN-10", {"service": view.line.service, "contract": agreed.contract_number}, part="capitated")


def _paid(view: View) -> list[Past]:
    return [
        past
        for past in view.ledger.past
        if past.organisation_id == view.line.organisation_id
        and past.member_id == view.line.member_id
        and past.uses
        and past.claim_id != view.line.replaces_claim_id
    ]


def _is_near(line: Line, other: Past | Line, days: int) -> bool:
    """Some day of one lies at most so many days from a day of the other."""
    margin = timedelta(days=days)
    return _first(other) - margin <= line.service_on and _first(line) <= other.service_on + margin


def _first(line: Past | Line) -> date:
    return line.service_from or line.service_on
