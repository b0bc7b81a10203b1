"""A case with the record that shows it: what a provider downloads, and what an auditor follows to the claim."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from core.words import _l
from quality.cases import Case

FINDINGS = {
    "late": _l("late"),
    "early": _l("early"),
    "no_visit": _l("no visit"),
    "no_check_in": _l("no check-in"),
    "no_check_out": _l("no check-out"),
    "too_late": _l("came after the next visit was due"),
    "short": _l("shorter than planned"),
    "no_record": _l("no attendance recorded"),
    "absent": _l("recorded as absent"),
    "no_sign_out": _l("no sign-out"),
    "irregular": _l("fewer days than booked"),
    "scattered": _l("spread over several providers"),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """`kind`: visit, day, contacts or carers; `finding`: a key of FINDINGS, empty when all is well."""

    kind: str
    on: dt.date
    reference: str = ""
    due_at: dt.datetime | None = None
    started_at: dt.datetime | None = None
    worker: str = ""
    finding: str = ""
    claim_number: str = ""
    line_no: int | None = None


@dataclass(frozen=True, slots=True)
class CaseRow:
    case: Case
    organisation_id: int
    member_id: int
    evidence: Evidence

    def values(self, run_id: int) -> dict[str, Any]:
        """The row of the long table."""
        case, shown = self.case, self.evidence
        return {
            "run_id": run_id,
            "organisation_id": self.organisation_id,
            "member_id": self.member_id,
            "is_denominator": case.is_denominator,
            "is_exception": case.is_exception,
            "is_numerator": case.is_numerator,
            "exclusion": case.exclusion,
            "quantity": float(case.quantity),
            "met": float(case.met),
            "stratum": case.stratum,
            "evidence_on": shown.on,
            "evidence_kind": shown.kind,
            "evidence_reference": shown.reference,
            "due_at": shown.due_at,
            "started_at": shown.started_at,
            "worker": shown.worker,
            "finding": shown.finding,
            "claim_number": shown.claim_number,
            "line_no": shown.line_no,
        }
