"""The draw itself, on the day the words came out; or dropping a sample, which stays in public sight."""

from __future__ import annotations

import datetime as dt

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import bulk_insert, db
from core.errors import DomainError, InputErrors
from core.web.filters import day_words
from core.words import _l
from quality.names import STREAM
from quality.samples import drawing, monetary
from quality.samples.drawing import Drawn, Frame
from quality.samples.models import AuditSample, AuditSampleLine, SampleRequest
from quality.samples.plan import rules_of
from quality.samples.queries.samples import locked
from quality.samples.states import SAMPLE, Design
from quality.samples.telling import tell


def draw(row: AuditSample, words: str, *, by: Actor) -> AuditSample:
    """Draw with what came out, and ask the provider for the papers of the drawn lines."""
    row = locked(row.number)
    target, today = SAMPLE.after(row.state, "draw"), clock.today(fund().zone)
    if row.source_on is None or today < row.source_on:
        first = day_words(row.source_on) if row.source_on else ""
        raise DomainError(_l("The words come out on %(day)s. Nothing can be drawn before.", day=first))
    said = " ".join(words.split())
    if not said or len(said) > 200:
        raise InputErrors.at("words", _l("Write the words exactly as they came out, 1 to 200 characters."), words)
    row.words, row.seed = said, drawing.seed_of(row.frame_hash, said)
    row.state, row.drawn_by, row.drawn_at = target, by.person, clock.now()
    drawn = drawn_lines(row)
    db.session.flush()
    names = _claim_lines(row)
    bulk_insert(AuditSampleLine.__table__, [_values(row.id, place, one, names) for place, one in enumerate(drawn, 1)])
    due_on = today + dt.timedelta(days=rules_of(row).due_days)
    asked = [
        {"sample_id": row.id, "position": place, "asked_at": row.drawn_at, "due_on": due_on, "extension": ""}
        for place, one in enumerate(drawn, 1)
        if not one.is_spare
    ]
    bulk_insert(SampleRequest.__table__, asked)
    after = {"seed": row.seed, "lines": len(asked), "due_on": due_on.isoformat()}
    audit.record(STREAM, Act.SAMPLE_DRAWN, row.number, by=by, reason=said, after=after)
    tell(row, "sample", due_on)
    db.session.expire(row, ["lines"])
    return row


def drop(row: AuditSample, reason: str, *, by: Actor) -> None:
    """End it without a result. It stays in public sight with its reason, so that nobody draws until a draw pleases."""
    row = locked(row.number)
    target = SAMPLE.after(row.state, "drop")
    if not reason.strip():
        raise InputErrors.at("dropped", _l("Say why the sample is dropped. Everybody can read it."))
    row.state, row.reason, row.ended_by, row.ended_at = target, reason.strip(), by.person, clock.now()
    db.session.flush()
    audit.record(STREAM, Act.SAMPLE_DROPPED, row.number, by=by, reason=row.reason)


def drawn_lines(row: AuditSample) -> list[Drawn]:
    """What frame, words and sizes give: now, and whenever somebody asks again."""
    frame = drawing.thaw(row.frame)
    return _drawn(frame, row)


def is_repeated(row: AuditSample) -> bool:
    """Whether the stored lines follow from the frozen frame and the words."""
    frame = drawing.thaw(row.frame)
    is_same_frame = frame.digest == row.frame_hash and drawing.seed_of(frame.digest, row.words) == row.seed
    return is_same_frame and [one.line for one in _drawn(frame, row)] == [line.mark for line in row.lines]


def _drawn(frame: Frame, row: AuditSample) -> list[Drawn]:
    if row.design == Design.MONETARY:
        return monetary.hits(frame, row.size, monetary.start_of(row.seed, frame.value, row.size))
    return drawing.draw(frame, row.seed, row.layers)


def _claim_lines(row: AuditSample) -> dict[str, str]:
    """Opaque id → claim line, in the frame's own order."""
    marks = [line.rsplit(" ", 1)[0] for line in row.frame.splitlines()]
    return dict(zip(marks, row.frame_lines.splitlines() or marks, strict=True))


def _values(sample_id: int, place: int, one: Drawn, names: dict[str, str]) -> dict[str, object]:
    return {
        "sample_id": sample_id, "position": place, "line": names[one.line], "mark": one.line, "amount": one.amount,
        "stratum": one.stratum, "is_spare": one.is_spare,
    }  # fmt: skip
