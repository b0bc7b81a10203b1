"""What records said before they were changed or removed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from care.models import (
    Attendance,
    CareGrant,
    CareRequest,
    ForceMajeure,
    Placement,
    RecordCorrection,
    RosterShift,
    Stay,
    Visit,
    VisitCancellation,
)
from core.db import db

KINDS: dict[type[Any], tuple[str, str]] = {
    Attendance: ("attendance", "day"),
    Visit: ("visit", "service_on"),
    Stay: ("stay", "admitted_on"),
    VisitCancellation: ("cancellation", "due_on"),
    CareRequest: ("request", "received_on"),
    Placement: ("placement", "valid_from"),
    CareGrant: ("grant", "valid_from"),
    RosterShift: ("roster", "day"),
    ForceMajeure: ("majeure", "day"),
}
"""Model → what its kind is called in record_correction, and its day."""


def former(model: type[Any], at: dt.datetime) -> dict[int, dict[str, Any]]:
    """Record → its values at `at`, as JSON has them, of those changed or removed from then on.

    Whole rows; corrections that earlier releases wrote hold only what could change.
    """
    query = select(RecordCorrection.record_id, RecordCorrection.before).where(
        RecordCorrection.record_kind == KINDS[model][0], RecordCorrection.corrected_at >= at
    )
    latest_first = query.order_by(RecordCorrection.corrected_at.desc(), RecordCorrection.id.desc())
    return {row.record_id: row.before for row in db.session.execute(latest_first)}
