"""A cooperative whom the fund pays by the month for those who are placed with it, for tests of this room and above."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from care.models import Placement
from care.records import Slot
from core import plan
from core.actors import Actor
from core.db import db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from members.models import Member
from procurement.amending import NewTerms
from procurement.capitation import Band, Capitation
from procurement.models.contract import Contract
from procurement.services.contracts.applying import apply
from tests.claims.care_fund import a_cooperative, care_fund, granted, placed

PLAN = Path(__file__).resolve().parents[2] / "plan" / "funding.toml"
FIRST = dt.date(2026, 1, 1)
SERVICE = "LC-100"
BANDS = (Band(0, 64, "", 3_000), Band(65, 120, "f", 7_000), Band(65, 120, "m", 6_500))


def in_force(text: str) -> None:
    one, other = (Actor(None, name, name, frozenset({Role.PLAN_MANAGER})) for name in ("planner", "approver"))
    with unit_of_work():
        plan.approve(plan.prepare("funding", text, valid_from=dt.date(2020, 1, 1), by=one), by=other)


def capitation_fund(count: str = 'count = "days"') -> None:
    care_fund()
    in_force(PLAN.read_text().replace('count = "days"', count))


def contract_of(organisation: Organisation) -> Contract:
    return db.session.query(Contract).filter_by(organisation_id=organisation.id).one()


def a_capitated(bands: tuple[Band, ...] = BANDS, on: dt.date = FIRST) -> Organisation:
    """Home care by the month, everything else by the unit."""
    organisation, _site = a_cooperative("long_term_care")
    with unit_of_work():
        contract = contract_of(organisation)
        contract.origin = "direct_award"
        apply(contract, NewTerms(capitation=Capitation(bands, (SERVICE,), on)))
    return organisation


def enrolled(member: Member, organisation: Organisation, first: dt.date, last: dt.date) -> Placement:
    grant = granted(member, "long_term_care", valid_from=first, valid_until=last, care_level=2)
    return placed(grant, organisation, SERVICE, [Slot(0, 510, 60)], None)
