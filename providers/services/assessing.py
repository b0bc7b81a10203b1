"""The SSE assessment: each criterion answered with its evidence by one officer, approved by another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import Conflict, InputErrors, Problem
from core.organisations import SSE_FORMS
from core.words import _l
from providers.models import Provider, SseAssessment
from providers.services.accreditation import must_be_registrar
from providers.services.registration import STREAM
from providers.states import ASSESSMENT, CRITERIA


@dataclass(frozen=True, slots=True)
class Answer:
    """`evidence` says where it is proved: paper, article, page, day."""

    is_met: bool
    evidence: str


def waiting(provider: Provider) -> SseAssessment | None:
    return next((row for row in provider.assessments if row.state == "reviewed"), None)


def review(provider: Provider, answers: Mapping[str, Answer], *, valid_from: dt.date, by: Actor) -> SseAssessment:
    """A new version; a unit is SSE if its legal form can be and every criterion is met."""
    must_be_registrar(provider, by)
    if waiting(provider) is not None:
        raise Conflict(_l("A version waits for its approval already."))
    if problems := [problem for key in CRITERIA for problem in _problems(key, answers.get(key))]:
        raise InputErrors(problems)
    row = SseAssessment(
        organisation_id=provider.organisation_id, version=len(provider.assessments) + 1, state=ASSESSMENT.initial,
        legal_form=provider.organisation.legal_form, answers={key: asdict(answers[key]) for key in CRITERIA},
        is_sse=provider.organisation.legal_form in SSE_FORMS and all(answers[key].is_met for key in CRITERIA),
        valid_from=valid_from, reviewed_by=by.person, reviewed_by_name=by.name, reviewed_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    db.session.expire(provider, ["assessments"])
    _note(row, Act.SSE_REVIEWED, "", by)
    return row


def approve(row: SseAssessment, *, by: Actor) -> None:
    _second(row, by)
    row.state = ASSESSMENT.after(row.state, "approve")
    row.approved_by, row.approved_by_name, row.approved_at = by.person, by.name, clock.now()
    db.session.flush()
    _note(row, Act.SSE_APPROVED, "", by)


def send_back(row: SseAssessment, *, reason: str, by: Actor) -> None:
    """It ends here; the first officer reviews anew."""
    _second(row, by)
    target = ASSESSMENT.after(row.state, "send_back")
    if not reason.strip():
        raise InputErrors.at("note", _l("Say what must be looked at again."))
    row.state, row.note = target, reason.strip()
    db.session.flush()
    _note(row, Act.SSE_APPROVED, reason, by)


def _second(row: SseAssessment, by: Actor) -> None:
    must_be_registrar(row.provider, by)
    by.must_differ_from([row.reviewed_by], _l("You reviewed it, so someone else must approve it."))


def _problems(key: str, answer: Answer | None) -> list[Problem]:
    if answer is None:
        return [Problem(f"met-{key}", _l("%(what)s: say whether it is met.", what=CRITERIA[key]))]
    if not answer.evidence.strip():
        return [Problem(f"evidence-{key}", _l("%(what)s: say where it is proved or disproved.", what=CRITERIA[key]))]
    return []


def _note(row: SseAssessment, act: Act, reason: str, by: Actor) -> None:
    after = {"version": row.version, "state": row.state, "is_sse": row.is_sse, "valid_from": row.valid_from.isoformat()}
    audit.record(STREAM, act, row.provider.number, by=by, reason=reason.strip(), after=after)
