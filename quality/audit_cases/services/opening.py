"""A case begins with a question, and says what raised it."""

from __future__ import annotations

from dataclasses import dataclass

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Forbidden, InputErrors
from core.numbers import next_number
from core.roles import Role
from core.words import _l
from procurement.services import rules
from providers.models import Provider
from quality.audit_cases.models import AuditCase
from quality.audit_cases.plan import rules_on
from quality.audit_cases.states import AUDIT_CASE, SOURCES
from quality.names import STREAM


@dataclass(frozen=True, slots=True)
class Question:
    """`source` of SOURCES with its number; `indicator` and `period` where a figure raised it."""

    text: str
    source: str = "other"
    reference: str = ""
    indicator: str = ""
    period: str = ""
    is_safeguarding: bool = False


def open_case(provider: Provider, asked: Question, *, by: Actor) -> AuditCase:
    """Open a case on one provider; the days to conclude begin."""
    refuse_others(by)
    if not asked.text.strip():
        raise InputErrors.at("question", _l("Say what is to be found out. The provider may read it later."))
    if asked.source not in SOURCES:
        raise InputErrors.at("source", _l("Choose what raised the question."), asked.source)
    now, today = clock.now(), clock.today(fund().zone)
    lane = rules_on(today).lane(is_safeguarding=asked.is_safeguarding)
    row = AuditCase(
        number=next_number("K", today.year), organisation_id=provider.organisation_id, indicator=asked.indicator,
        period=asked.period, source=asked.source, source_reference=asked.reference[:60],
        is_safeguarding=asked.is_safeguarding, state=AUDIT_CASE.initial, question=asked.text.strip(),
        opened_by=by.person, opened_by_name=by.name, opened_at=now,
        conclude_due_at=rules.after_working_days(lane.conclude_days, today),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    after = {
        "provider": provider.number, "indicator": asked.indicator, "period": asked.period, "source": asked.source,
        "reference": row.source_reference, "safeguarding": row.is_safeguarding,
    }  # fmt: skip
    audit.record(STREAM, Act.AUDIT_CASE_OPENED, row.number, by=by, after=after)
    return row


def refuse_others(by: Actor) -> None:
    """Auditors act on cases; the worker opens those that an event of the fund asks for."""
    if not by.has(Role.AUDITOR) and by.person != "system":
        raise Forbidden(_l("An auditor does this."))
