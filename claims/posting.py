"""Money goes down the stairs: every adjudicated version becomes a payable with a business key (DECISIONS 4, 28)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring

from claims.case import ClaimDecision, LineDecision
from claims.filed import Filed
from claims.sent import LineInput
from claims.verdicts import Verdict
from core.actors import Actor
from core.json_text import JsonText
from payments.services import STREAM, NewPayable, post_payables

OTHER_LINE = "other"  # expense account of a claim whose codes no plan knows


def post(verdicts: Sequence[Verdict], posted: Mapping[int, int], *, on: dt.date, pays_after: int, by: Actor) -> int:
    """Hand down what is owed; `posted` = minor units that earlier versions of a claim brought. How many were new.

    `pays_after`: days from the decision to the due day, by the plan of today.
    """
    owed = [row for verdict in verdicts if (row := _payable(verdict, posted, on, pays_after)) is not None]
    are_new = all(verdict.claim.version == 0 for verdict in verdicts)
    return post_payables(owed, by=by, are_new=are_new)


def _payable(verdict: Verdict, posted: Mapping[int, int], on: dt.date, pays_after: int) -> NewPayable | None:
    """`claim:{id}:v{version}`: the difference to earlier versions. Only a fully decided claim is owed."""
    claim, decision = verdict.claim, verdict.decision
    owed = decision.benefit if decision.state == "adjudicated" else 0
    amount = owed - posted.get(claim.id, 0)
    if amount == 0:
        return None
    day = on if claim.version else max(on, claim.received_at.date())
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
        summary=_summary(claim, decision, day),
    )


def _summary(claim: Filed, decision: ClaimDecision, day: dt.date) -> JsonText:
    """What a remittance prints, frozen on the day of the decision, as JSON; finance reads of no restricted care."""
    sent = {line.line_no: line for line in claim.lines}
    lines = ",".join([_line(sent[line.line_no], line, day, claim.is_restricted) for line in decision.lines])
    member = "" if claim.is_restricted else claim.member_number
    return JsonText(
        f'{{"claim":"{claim.number}","provider_claim_no":{encode_basestring(claim.provider_claim_no)},'
        f'"member":{encode_basestring(member)},"what":"{decision.state}","lines":[{lines}]}}'
    )


def _line(sent: LineInput, line: LineDecision, day: dt.date, is_restricted: bool) -> str:
    service, reason = ("", "") if is_restricted else (sent.service, line.headline)
    return (
        f'{{"line_no":{line.line_no},"service":{encode_basestring(service)},'
        f'"service_on":"{(sent.service_from or day).isoformat()}","asked":{line.submitted},"benefit":{line.benefit},'
        f'"member":{line.member_share},"write_off":{line.write_off},"reason":"{reason}"}}'
    )
