"""CLI: is the code known, is there a diagnosis where one is needed, did a reviewer refuse the line?"""
# ruff: noqa: ARG001 (every rule takes the same two arguments)

from __future__ import annotations

from claims.case import Finding, Line
from claims.rule import rule
from claims.terms import Terms
from core.words import _l


@rule(
    "CLI-01",
    text=_l("Service code {service:code} is unknown or not valid on {on:day}."),
    basis="Claims regulation, art. 4(4)",
)
def unknown_code(line: Line, terms: Terms) -> Finding | None:
    if line.is_code_known or not line.service:
        return None
    return Finding(service=line.service, on=line.service_on)


@rule(
    "CLI-02",
    text=_l("Diagnosis missing: service {service:code} needs at least one."),
    basis="Claims regulation, art. 4(5)",
    concerns=lambda row: row.needs_diagnosis,
)
def no_diagnosis(line: Line, terms: Terms) -> Finding | None:
    return None if line.diagnoses else Finding(service=line.service)


@rule(
    "CLI-02",
    part="unknown",
    text=_l("Diagnosis {diagnosis:code} is unknown or not valid on {on:day}."),
    basis="Claims regulation, art. 4(5)",
)
def unknown_diagnosis(line: Line, terms: Terms) -> Finding | None:
    """Only where the fund keeps a table of diagnoses; the first unknown one is named."""
    if not line.unknown_diagnoses:
        return None
    return Finding(diagnosis=line.unknown_diagnoses[0], on=line.service_on)


@rule(
    "CLI-02",
    part="unfit",
    text=_l("Diagnosis {diagnosis:code} does not fit service {service:code}; the plan names {fitting:elements}."),
    basis="Benefit regulation, art. 5(4)",
    concerns=lambda row: row.diagnoses,
)
def unfit_diagnosis(line: Line, terms: Terms) -> Finding | None:
    """One fitting diagnosis is enough."""
    fitting = terms.row.diagnoses
    if not line.diagnoses or any(code.startswith(fitting) for code in line.diagnoses):
        return None
    return Finding(diagnosis=line.diagnoses[0], service=line.service, fitting=list(fitting))


@rule(
    "CLI-03",
    text=_l("Not considered necessary by the reviewer ({role:text}): {text:text}"),
    basis="Claims regulation, art. 11(2)",
)
def not_necessary(line: Line, terms: Terms) -> Finding | None:
    """A line of which a reviewer approved nothing is refused, and like any refused line tells nothing of its claim."""
    said = line.approved
    if said is None or (said.quantity_milli and said.unit_price):
        return None
    return Finding(role=said.role, text=said.reason)
