"""A visit is planned for one inspector or two; who comes again and again needs a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Forbidden, InputErrors, Problem
from core.numbers import next_number
from core.roles import Role
from core.words import _l
from providers.models import Provider
from quality.inspections import queries, telling
from quality.inspections.checklists import InspectionPlan
from quality.inspections.models import Inspection
from quality.inspections.states import INSPECTION
from quality.names import STREAM


@dataclass(frozen=True, slots=True)
class Visit:
    """`inspector` and `second` are persons; `second` fills the same checklist alone, or nobody does."""

    checklist: str
    visit_on: dt.date
    is_announced: bool
    inspector: str
    place: str = ""
    second: str = ""
    reason: str = ""


def plan_visit(provider: Provider, visit: Visit, rules: InspectionPlan, *, by: Actor) -> Inspection:
    """The first of the pair, or the only one. Raises InputErrors for all that is wrong at once."""
    if not by.has(Role.INSPECTOR):
        raise Forbidden(_l("An inspector plans a visit."))
    known = {one.person: one.name for one in queries.inspectors(visit.visit_on)}
    if problems := [*_problems(provider, visit, rules, known)]:
        raise InputErrors(problems)
    first = _row(provider, visit, visit.inspector, known[visit.inspector], by)
    if visit.second:
        _row(provider, visit, visit.second, known[visit.second], by, double_of=first)
    if visit.is_announced:
        telling.tell_planned(first)
    return first


def cancel(row: Inspection, *, by: Actor) -> None:
    """Before it began; its second inspector stays at home too."""
    row = queries.locked(row)
    by_inspector(by)
    other = queries.twin(row)
    for one in [row, *([other] if other and other.state == "planned" and row.double_of_id is None else [])]:
        one.state = INSPECTION.after(one.state, "cancel")
        audit.record(STREAM, Act.INSPECTION_CANCELLED, one.number, by=by)
    db.session.flush()


def by_inspector(by: Actor) -> None:
    if not by.has(Role.INSPECTOR) or by.organisation_id is not None:
        raise Forbidden(_l("Only an inspector of the fund does this."))


def comes_again(organisation_id: int, inspector: str, rules: InspectionPlan) -> bool:
    """Whether the last visits, as many as the plan's turns, were all this inspector's."""
    last = queries.last_inspectors(organisation_id, rules.turns)
    return len(last) == rules.turns and set(last) == {inspector}


def _problems(provider: Provider, visit: Visit, rules: InspectionPlan, known: dict[str, str]) -> Iterator[Problem]:
    if rules.checklist(visit.checklist, visit.visit_on) is None:
        yield Problem("checklist", _l("Choose a checklist that is in force on that day."), visit.checklist)
    if visit.visit_on < clock.today(fund().zone):
        yield Problem("visit_on", _l("This day is over."), visit.visit_on.isoformat())
    if visit.inspector not in known:
        yield Problem("inspector", _l("Choose an inspector."), visit.inspector)
    elif comes_again(provider.organisation_id, visit.inspector, rules) and not visit.reason.strip():
        words = _l(
            "%(name)s came the last %(turns)s times. Choose somebody else, or say why it must be the same.",
            name=known[visit.inspector], turns=rules.turns,
        )  # fmt: skip
        yield Problem("reason", words)
    if visit.second and (visit.second not in known or visit.second == visit.inspector):
        yield Problem("second", _l("The second inspector is another person."), visit.second)


def _row(
    provider: Provider, visit: Visit, person: str, name: str, by: Actor, *, double_of: Inspection | None = None
) -> Inspection:
    now = clock.now()
    row = Inspection(
        number=next_number("IN", visit.visit_on.year), organisation_id=provider.organisation_id,
        place=visit.place.strip(),
        checklist=visit.checklist, visit_on=visit.visit_on, is_announced=visit.is_announced, state=INSPECTION.initial,
        inspector=person, inspector_name=name, rotation_reason=visit.reason.strip(), double_of=double_of,
        planned_by=by.person, planned_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    after: dict[str, Any] = {
        "provider": provider.number,
        "checklist": visit.checklist,
        "visit_on": visit.visit_on.isoformat(),
    }
    after |= {"is_announced": visit.is_announced, "double_of": double_of.number if double_of else ""}
    audit.record(STREAM, Act.INSPECTION_PLANNED, row.number, by=by, reason=row.rotation_reason, after=after)
    return row
