"""What happens to a score without the provider's word: told, final, published. The provider reads it first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import database_now, db
from core.errors import Forbidden
from core.roles import Role
from core.words import _l
from quality.definitions import Indicator, QualityPlan
from quality.names import STREAM
from quality.queries import providers as provider_queries
from quality.scoring import queries, record
from quality.scoring.agreed import Agreements
from quality.scoring.models import QualityScore
from quality.scoring.states import SCORE
from quality.scoring.telling import tell
from quality.wording import worded


def notify(period: str, *, by: Actor) -> Sequence[QualityScore]:
    """Tell every provider its computed score; from now on its days to answer run."""
    refuse_others(by)
    rows = queries.scores_in("computed", period)
    notify_rows(rows, by=by)
    return rows


def notify_rows(rows: Sequence[QualityScore], *, by: Actor) -> None:
    now, rules = clock.now(), rules_of(rows)
    for row in rows:
        row.state, row.notified_at = SCORE.after(row.state, "notify"), now
        row.contest_until = clock.local_day(now, fund().zone) + dt.timedelta(days=rules[row.id].appeal_days)
    db.session.flush()
    audit.record_all([said(Act.SCORE_NOTIFIED, row) for row in rows], by=by)
    tell(rows, "notified")


def finalise_due(*, by: Actor) -> int:
    """What nobody contested in its days, compared now with the stored day; how many."""
    rows = queries.ripe(clock.local_day(database_now(), fund().zone))
    finalise(rows, by=by)
    return len(rows)


def finalise(rows: Iterable[QualityScore], *, by: Actor) -> None:
    acts = []
    for row in rows:
        row.state, row.final_at = SCORE.after(row.state, "finalise"), clock.now()
        acts.append(said(Act.SCORE_FINAL, row))
    db.session.flush()
    audit.record_all(acts, by=by)


def publish(period: str, *, by: Actor) -> Sequence[QualityScore]:
    """Every final score of the period: on the public scorecard, and on the provider's record for tenders."""
    refuse_others(by)
    finalise_due(by=by)
    rows = queries.scores_in("final", period)
    found = provider_queries.providers([row.organisation_id for row in rows])
    for row in rows:
        provider = found[row.organisation_id]
        row.state, row.published_at = SCORE.after(row.state, "publish"), clock.now()
        if provider.published_score_on is None or row.period_until >= provider.published_score_on:
            provider.published_score, provider.published_score_on = row.score, row.period_until
        data = {"organisation_id": row.organisation_id, "period": row.period, "version": row.version,
                "score": None if row.score is None else str(row.score)}  # fmt: skip
        events.publish("score.published", provider.number, effective_from=row.period_until, data=data)
    db.session.flush()
    record.write(list(found.values()), clock.today(fund().zone))
    audit.record_all([said(Act.SCORE_PUBLISHED, row) for row in rows], by=by)
    return rows


def rules_of(rows: Sequence[QualityScore]) -> dict[int, QualityPlan]:
    """Score id → the plan version it was reckoned by. A few statements, whatever their number."""
    known = Agreements()
    return {
        row.id: known.rules(row.terms["version"]) if row.terms else known.rules_on(row.period_until) for row in rows
    }


def definitions_of(row: QualityScore) -> dict[str, Indicator]:
    """Indicator → its definition as agreed, in the reader's words."""
    return {one.id: worded(one) for one in reversed(rules_of([row])[row.id].indicators)}


def refuse_others(by: Actor) -> None:
    if not by.has(Role.AUDITOR):
        raise Forbidden(_l("An auditor does this."))


def said(act: Act, row: QualityScore, **more: Any) -> audit.Said:
    score = None if row.score is None else str(row.score)
    after = {"period": row.period, "version": row.version, "state": row.state, "score": score, **more}
    return audit.Said(STREAM, act, f"{row.organisation.number} {row.period}", "", None, after)
