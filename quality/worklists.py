"""What waits in this room, per role."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for

from core import clock
from core.actors import Actor
from core.config import fund
from core.web import WorkItem
from core.web.home import Stage
from core.words import _, ngettext
from providers.models import Provider
from quality import presenters
from quality.models import QualityScore
from quality.periods import last_full_quarter, parse_period
from quality.queries import audits, providers, runs
from quality.queries.runs import Alert

SHOWN_ALERTS = 5


def for_auditor(_who: Actor) -> Iterator[WorkItem]:
    """Alerts nobody has asked about, open cases, and a quarter that is over and not computed."""
    known, due = runs.periods(), last_full_quarter(clock.today(fund().zone))
    names = {run.indicator: run.definition["name"] for run in runs.current_runs(known[0])} if known else {}
    for alert in unasked_alerts()[:SHOWN_ALERTS]:
        yield WorkItem(
            title=_(
                "Look at %(name)s: %(indicator)s",
                name=alert.name,
                indicator=names.get(alert.indicator, alert.indicator),
            ),
            url=url_for("quality.provider", number=alert.provider, period=alert.period, indicator=alert.indicator),
            context=_("worse than chance explains in %(period)s", period=parse_period(alert.period).label),
            shape="needs_you",
        )
    for case in audits.audit_cases(state="opened", limit=SHOWN_ALERTS):
        yield WorkItem(
            title=_("Finish audit case %(number)s", number=case.number),
            url=url_for("quality.audit_case", number=case.number),
            context=case.organisation.name,
            bucket="week",
            shape="in_progress",
        )
    if due.name not in known:
        yield WorkItem(
            title=_("Compute the indicators of %(period)s", period=due.label),
            url=url_for("quality.index", period=due.name),
            context=_("the quarter is over"),
            bucket="week",
        )


def for_provider(who: Actor) -> Iterator[WorkItem]:
    """A published score can be read, and contested until its day."""
    provider = providers.provider_of(who.organisation_id) if who.organisation_id is not None else None
    score = providers.newest_score(provider.organisation_id) if provider else None
    if provider is None or score is None or score.contest_until < clock.today(fund().zone):
        return
    yield _score_item(provider, score)


def _score_item(provider: Provider, score: QualityScore) -> WorkItem:
    period = parse_period(score.period).label
    if score.score is None:
        title = _("There is no score for %(period)s: too few figures", period=period)
    else:
        shown = presenters.number(score.score, 1)
        title = _("Your score for %(period)s is %(score)s of 100", period=period, score=shown)
    return WorkItem(
        title=title,
        url=url_for("quality.provider", number=provider.number, period=score.period),
        context=_("You can contest it with the line that made it."),
        due=score.contest_until,
        bucket="week",
        shape="open",
    )


def stages(_who: Actor) -> list[Stage]:
    """The auditor's thread: alerts, cases, findings."""
    counted, found = audits.cases_by_state(), len(unasked_alerts())
    known = runs.periods()
    computed = len(runs.current_runs(known[0])) if known else 0
    here, there = url_for("quality.index"), url_for("quality.audit_list")
    return [
        Stage(ngettext("Indicator computed", "Indicators computed", computed), computed, here),
        Stage(ngettext("Alert to look at", "Alerts to look at", found), found, here, is_yours=found > 0),
        Stage(_("Open cases"), counted.get("opened", 0), there),
        Stage(_("Closed with a finding"), counted.get("closed", 0), there),
    ]


def unasked_alerts() -> list[Alert]:
    """Alerts of the newest period on which no audit case was opened."""
    known = runs.periods()
    if not known:
        return []
    asked = audits.open_questions(known[0])
    return [alert for alert in runs.alerts(known[0]) if (alert.organisation_id, alert.indicator) not in asked]


def alerts_waiting(who: Actor) -> int:
    return len(unasked_alerts()) if who.organisation_id is None else 0
