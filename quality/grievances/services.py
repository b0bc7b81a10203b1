"""The verbs: receive, take up in an audit case, answer."""

from __future__ import annotations

from dataclasses import dataclass

from core import audit, clock, secrets
from core.actors import SYSTEM, Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, Forbidden, InputErrors, Problem
from core.numbers import next_number
from core.roles import MEMBERS, Role
from core.words import _l
from procurement.services import rules
from providers.models import Provider
from quality.audit_cases import services as audit_cases
from quality.audit_cases.plan import rules_on
from quality.audit_cases.services import Question
from quality.grievances import queries
from quality.grievances.models import COLUMN, Grievance
from quality.grievances.states import CHANNELS, GRIEVANCE, KINDS, SAFETY
from quality.names import STREAM


@dataclass(frozen=True, slots=True)
class Complaint:
    """`member` a public id, empty where no name was given; `provider` a public number, empty for the fund itself."""

    kind: str
    words: str
    provider: str = ""
    member: str = ""
    channel: str = "form"


def receive(said: Complaint, *, by: Actor) -> Grievance:
    """Keep it, sealed. Someone's safety opens a case on the fast lane in the same act."""
    if problems := [*_defects(said, by)]:
        raise InputErrors(problems)
    provider = queries.provider_numbered(said.provider) if said.provider else None
    today = clock.today(fund().zone)
    days = rules_on(today).complaints
    row = Grievance(
        number=next_number("GR", today.year), member_number=said.member,
        organisation_id=provider.organisation_id if provider else None, kind=said.kind, channel=said.channel,
        sealed_words=secrets.encrypt(COLUMN, said.words.strip()), state=GRIEVANCE.initial, received_at=clock.now(),
        received_by=by.person,
        due_at=rules.after_working_days(
            days.safeguarding_days if said.kind == SAFETY else days.answer_days, today
        ),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    after = {"kind": row.kind, "channel": row.channel, "provider": said.provider}
    audit.record(STREAM, Act.GRIEVANCE_RECEIVED, row.number, by=by, after=after)
    if said.kind == SAFETY and provider is not None:
        _take_up(row, provider, by=SYSTEM)
    return row


def take_up(grievance: Grievance, *, by: Actor) -> Grievance:
    """Open an audit case on the provider it is about."""
    if not by.has(Role.AUDITOR):
        raise Forbidden(_l("An auditor opens a case."))
    row = queries.locked(grievance.number)
    if row.organisation_id is None:
        raise Conflict(_l("This complaint is about no provider; answer it."))
    GRIEVANCE.after(row.state, "take_up")
    provider = db.session.get_one(Provider, row.organisation_id)
    _take_up(row, provider, by=by)
    return row


def answer(grievance: Grievance, text: str, *, by: Actor) -> None:
    """What was done, as the member reads it; by someone else than who is complained about."""
    if not by.has(Role.COMPLAINTS_OFFICER, Role.AUDITOR):
        raise Forbidden(_l("A complaints officer answers."))
    row = queries.locked(grievance.number)
    target = GRIEVANCE.after(row.state, "answer")
    if not text.strip():
        raise InputErrors.at("answer", _l("Write the answer: the member reads it."))
    row.state, row.answer, row.answered_by, row.answered_at = target, text.strip(), by.person, clock.now()
    db.session.flush()
    audit.record(STREAM, Act.GRIEVANCE_ANSWERED, row.number, by=by)


def _take_up(row: Grievance, provider: Provider, *, by: Actor) -> None:
    """The case names the complaint's number and its kind, never the member nor the member's words."""
    question = str(_l("A member complained: %(kind)s.", kind=KINDS[row.kind]))
    asked = Question(question, "complaint", row.number, is_safeguarding=row.kind == SAFETY)
    case = audit_cases.open_case(provider, asked, by=by)
    row.state, row.case_id = GRIEVANCE.after(row.state, "take_up"), case.id
    db.session.flush()
    audit.record(STREAM, Act.GRIEVANCE_TAKEN_UP, row.number, by=by, after={"case": case.number})


def _defects(said: Complaint, by: Actor) -> list[Problem]:
    found = []
    if said.kind not in KINDS:
        found.append(Problem("kind", _l("Choose what it is about."), said.kind))
    if said.channel not in CHANNELS:
        found.append(Problem("channel", _l("Choose how it came."), said.channel))
    if not said.words.strip():
        found.append(Problem("words", _l("Write what happened, when and where.")))
    if said.provider and queries.provider_numbered(said.provider) is None:
        found.append(Problem("provider", _l("No provider has this number."), said.provider))
    if by.has(*MEMBERS) and said.member not in by.scopes:
        found.append(Problem("member", _l("Choose for whom you write."), said.member))
    elif said.member and not queries.is_member(said.member):
        found.append(Problem("member", _l("No member has this number."), said.member))
    return found
