"""What inspectors saw: one row per signed report of 36 months, its mean of items as the value (C-08)."""

from __future__ import annotations

import polars as pl

from quality.cases import case_frame
from quality.definitions import Indicator
from quality.indicators.records import Records
from quality.inspections import queries


def inspections(_indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """C-08: of a visit that two inspectors saw, the first one's sheet counts; the second shows how far they agree."""
    found = [
        {
            "organisation_id": row.organisation_id, "subject_kind": "inspection", "subject": row.number,
            "met": float(row.mean), "evidence_on": row.visit_on, "evidence_kind": "inspection",
            "evidence_reference": row.number,
        }
        for row in queries.reported(records.period.first, records.until)
        if row.mean is not None and row.organisation_id in records.providers
    ]  # fmt: skip
    return case_frame(pl.DataFrame(found)) if found else None
