"""A household, its people and a roster, for tests of this room and those above."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from core import plan
from core.actors import SYSTEM, Actor
from core.db import unit_of_work
from core.roles import Role
from members import services
from members.models import Member
from members.people import Person, Spell
from members.waiting import PART

FIRST = dt.date(2026, 1, 1)
ROOT = Path(__file__).resolve().parent.parent.parent
HEADER = (
    "member_number,family_name,given_names,born_on,sex,household_no,phone,district,benefit_group,cover_from,cover_until"
)


def a_member(name: str = "Amal Zerbay", born_on: dt.date = dt.date(1985, 3, 27), **person: object) -> Member:
    """A member with open cover from the first of January 2026."""
    given, family = name.split(" ", 1)
    with unit_of_work():
        household = services.register_household(district="North", by=SYSTEM)
        who = Person(born_on=born_on, sex="f", given_names=given, family_name=family, **person)  # type: ignore[arg-type]
        return services.register_member(household, who, spell=Spell("basic", FIRST), by=SYSTEM)


def approve_cover_plan() -> None:
    """Put the shipped waiting periods in force."""
    one, other = (Actor(None, name, name, frozenset({Role.PLAN_MANAGER})) for name in ("one", "other"))
    with unit_of_work():
        text = (ROOT / "plan" / "cover.toml").read_text()
        plan.approve(plan.prepare(PART, text, valid_from=dt.date(2020, 1, 1), by=one), by=other)


def roster(rows: int, wrong: dict[int, str] | None = None) -> bytes:
    """A CSV of so many people; `wrong`: place → the row that stands there instead."""
    lines = [
        (wrong or {}).get(n, f"M{n:05d},Family{n},Given,1980-01-02,f,H{n // 3:04d},7155{n:05d},North,basic,2026-01-01,")
        for n in range(rows)
    ]
    return "\n".join([HEADER, *lines]).encode()
