"""Money goes down the stairs: every adjudicated version becomes a payable with a business key (DECISIONS 4, 28)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Final

from claims.case import ClaimDecision, LineDecision
from claims.filed import PARTITIONS, Filed
from claims.sent import LineInput
from claims.verdicts import Verdict
from claims.written import day_text, quoted
from core.actors import Actor
from core.json_text import JsonText
from payments.services import STREAM, NewPayable, post_payables

OTHER_LINE = "other"  # expense account of a claim whose codes no plan knows
_STREAMS: Final = [f"{STREAM}-{partition:02d}" for partition in range(PARTITIONS)]


def post(verdicts: Sequence[Verdict], posted: Mapping[int, int], *, on: dt.date, pays_after: int, by: Actor) -> int:
    """Hand down what is owed; `posted` = minor units that earlier versions of a claim brought. How many were new.

    The business key is `claim:{id}:v{version}`.

    `pays_after`: days from the decision to the due day, by the plan of today.
    """
    due: dict[dt.date, dt.date] = {}
    owed = []
    for verdict in verdicts:
        amount = _amount(verdict, posted)
        if amount:
            day = on if verdict.claim.version else max(on, verdict.claim.received_at.date())
            if day not in due:
                due[day] = day + dt.timedelta(days=pays_after)
            owed.append(_payable(verdict, amount, day, due[day]))
    are_new = all(verdict.claim.version == 0 for verdict in verdicts)
    return int(post_payables(owed, by=by, are_new=are_new))


def _amount(verdict: Verdict, posted: Mapping[int, int]) -> int:
    """The difference to earlier versions. Only a fully decided claim is owed."""
    decision = verdict.decision
    owed = decision.benefit if decision.state == "adjudicated" else 0
    return owed - posted.get(verdict.claim.id, 0) if posted else owed


def _payable(verdict: Verdict, amount: int, day: dt.date, due_on: dt.date) -> NewPayable:
    claim = verdict.claim
    return NewPayable(
        f"claim:{claim.id}:v{claim.version + 1}",
        "claim" if amount > 0 else "recovery",
        claim.organisation_id,
        claim.number,
        amount,
        due_on,
        day,
        claim.service_line or OTHER_LINE,
        _summary(claim, verdict.decision, day),
        _STREAMS[claim.partition],
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
        f'{{"line_no":{line.line_no},"service":{quoted(service)},'
        f'"service_on":"{day_text(sent.service_from or day)}","asked":{line.submitted},"benefit":{line.benefit},'
        f'"member":{line.member_share},"write_off":{line.write_off},"reason":"{reason}"}}'
    )
