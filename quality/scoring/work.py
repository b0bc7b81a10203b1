"""What scores and settlements give people to do, per role. A fixed number of statements, however many wait."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for

from core import clock
from core.actors import SYSTEM, Actor
from core.config import fund
from core.web import WorkItem
from core.words import _, ngettext
from quality import presenters
from quality.periods import parse_period
from quality.queries import providers
from quality.scoring import life, queries
from quality.scoring.models import QualityScore

SHOWN = 5


def for_provider(who: Actor) -> Iterator[WorkItem]:
    """A score that was told can be read, and contested until its day."""
    provider = providers.provider_of(who.organisation_id) if who.organisation_id is not None else None
    row = queries.newest_score(provider.organisation_id) if provider else None
    if provider is None or row is None or row.contest_until is None or row.state not in ("notified", "contested"):
        return
    if row.contest_until >= clock.today(fund().zone):
        yield WorkItem(
            title=_score_title(row),
            url=url_for("scores.show", period=row.period, number=provider.number),
            context=_("You can contest it with the line that made it."),
            due=row.contest_until,
            bucket="week",
            shape="open",
        )


def for_auditor(who: Actor) -> Iterator[WorkItem]:
    """Objections to review by their day; scores that wait to be told or published."""
    for row in queries.to_review(SHOWN):
        if row.created_by != who.person:
            yield WorkItem(
                title=_("Review the objection of %(name)s", name=row.organisation.name),
                url=url_for("scores.objected", score_id=row.id),
                context=_("score for %(period)s", period=parse_period(row.period).label),
                due=row.review_until,
                shape="needs_you",
            )
    for (period, state), count in sorted(queries.counts_by_state().items()):
        if state in ("computed", "final"):
            yield WorkItem(
                title=_waiting(state, count, parse_period(period).label),
                url=url_for("scores.index", period=period),
                context=_("scores"),
                bucket="week",
                shape="open",
            )


def for_finance(_who: Actor) -> Iterator[WorkItem]:
    """A simulation that waits for its second person, and withholds whose days to cure run."""
    row = queries.simulated()
    if row is not None:
        yield WorkItem(
            title=_("Release settlement %(number)s, or drop it", number=row.number),
            url=url_for("scores.settlement", number=row.number),
            context=_("quality, %(period)s", period=parse_period(row.period).label),
            shape="check",
        )
    for line in queries.suspended(SHOWN):
        yield WorkItem(
            title=_("Is the gate of %(name)s cured?", name=line.contract.contractor),
            url=url_for("scores.settlement", number=line.settlement.number),
            context=_("its withhold is suspended"),
            due=line.cure_until,
            bucket="week",
            shape="open",
        )


def finalise() -> None:
    """What nobody contested in its days becomes final."""
    life.finalise_due(by=SYSTEM)


def _score_title(row: QualityScore) -> str:
    period = parse_period(row.period).label
    if row.score is None:
        return str(_("There is no score for %(period)s: too few figures", period=period))
    shown = presenters.number(row.score, 1)
    return str(_("Your score for %(period)s is %(score)s of 100", period=period, score=shown))


def _waiting(state: str, count: int, period: str) -> str:
    if state == "computed":
        return ngettext(
            "Tell %(num)s provider its score for %(period)s", "Tell %(num)s providers their scores for %(period)s",
            count, period=period,
        )  # fmt: skip
    return ngettext(
        "Publish %(num)s final score for %(period)s", "Publish %(num)s final scores for %(period)s", count,
        period=period,
    )  # fmt: skip
