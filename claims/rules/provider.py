"""PRV: was the provider accredited, under contract for this service, and its worker accredited?"""
# ruff: noqa: ARG001 (every rule takes the same two arguments)

from __future__ import annotations

from claims.case import Finding, Line
from claims.rule import rule
from claims.terms import Terms
from core.words import _l


@rule(
    "PRV-01",
    text=_l("On {on:day} the provider was {state:standing}."),
    basis="Accreditation regulation, art. 2(1)",
)
def not_accredited(line: Line, terms: Terms) -> Finding | None:
    standing = line.standing
    if standing is not None and standing.state == "accredited":
        return None
    return Finding(on=line.service_on, state=standing.state if standing else "unregistered")


@rule(
    "PRV-02",
    text=_l("No contract with the fund for service {service:code} on {on:day}."),
    basis="Contracting regulation, art. 3(1)",
)
def no_contract(line: Line, terms: Terms) -> Finding | None:
    if line.is_contracted or line.contract is not None or not line.service:
        return None
    return Finding(service=line.service, on=line.service_on)


@rule(
    "PRV-03",
    text=_l(
        "{service:code} of {begins:day} to {ends:day} is not for this place, which is licensed for {facility:code}."
    ),
    basis="Accreditation regulation, art. 4(1)",
)
def wrong_facility(line: Line, terms: Terms) -> Finding | None:
    """A place for out-patients keeps nobody overnight; a place for stays does nothing that the plan calls otherwise.

    Several days are a stay, unless records prove each day or visit.
    """
    if not line.facility:
        return None
    row, begins = terms.service, line.service_from or line.service_on
    setting = row.setting if row is not None else ""
    is_stay = setting == "inpatient" or (begins != line.service_on and (row is None or not row.match))
    if not is_stay if line.facility == "outpatient" else setting != "outpatient":
        return None
    return Finding(service=line.service, begins=begins, ends=line.service_on, facility=line.facility)


@rule(
    "PRV-04",
    part="unnamed",
    text=_l("Service {service:code} is given by an accredited professional only; the line names none."),
    basis="Accreditation regulation, art. 6(1)",
    concerns=lambda row: row.needs_professional,
)
def no_professional(line: Line, terms: Terms) -> Finding | None:
    return None if line.practitioner else Finding(service=line.service)


@rule(
    "PRV-04",
    text=_l("{practitioner:code} was not accredited on {on:day}."),
    basis="Accreditation regulation, art. 6(1)",
)
def worker_not_accredited(line: Line, terms: Terms) -> Finding | None:
    if line.is_practitioner_accredited:
        return None
    return Finding(practitioner=line.practitioner, on=line.service_on)
