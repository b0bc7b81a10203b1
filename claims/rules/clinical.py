"""CLI: is the code known, and is there a diagnosis where one is needed?"""
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
