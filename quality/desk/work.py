"""What the desk gives an auditor to do: last night's hits on lists, and plans that wait for a second auditor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from flask import url_for

from core.web import WorkItem
from core.words import _, ngettext
from quality.desk.presenters import screen_name
from quality.desk.queries import runs, years
from quality.desk.screens import SCREENS
from quality.desk.services import next_year


def of_desk(today: dt.date) -> Iterator[WorkItem]:
    """Two statements: the newest night, and the plans."""
    lists = [run for run in runs.newest_runs() if run.hits and run.terms["action"] == "list"]
    for is_of_fund in (False, True):
        found = [run for run in lists if SCREENS[run.screen].is_of_fund is is_of_fund]
        if found:
            yield _hits(sum(run.hits for run in found), ", ".join(map(screen_name, found)), is_of_fund)
    plans = years.plans()
    for plan in plans:
        if plan.state == "proposed":
            yield WorkItem(
                title=_("Approve the plan of audits for %(year)s", year=plan.year),
                url=url_for("desk.year", number=plan.number),
                context=_("proposed by %(name)s", name=plan.proposed_by_name),
                bucket="week",
                shape="check",
            )
    if lists and all(plan.year != next_year(today) or plan.state == "withdrawn" for plan in plans):
        yield WorkItem(
            title=_("Plan the audits of %(year)s", year=next_year(today)),
            url=url_for("desk.years"),
            context=_("from the risk list"),
            bucket="week",
        )


def _hits(count: int, names: str, is_of_fund: bool) -> WorkItem:
    if is_of_fund:
        title = ngettext(
            "Look at %(num)s hit on the fund’s own acts", "Look at %(num)s hits on the fund’s own acts", count
        )
    else:
        title = ngettext("Look at %(num)s hit on providers", "Look at %(num)s hits on providers", count)
    url = url_for("desk.screens") if is_of_fund else url_for("desk.index")
    return WorkItem(title=title, url=url, context=names, bucket="week", shape="check")
