"""The first two steps: an officer reports facts and evidence, the provider answers in its days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core import audit, clock, files
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import database_now, db
from core.errors import Conflict, DomainError, Forbidden, InputErrors, Problem
from core.numbers import next_number
from core.roles import Role
from core.words import _l
from procurement.models.breach import Breach, BreachFile
from procurement.models.contract import SIGNED, Contract
from procurement.models.evaluation import Award
from procurement.penalties import BreachRules
from procurement.queries import breaches as queries
from procurement.queries.tenders import NOT_SIGNED
from procurement.services import rules
from procurement.services.breaches.telling import tell_provider
from procurement.services.contracts.signing import FUND_SIGNERS
from procurement.services.contracts.telling import STREAM
from procurement.states.breach import BREACH, CODES

EVIDENCE = ("application/pdf", "image/png", "image/jpeg")
MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Upload:
    content: bytes
    filename: str


@dataclass(frozen=True, slots=True)
class Report:
    """Of a contract, or of an award whose winner did not sign; `code` of `CODES`."""

    subject: Contract | Award
    code: str
    facts: str
    evidence: Sequence[Upload] = ()


def rules_in_force() -> BreachRules:
    found = rules.breach(clock.today(fund().zone))
    if found is None:
        raise DomainError(_l("The plan in force knows no breach procedure."), code="no_rules")
    return found


def report(said: Report, *, by: Actor) -> Breach:
    """Begin the procedure; the provider is told, and has its working days to answer."""
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer reports a breach."))
    days, today, now = rules_in_force(), clock.today(fund().zone), clock.now()
    if problems := [*_defects(said)]:
        raise InputErrors(problems)
    due_at = rules.after_working_days(days.answer_days, today)
    row = Breach(
        number=next_number("V", today.year), state=BREACH.initial, code=said.code, facts=said.facts.strip(),
        reported_by=by.person, reported_by_name=by.name, reported_at=now, answer_due_at=due_at,
        decision_due_at=rules.after_working_days(days.decision_days, clock.local_day(due_at, fund().zone)),
        **_subject(said.subject),
    )  # fmt: skip
    db.session.add(row)
    _keep(row, "fund", said.evidence, by)
    after = {"code": row.code, "organisation": row.organisation_id, "answer_due_at": due_at, "files": _hashes(row)}
    audit.record(STREAM, Act.BREACH_REPORTED, row.number, by=by, reason=row.facts, after=after)
    tell_provider(row, "reported")
    return row


def answer(breach: Breach, text: str, evidence: Sequence[Upload] = (), *, by: Actor) -> None:
    """Once, by the provider's manager, up to the stored microsecond; then the fund's days to decide begin."""
    row = queries.locked_breach(breach.number)
    refuse_stranger(row, by)
    target = BREACH.after(row.state, "answer")
    at = database_now()
    if clock.microseconds(at) > clock.microseconds(row.answer_due_at):
        raise DomainError(_l("The time to answer this report is over."), code="too_late")
    if not text.strip():
        raise InputErrors.at("answer", _l("Write your answer: whoever decides reads it."))
    today = clock.local_day(at, fund().zone)
    row.state, row.answer, row.answered_by, row.answered_at = target, text.strip(), by.person, at
    row.decision_due_at = rules.after_working_days(rules_in_force().decision_days, today)
    _keep(row, "provider", evidence, by)
    audit.record(STREAM, Act.BREACH_ANSWERED, row.number, by=by, after={"state": target, "files": _hashes(row)})


def refuse_stranger(row: Breach, by: Actor) -> None:
    if not (by.has(Role.PROVIDER_MANAGER) and by.organisation_id == row.organisation_id):
        raise Forbidden(_l("A manager of the provider answers for it."))


def _subject(subject: Contract | Award) -> dict[str, int | None]:
    if isinstance(subject, Contract):
        return {"organisation_id": subject.organisation_id, "contract_id": subject.id}
    return {"organisation_id": subject.bid.organisation_id, "award_id": subject.id}


def _defects(said: Report) -> Iterable[Problem]:
    if said.code not in CODES or (said.code == NOT_SIGNED) != isinstance(said.subject, Award):
        yield Problem("code", _l("Choose what was broken."), said.code)
    if isinstance(said.subject, Contract) and said.subject.state not in SIGNED:
        raise Conflict(_l("A contract that is not signed by both sides cannot be broken."))
    if isinstance(said.subject, Award) and said.subject.set_aside_code != NOT_SIGNED:
        raise Conflict(_l("This award did not fall because its winner did not sign."))
    if isinstance(said.subject, Award) and queries.breach_of_award(said.subject.id):
        raise Conflict(_l("This refusal is reported already."))
    if not said.facts.strip():
        yield Problem("facts", _l("Say what happened, when, and which duty it broke."))


def _keep(row: Breach, side: str, evidence: Sequence[Upload], by: Actor) -> None:
    """Evidence of one side; nothing is kept if one file is not what it should be."""
    if len(evidence) > MOST_FILES:
        raise InputErrors.at("evidence", _l("Send at most %(most)s files.", most=MOST_FILES), len(evidence))
    kinds = [files.check_upload(one.content, one.filename, EVIDENCE, "evidence") for one in evidence]
    for one, kind in zip(evidence, kinds, strict=True):
        owner = row.organisation_id
        stored = files.store(one.content, filename=one.filename, media_type=kind, organisation_id=owner, by=by)
        row.files.append(BreachFile(side=side, file=stored))
    db.session.flush()


def _hashes(row: Breach) -> list[str]:
    return [one.file.sha256 for one in row.files]
