"""A fund with checklists, two inspectors with accounts, and a nursery that is visited."""

from __future__ import annotations

import datetime as dt

from core import plan
from core.actors import Actor
from core.db import unit_of_work
from core.roles import Role
from quality.inspections import queries, services
from quality.inspections.models import Inspection
from quality.inspections.plan import inspections_on
from quality.inspections.services import Answer, Visit
from quality.queries.providers import provider_by_number
from tests.accounts import actor_with
from tests.quality import builders as quality
from tests.quality.returns import builders as returns
from tests.quality.returns.builders import ROOT, at

DAY = dt.date(2026, 10, 12)
MORNING = dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.UTC)
BEFORE = MORNING - dt.timedelta(days=7)
ALL_WELL = {"S1": "yes", "S2": "yes", "S3": "yes", "R1": "5", "R2": "4", "T1": "6", "T2": "na", "T3": "5"}


def house() -> tuple[dict[int, int], Actor, Actor]:
    """Organisations, and two inspectors."""
    found = returns.house()
    with unit_of_work():
        manager = Actor(None, "manager", "M. Anager", frozenset({Role.PLAN_MANAGER}))
        text = (ROOT / "plan" / "inspections.toml").read_text("utf-8")
        plan.approve(plan.prepare("inspections", text, valid_from=dt.date(2020, 1, 1), by=manager), by=returns.AUDITOR)
    return found, actor_with(Role.INSPECTOR, name="V. Massin"), actor_with(Role.INSPECTOR, name="W. Tafrit")


def rules():
    found = inspections_on(DAY)
    assert found is not None
    return found


def checklist():
    found = rules().checklist("nursery", DAY)
    assert found is not None
    return found


def planned(by: Actor, *, day: dt.date = DAY, second: str = "", is_announced: bool = False, reason: str = "") -> str:
    with at(BEFORE), unit_of_work():
        visit = Visit("nursery", day, is_announced, by.person, "Yard", second, reason)
        provider = provider_by_number(quality.number(3))
        return services.plan_visit(provider, visit, rules(), by=by).number


def inspection(number: str) -> Inspection:
    row = queries.inspection(number)
    assert row is not None
    return row


def fill(number: str, by: Actor, values: dict[str, str] | None = None, notes: dict[str, str] | None = None) -> None:
    said = {code: Answer(value, (notes or {}).get(code, "")) for code, value in (values or ALL_WELL).items()}
    for section in checklist().sections:
        with at(MORNING), unit_of_work():
            services.fill(inspection(number), section, said, rules(), by=by)


def report(number: str, by: Actor) -> None:
    with at(MORNING), unit_of_work():
        services.report(inspection(number), checklist(), summary="A calm house.", by=by)
