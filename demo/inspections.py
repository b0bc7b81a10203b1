"""One nursery seen by two inspectors: two findings, an answer; and a visit that is planned for next week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

from core import clock
from core.actors import Actor
from core.config import fund
from core.db import db
from demo.people import Staff
from quality.inspections import queries, services
from quality.inspections.checklists import InspectionPlan
from quality.inspections.models import Inspection
from quality.inspections.plan import inspections_on
from quality.inspections.services import Answer, Visit
from quality.queries.providers import provider_of

WEEK = dt.timedelta(days=7)
FIRST = {"S1": "yes", "S2": "no", "S3": "yes", "R1": "5", "R2": "4", "T1": "6", "T2": "2", "T3": "5"}
SECOND = FIRST | {"R1": "4", "T3": "6"}
NOTES = {
    "S2": "The cleaning cupboard of room 2 stood open at 9:40; it was locked while we watched.",
    "T2": "Children were told, seldom asked: in twenty minutes two questions were put to a child.",
}


def tell(staff: Staff, desks: Mapping[str, Mapping[str, Actor]]) -> None:
    """Three weeks ago; the provider answered a week later."""
    today = clock.today(fund().zone)
    rules = inspections_on(today)
    assert rules is not None  # put in force at the opening
    nursery, care = (desks[key]["manager"].organisation_id or 0 for key in ("nursery-0", "care-0"))
    pair = staff.inspector, staff.second_inspector
    with _nine(today - 3 * WEEK):
        row = _planned(nursery, "nursery", today - 3 * WEEK, pair, rules)
        twin = queries.twin(row)
        assert twin is not None  # planned as a pair
        for one, who, values in ((row, pair[0], FIRST), (twin, pair[1], SECOND)):
            _write(one, who, values, rules)
    with _nine(today - 2 * WEEK):
        reply = "A spring lock is on the cupboard since the same day. We asked for a course on language."
        services.answer(row, reply, by=desks["nursery-0"]["manager"])
    _planned(care, "home-care", today + WEEK, pair[:1], rules)


def _planned(
    organisation_id: int, checklist: str, day: dt.date, who: Sequence[Actor], rules: InspectionPlan
) -> Inspection:
    provider = provider_of(organisation_id)
    assert provider is not None  # registered at the opening
    second = who[1].person if len(who) > 1 else ""
    visit = Visit(checklist, day, is_announced=False, inspector=who[0].person, second=second)
    return services.plan_visit(provider, visit, rules, by=who[0])


def _write(row: Inspection, who: Actor, values: Mapping[str, str], rules: InspectionPlan) -> None:
    checklist = rules.checklist(row.checklist, row.visit_on)
    assert checklist is not None  # planned with it
    said = {code: Answer(value, NOTES.get(code, "")) for code, value in values.items()}
    for section in checklist.sections:
        services.fill(row, section, said, rules, by=who)
    services.report(row, checklist, summary="A calm house with a good routine; two things to mend.", by=who)
    db.session.refresh(row)


def _nine(day: dt.date) -> AbstractContextManager[None]:
    return clock.frozen(dt.datetime.combine(day, dt.time(9), fund().zone).astimezone(dt.UTC))
