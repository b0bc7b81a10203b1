"""BEN-10: does another payment, a package, a stay or a capitation, pay for this already? Both directions in time."""
# ruff: noqa: ARG001 (every rule takes the same two arguments)

from __future__ import annotations

from datetime import timedelta

from claims.case import Finding, Line, PriorLine
from claims.rule import rule
from claims.terms import Terms
from core.words import _l


@rule(
    "BEN-10",
    text=_l(
        "Already included in another payment: {package:code} of {begins:day} to {ends:day} "
        "(claim {claim:code}) pays for {service:code} as well."
    ),
    basis="Contracting regulation, art. 8(1)",
    concerns=lambda row: row.included_in,
)
def included_in_package(line: Line, terms: Terms) -> Finding | None:
    """A package of the same provider on these days, decided earlier or standing in the same claim."""
    for inclusion in terms.row.included_in:
        given = terms.ledger.given.get((line.member_id, inclusion.package), ())
        beside = [o for o in terms.lines if o.claim_id == line.claim_id and o.service == inclusion.package]
        for other in (*given, *beside):
            if other.claim_id != line.replaces_claim_id and _meets(other, line, inclusion.days):
                return _included(line.service, other, other)
    return None


@rule(
    "BEN-10",
    part="component_paid",
    text=_l(
        "{service:code} of {begins:day} to {ends:day} was paid by itself (claim {claim:code}), but {package:code} "
        "pays for it as well. Correct that claim first, then send this one again."
    ),
    basis="Contracting regulation, art. 8(1)",
    concerns=lambda row: row.includes,
)
def component_paid_before(line: Line, terms: Terms) -> Finding | None:
    """The other direction in time: the package comes in after something that it includes was paid."""
    for code in terms.row.includes:
        for other in terms.ledger.given.get((line.member_id, code), ()):
            if other.claim_id != line.replaces_claim_id and _meets(line, other, terms.row.includes_days):
                return _included(code, line, other)
    return None


@rule(
    "BEN-10",
    part="capitated",
    text=_l(
        "Already included in another payment: contract {contract:code} pays for {service:code} by the month, "
        "for each person who is enrolled."
    ),
    basis="Contracting regulation, art. 8(2)",
)
def included_in_capitation(line: Line, terms: Terms) -> Finding | None:
    """What capitation pays for is never paid by the unit under the same contract."""
    if line.contract is None or not line.contract.is_capitated:
        return None
    return Finding(service=line.service, contract=line.contract.contract_number)


def _meets(package: Line | PriorLine, inside: Line | PriorLine, days: int) -> bool:
    """Same provider, and the days of the service touch those of the package, widened on both sides."""
    if package.organisation_id != inside.organisation_id:
        return False
    margin = timedelta(days=days)
    first, last = (package.service_from or package.service_on) - margin, package.service_on + margin
    return first <= inside.service_on and (inside.service_from or inside.service_on) <= last


def _included(service: str, package: Line | PriorLine, other: Line | PriorLine) -> Finding:
    return Finding(
        service=service,
        package=package.service,
        begins=other.service_from or other.service_on,
        ends=other.service_on,
        claim=other.claim_number,
        claim_id=other.claim_id,
    )
