"""A register of two cooperatives seen from outside: the accreditation of the blue one ends tomorrow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select, update

from core import clock, plan
from core.db import db, unit_of_work
from core.outbox import OutboxMessage
from core.roles import Role
from providers.models import Accreditation, ProviderServiceLine
from providers.plan import PART
from tests.accounts import actor_with, sign_in
from tests.claims.builders import Fund, small_fund

FOURTEENTH = dt.datetime(2026, 11, 14, 9, 0, tzinfo=dt.UTC)
LAST = dt.date(2026, 11, 15)
NUMBER = "P-2026-001"
TEXT = Path(__file__).resolve().parents[2] / "plan/providers.toml"


@contextmanager
def ending_tomorrow() -> Iterator[Fund]:
    """Today is the 14th; the accreditation of the blue cooperative ends tomorrow."""
    with clock.frozen(FOURTEENTH):
        fund = small_fund()
        with unit_of_work():
            version = plan.prepare(
                PART, TEXT.read_text(), valid_from=dt.date(2020, 1, 1), by=actor_with(Role.PLAN_MANAGER)
            )
            plan.approve(version, by=actor_with(Role.PLAN_MANAGER))
            for organisation, last in ((fund.blue, LAST), (fund.green, dt.date(2028, 12, 31))):
                theirs = Accreditation.organisation_id == organisation
                db.session.execute(update(Accreditation).where(theirs).values(valid_until=last))
                db.session.add(ProviderServiceLine(organisation_id=organisation, service_line="health"))
        yield fund


def mails() -> list[str]:
    found = db.session.execute(select(OutboxMessage).where(OutboxMessage.purpose == "accreditation"))
    return [row.arguments["subject"] for row in found.scalars()]


def claimed(client: FlaskClient, fund: Fund, day: int) -> str:
    """What a clerk reads after claiming one consultation of this day of November."""
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    line = {"code": "CON", "service_start": f"2026-11-{day}", "quantity": "1", "unit_price": "10.000"}
    form = {"member_id": "M4471", "claim_no": f"A-{day}", "declared": "yes"}
    form |= {f"lines.0.{name}": value for name, value in line.items()}
    answer = client.post("/claims/new", data=form, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    client.post("/logout")
    return answer.text


def seen(client: FlaskClient, path: str, role: Role, fund: Fund | None = None) -> str:
    sign_in(client, role, organisation_id=fund.blue if fund else None)
    answer = client.get(path)
    assert answer.status_code == 200, path
    client.post("/logout")
    return answer.text
