"""Was it good? Indicators from the fund's own records, scores, audit cases and samples."""

from __future__ import annotations

import os

from flask import Flask

# Polars gives memory back half a second after it was used, and asks for it again with the next frame: over millions of
# rows a fifth of the processor goes into that. It reads this once, when it is loaded.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:10000,muzzy_decay_ms:10000")


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
