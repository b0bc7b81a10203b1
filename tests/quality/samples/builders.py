"""A provider with paid lines of many amounts, the plan part in force, and samples on their way."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from unittest.mock import patch

from core import clock, plan
from core.actors import Actor
from core.db import unit_of_work
from core.roles import Role
from quality.samples import services
from quality.samples.models import AuditSample
from quality.samples.queries.lines import lines_of
from quality.samples.queries.samples import audit_sample
from quality.samples.services import Wanted
from quality.viewers import provider_seen
from tests.quality import builders
from tests.quality.builders import AUDITOR, number

PLAN = (Path(__file__).parents[3] / "plan" / "samples.toml").read_text(encoding="utf-8")
SECOND = Actor(None, "second", "S. Econd", frozenset({Role.AUDITOR}))
PLACE, MEMBERS = 30, 15
FIRST, LAST = dt.date(2026, 7, 1), dt.date(2026, 9, 30)
SOURCE, WORDS = "National lottery of 16 November 2026, numbers in the order drawn", "7 14 22 31 40"
DRAW_AT = dt.datetime(2026, 11, 16, 18, 0, tzinfo=dt.UTC)
SOURCE_ON = dt.date(2026, 11, 16)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n"


def amounts(lines: int = 200) -> list[int]:
    """Most are small, some middling, a few large."""
    return [
        1_000 + 37 * (n % 50) if n % 5 else 20_000 + 411 * (n % 40) if n % 25 else 400_000 + n for n in range(lines)
    ]


def provider(values: list[int] | None = None, members: int = MEMBERS, *, is_restricted: bool = False) -> int:
    """P-2026-030 with one claim per amount, and the plan part `samples` in force; its organisation."""
    with unit_of_work():
        manager = Actor(None, "manager", "M. Anager", frozenset({Role.PLAN_MANAGER}))
        plan.approve(plan.prepare("samples", PLAN, valid_from=builders.FIRST, by=manager), by=AUDITOR)
        builders._catalogue()
        organisation = builders._cooperative(PLACE)
        people = [builders._member(PLACE, order) for order in range(members)]
        for place, paid in enumerate(amounts() if values is None else values):
            day = FIRST + dt.timedelta(days=place % 90)
            builders._claim(
                organisation, people[place % members], 70_000 + place, [("LC-100", day, day, "")], "long_term_care",
                paid=paid, is_restricted=is_restricted,
            )  # fmt: skip
    return organisation


def wanted(design: str = "attribute", **more) -> Wanted:
    values = {"source": SOURCE, "source_on": SOURCE_ON, **more}
    return Wanted(design, FIRST, LAST, **values)


def announced(design: str = "attribute", by: Actor = AUDITOR, **more) -> str:
    """The number of a sample, announced on 14 November."""
    key = patch(
        "quality.samples.services.planning.secrets.token_hex", return_value="5a" * 32
    )  # the same draw each time
    with clock.frozen(builders.AT), unit_of_work(), key:
        return services.announce(provider_seen(number(PLACE), AUDITOR), wanted(design, **more), by=by).number


def drawn(design: str = "attribute", **more) -> str:
    """… and drawn two days later."""
    found = announced(design, **more)
    with clock.frozen(DRAW_AT), unit_of_work():
        services.draw(row(found), WORDS, by=AUDITOR)
    return found


def row(number: str) -> AuditSample:
    found = audit_sample(number, AUDITOR)
    assert found is not None
    return found


def judged(design: str = "attribute", every: int = 3, **more) -> str:
    """… and judged: each `every`-th line is wrong as a whole, the due ones by two auditors."""
    found = drawn(design, **more)
    with clock.frozen(DRAW_AT + dt.timedelta(days=30)):
        judge_lines(found, every)
        with unit_of_work():
            services.judge(row(found), by=AUDITOR)
    return found


def judge_lines(found: str, every: int) -> None:
    with unit_of_work():
        sample = row(found)
        for place, line in enumerate([one for one in lines_of(sample) if one.counts], start=1):
            is_wrong = place % every == 0
            said = {
                "allowed": 0 if is_wrong else line.row.amount,
                "error": "not_given" if is_wrong else "none",
                "evidence": "visit book, page 4" if is_wrong else "",
                "text": "Nobody came that day." if is_wrong else "",
            }
            for by in (AUDITOR, SECOND) if line.is_second_due else (AUDITOR,):
                services.find(sample, line.row.position, by=by, **said)
