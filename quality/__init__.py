"""Was it good? Indicators from the fund's own records, scores, audit cases and samples."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Each part hands over its own; indicators come last, below what people wait for in an auditor's list."""
    from quality import wiring as indicators
    from quality.audit_cases import wiring as audit_cases
    from quality.desk import wiring as desk
    from quality.fund import wiring as fund
    from quality.grievances import wiring as grievances
    from quality.inspections import wiring as inspections
    from quality.returns import wiring as returns
    from quality.samples import wiring as samples
    from quality.scoring import wiring as scoring

    for part in (audit_cases, grievances, fund, desk, returns, scoring, inspections, samples, indicators):
        part.register(app)
