"""The inspector signs: every item has its answer, and from now on the report stays as it is."""

from __future__ import annotations

from decimal import Decimal

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import Forbidden, InputErrors
from core.words import _l
from quality.inspections import queries, telling
from quality.inspections.checklists import Checklist
from quality.inspections.models import Inspection
from quality.inspections.scoring import mean_of
from quality.inspections.services.planning import by_inspector
from quality.inspections.states import INSPECTION
from quality.names import STREAM

SIXTH = Decimal("0.000001")


def report(row: Inspection, checklist: Checklist, *, summary: str, by: Actor) -> None:
    """The provider is told; of the second inspector's sheet it is not."""
    row = queries.locked(row)
    by_inspector(by)
    if by.person != row.inspector:
        raise Forbidden(_l("Only the inspector of this visit signs its report."))
    target = INSPECTION.after(row.state, "report")
    missing = [code for code in checklist.items if code not in row.said]
    if missing:
        raise InputErrors.at(missing[0], _l("Not answered yet: %(codes)s.", codes=", ".join(missing)))
    if not summary.strip():
        raise InputErrors.at("summary", _l("Say in a few sentences what the provider should know."))
    mean = mean_of(checklist, row.said)
    row.mean = None if mean is None else (Decimal(mean.numerator) / Decimal(mean.denominator)).quantize(SIXTH)
    row.state, row.summary, row.reported_at = target, summary.strip(), clock.now()
    db.session.flush()
    findings = [one.item for one in row.answers if one.is_finding]
    after = {"mean": None if row.mean is None else f"{row.mean:f}", "findings": findings, "answers": row.said}
    audit.record(STREAM, Act.INSPECTION_REPORTED, row.number, by=by, after=after)
    if row.double_of_id is None:
        telling.tell_reported(row)
    else:
        _close(row, by)


def _close(row: Inspection, by: Actor) -> None:
    """Nobody answers the second sheet: it is there to be compared."""
    row.state, row.closed_by, row.closed_at = INSPECTION.after(row.state, "close"), by.person, row.reported_at
    db.session.flush()
