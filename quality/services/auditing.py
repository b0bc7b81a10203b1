"""Audit cases and samples: a question, a draw that anyone can repeat, a finding."""

from __future__ import annotations

import datetime as dt

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import bulk_insert, db
from core.errors import DomainError, InputErrors
from core.numbers import next_number
from core.words import _l
from providers.models import Provider
from quality import sampling
from quality.models import AuditCase, AuditSample, AuditSampleLine
from quality.queries import providers as queries
from quality.services.computing import STREAM
from quality.states import AUDIT_CASE, FINDINGS


def open_case(provider: Provider, question: str, *, by: Actor, indicator: str = "", period: str = "") -> AuditCase:
    """Open a case on one provider; `indicator` and `period` say which alert raised it."""
    if not question.strip():
        raise InputErrors.at("question", _l("Say what is to be found out. The provider may read it later."))
    now = clock.now()
    row = AuditCase(
        number=next_number("K", clock.local_day(now, fund().zone).year),
        organisation_id=provider.organisation_id,
        indicator=indicator,
        period=period,
        state=AUDIT_CASE.initial,
        question=question.strip(),
        opened_by=by.person,
        opened_by_name=by.name,
        opened_at=now,
    )
    db.session.add(row)
    db.session.flush()
    after = {"provider": provider.number, "indicator": indicator, "period": period}
    audit.record(STREAM, Act.AUDIT_CASE_OPENED, row.number, by=by, after=after)
    return row


def close_case(row: AuditCase, finding: str, text: str, *, by: Actor) -> None:
    """Close with one of FINDINGS and the reasons in words."""
    target = AUDIT_CASE.after(row.state, "close")
    if finding not in FINDINGS:
        raise InputErrors.at("finding", _l("Choose what was found."), finding)
    if not text.strip():
        raise InputErrors.at("finding_text", _l("Give the reasons. A finding without reasons cannot be contested."))
    row.state, row.finding, row.finding_text = target, finding, text.strip()
    row.closed_by, row.closed_at = by.person, clock.now()
    db.session.flush()
    audit.record(STREAM, Act.AUDIT_CASE_CLOSED, row.number, by=by, after={"finding": finding})


def draw_sample(
    provider: Provider,
    valid_from: dt.date,
    valid_until: dt.date,
    announced: str,
    *,
    by: Actor,
    size: int | None = None,
    case: AuditCase | None = None,
) -> AuditSample:
    """Draw claim lines served in these days. `size` None: enough for ± 10 points at 90 %."""
    if valid_until < valid_from:
        raise InputErrors.at("valid_until", _l("The last day lies before the first."), valid_until.isoformat())
    if not announced.strip():
        raise InputErrors.at("announced", _l("Write the words that were announced before the draw."))
    frame = sampling.freeze(queries.claim_lines_between(provider.organisation_id, valid_from, valid_until))
    if not frame.lines:
        raise DomainError(_l("No decided claim line of this provider lies in these days. There is nothing to draw."))
    wanted = min(size or sampling.attribute_size(len(frame.lines)), len(frame.lines))
    drawn = sampling.draw(frame, announced.strip(), wanted)
    row = _sample(provider, frame, drawn, announced.strip(), (valid_from, valid_until), case, by)
    bulk_insert(AuditSampleLine.__table__, _lines(row.id, drawn))
    after = {"provider": provider.number, "frame": frame.digest, "lines": len(frame.lines), "size": wanted}
    audit.record(STREAM, Act.SAMPLE_DRAWN, row.number, by=by, after={**after, "seed": drawn.seed})
    return row


def _sample(
    provider: Provider,
    frame: sampling.Frame,
    drawn: sampling.Draw,
    announced: str,
    days: tuple[dt.date, dt.date],
    case: AuditCase | None,
    by: Actor,
) -> AuditSample:
    now = clock.now()
    row = AuditSample(
        number=next_number("AS", clock.local_day(now, fund().zone).year),
        organisation_id=provider.organisation_id,
        case_id=case.id if case else None,
        valid_from=days[0],
        valid_until=days[1],
        frame=frame.text,
        frame_hash=frame.digest,
        frame_size=len(frame.lines),
        frame_value=frame.value,
        announced=announced,
        seed=drawn.seed,
        size=len(drawn.taken),
        spares=len(drawn.spares),
        drawn_by=by.person,
        drawn_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _lines(sample_id: int, drawn: sampling.Draw) -> list[dict[str, object]]:
    rows = [(line, amount, False) for line, amount in drawn.taken] + [(*pair, True) for pair in drawn.spares]
    return [
        {"sample_id": sample_id, "position": place, "line": line, "amount": amount, "is_spare": is_spare}
        for place, (line, amount, is_spare) in enumerate(rows, start=1)
    ]
