"""The demo's own files: through the doors that a fund's and its providers' files take, and without a wrong row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import care.services as care
from claims.intake import importing as claims
from core import clock
from core.config import fund
from core.tables import csv_bytes
from demo.people import Staff
from demo.story import Story


def bring_stays(told: Story, staff: Staff, at: dt.datetime) -> None:
    """Known from `at` on, all of them."""
    header = ("stay_no", "member_id", "admitted_on", "discharged_on", "provider_id")
    names = ("stay_number", "member_number", "admitted_on", "discharged_on", "provider_id")
    rows = [[str(row[name]) for name in names] for row in told.stays]
    report = care.read_file(csv_bytes(header, rows), "stays.csv", "touiza-stays", None)
    _must_be_right(report)
    care.import_stays(report.values, source="stays.csv", by=staff.assessor, organisation_id=None, at=at)


def bring_records(mapping: str, rows: Sequence[dict[str, Any]], numbers: Mapping[str, str], staff: Staff) -> None:
    if not rows:
        return
    known = [dict(row, provider_id=numbers[row["provider_id"]]) for row in rows]
    if mapping == "touiza-attendance":
        known = [dict(row, facility_id="1", absence="") for row in known]
    report = care.read_file(_csv(known), f"{mapping}.csv", mapping, None)
    _must_be_right(report)
    act = care.import_visits if mapping == "touiza-visits" else care.import_attendance
    act(report.values, source=f"{mapping}.csv", by=staff.assessor, organisation_id=None)


def bring_claims(filename: str, rows: Sequence[dict[str, Any]], numbers: Mapping[str, str], staff: Staff) -> None:
    known = [dict(row, provider_id=numbers[row["provider_id"]]) for row in rows]
    upload = claims.Upload(_csv(known), filename, "touiza-claims", None)
    claims.take_file(upload, currency=fund().currency, by=staff.claims_officer, at=clock.now(), zone=fund().zone)


def _must_be_right(report: Any) -> None:
    if report.wrong:
        raise RuntimeError(f"The demo's own file has {len(report.wrong)} wrong rows, first: {report.wrong[0]}")


def _csv(rows: Sequence[dict[str, Any]]) -> bytes:
    return csv_bytes(list(rows[0]), [[str(value) for value in row.values()] for row in rows])
