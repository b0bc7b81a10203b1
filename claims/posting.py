"""Money goes down the stairs: every adjudicated version becomes a payable with a business key (DECISIONS 4, 28)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from claims.case import LineDecision
from claims.decisions import Verdict
from claims.filed import Filed
from claims.intake.values import LineInput
from core.actors import Actor
from payments.services import STREAM, NewPayable, post_payables

OTHER_LINE = "other"  # expense account of a claim whose codes no plan knows


def post(verdicts: Sequence[Verdict], posted: Mapping[int, int], *, on: dt.date, pays_after: int, by: Actor) -> int:
    """Hand down what is owed; `posted` = minor units that earlier versions of a claim brought. How many were new.

    `pays_after`: days from the decision to the due day, by the plan of today.
    """
    owed = [row for verdict in verdicts if (row := _payable(verdict, posted, on, pays_after)) is not None]
    return post_payables(owed, by=by)


def _payable(verdict: Verdict, posted: Mapping[int, int], on: dt.date, pays_after: int) -> NewPayable | None:
    """`claim:{id}:v{version}`: the difference to earlier versions. Only a fully decided claim is owed."""
    claim, decision = verdict.claim, verdict.decision
    owed = decision.benefit if decision.state == "adjudicated" else 0
    amount = owed - posted.get(claim.id, 0)
    if amount == 0:
        return None
    day = on if claim.version else max(on, claim.received_at.date())
    sent = {line.line_no: line for line in claim.lines}
    return NewPayable(
        business_key=f"claim:{claim.id}:v{verdict.version}",
        kind="claim" if amount > 0 else "recovery",
        organisation_id=claim.organisation_id,
        subject=claim.number,
        amount=amount,
        due_on=day + dt.timedelta(days=pays_after),
        occurred_on=day,
        service_line=claim.service_line or OTHER_LINE,
        stream=f"{STREAM}-{claim.partition:02d}",
        summary={
            "claim": claim.number,
            "provider_claim_no": claim.provider_claim_no,
            "member": "" if claim.is_restricted else claim.member_number,
            "what": decision.state,
            "lines": [_summary(claim, sent[line.line_no], line, day) for line in decision.lines],
        },
    )


def _summary(claim: Filed, sent: LineInput, line: LineDecision, day: dt.date) -> dict[str, Any]:
    """What a remittance prints about a line, frozen on the day of the decision; finance reads of no restricted care."""
    return {
        "line_no": line.line_no,
        "service": "" if claim.is_restricted else sent.service,
        "service_on": (sent.service_from or day).isoformat(),
        "asked": line.submitted,
        "benefit": line.benefit,
        "member": line.member_share,
        "write_off": line.write_off,
        "reason": "" if claim.is_restricted else line.headline,
    }
