"""A return is sent under a statement by name; which rows will be looked at is drawn at that moment."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from core import audit
from core.actors import Actor
from core.acts import Act
from core.db import database_now, db
from core.errors import InputErrors, Problem
from core.words import _l
from quality.names import STREAM
from quality.returns.asked import Ask, ReturnsPlan, Table
from quality.returns.models import QualityReturn
from quality.returns.services.filling import draft_of
from quality.returns.states import RETURN
from quality.returns.tables import totals
from quality.samples import drawing


def send(row: QualityReturn, ask: Ask, rules: ReturnsPlan, *, name: str, note: str, by: Actor) -> None:
    """From now on it stays as it is. Raises InputErrors that name all that is missing."""
    row = draft_of(row, by)
    target = RETURN.after(row.state, "send")
    if problems := [*_missing(row, ask, name)]:
        raise InputErrors(problems)
    totalled, sent_at = totals(ask, [one.said for one in row.rows], rules), database_now()
    row.numerator, row.denominator = totalled
    row.state, row.sent_by, row.sent_at = target, by.person, sent_at
    frame = _draw(row, rules.sample)
    row.stated_by_name, row.note = name.strip(), note.strip()
    db.session.flush()
    after = row.named | {
        "numerator": f"{row.numerator.normalize():f}", "denominator": f"{row.denominator.normalize():f}",
        "rows": len(row.rows), "frame": frame, "papers": [one.file.sha256 for one in row.papers],
        "is_late": row.is_late,
    }  # fmt: skip
    audit.record(STREAM, Act.RETURN_SENT, row.number, by=by, after=after)


def _draw(row: QualityReturn, size: int) -> str:
    """Mark the rows that are looked at, by number and instant: nobody knows them while rows can still be changed.
    Returns the digest of the frame."""
    frame = drawing.freeze((one.subject, _weight(one.whole)) for one in row.rows)
    assert row.sent_at is not None  # set by the caller
    seed = drawing.seed_of(frame.digest, f"{row.number} {row.sent_at.isoformat()}")
    whole = drawing.whole(len(frame.lines), frame.value, size, 0)
    drawn = {one.line for one in drawing.draw(frame, seed, [whole])}
    for one in row.rows:
        one.is_sampled = one.subject in drawn
    return frame.digest


def _missing(row: QualityReturn, ask: Ask, name: str) -> Iterable[Problem]:
    if len(name.strip()) < 3 or len(name.strip()) > 120:
        yield Problem("name", _l("Write your first and last name under the statement."), name)
    if not row.papers:
        yield Problem("paper", _l("Add at least one paper: %(what)s.", what=ask.evidence))
    if ask.table is Table.FACTS and {one.subject for one in row.rows} < set(ask.facts):
        yield Problem(ask.facts[0], _l("Confirm or correct the figures first."))
    if ask.table in (Table.HOURS, Table.STAFF) and not row.rows:
        yield Problem("file", _l("There is no row yet: send a file, or write the rows one by one."))


def _weight(figure: Decimal) -> int:
    """Ten-thousandths: the frame that is drawn from holds whole numbers."""
    return int(figure.scaleb(4))
