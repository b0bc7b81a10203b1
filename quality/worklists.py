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
from quality.audit_cases import queries as audit_cases
from quality.audit_cases.states import OPEN
from quality.desk.work import of_desk
from quality.periods import last_full_quarter, parse_period
from quality.queries import runs
from quality.queries.runs import Alert
from quality.wording import name_of

SHOWN_ALERTS = 5


def for_auditor(_who: Actor) -> Iterator[WorkItem]:
    """Alerts nobody has asked about, and a quarter that is over and not computed."""
    known, due = runs.periods(), last_full_quarter(clock.today(fund().zone))
    names = {run.indicator: name_of(run) for run in runs.current_runs(known[0])} if known else {}
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
    yield from of_desk(clock.today(fund().zone))
    if due.name not in known:
        yield WorkItem(
            title=_("Compute the indicators of %(period)s", period=due.label),
            url=url_for("quality.index", period=due.name),
            context=_("the quarter is over"),
            bucket="week",
        )


def stages(_who: Actor) -> list[Stage]:
    """The auditor's thread: alerts, cases, findings."""
    counted, found = audit_cases.cases_by_state(), len(unasked_alerts())
    known = runs.periods()
    computed = len(runs.current_runs(known[0])) if known else 0
    here, there = url_for("quality.index"), "quality.audit_list"
    return [
        Stage(ngettext("Indicator computed", "Indicators computed", computed), computed, here),
        Stage(ngettext("Alert to look at", "Alerts to look at", found), found, here, is_yours=found > 0),
        Stage(_("Open cases"), sum(counted.get(state, 0) for state in OPEN), url_for(there, state="open")),
        Stage(_("Closed with a finding"), counted.get("closed", 0), url_for(there, state="closed")),
    ]


def unasked_alerts() -> list[Alert]:
    """Alerts of the newest period on which no audit case was opened."""
    known = runs.periods()
    if not known:
        return []
    asked = audit_cases.open_questions(known[0])
    return [alert for alert in runs.alerts(known[0]) if (alert.organisation_id, alert.indicator) not in asked]


def alerts_waiting(who: Actor) -> int:
    return len(unasked_alerts()) if who.organisation_id is None else 0
