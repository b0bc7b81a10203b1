"""One case as pages show it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.errors import InputErrors


class RunRejected(InputErrors):
    """The case rows contradict themselves; nothing of the run may be stored."""

    code = "run_rejected"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A row of the case table; `id` is its place in the run."""

    id: int
    organisation_id: int
    subject_kind: str
    subject: str
    member_id: int | None
    is_denominator: bool
    exclusion: str
    is_exception: bool
    is_numerator: bool
    quantity: float
    met: float
    stratum: str
    evidence_on: dt.date | None
    evidence_kind: str
    evidence_reference: str
    due_at: dt.datetime | None
    started_at: dt.datetime | None
    worker: str
    finding: str
    claim_number: str
    line_no: int | None
