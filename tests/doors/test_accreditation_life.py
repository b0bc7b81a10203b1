"""An accreditation ends, is suspended and restored: what its people, the registrar, the public and claims see of it."""

from __future__ import annotations

import datetime as dt

from flask.testing import FlaskClient
from sqlalchemy import select, update

from core import clock
from core.db import db, unit_of_work
from core.roles import Role
from providers.models import Accreditation, Reminder
from providers.services import reminding
from tests.accounts import sign_in
from tests.claims.builders import Fund
from tests.doors.register import FOURTEENTH, LAST, NUMBER, claimed, mails, seen


def test_who_ends_tomorrow_is_told_once_and_both_sides_have_it_on_their_list(fund: Fund, client: FlaskClient) -> None:
    for _tick in range(2):
        reminding.remind()
    assert mails() == ["Your accreditation ends on 15 November 2026"]
    assert [row.step for row in db.session.execute(select(Reminder)).scalars()] == [1]
    assert "The accreditation of Blue Door Home Care ends" in seen(client, "/today", Role.REGISTRAR)
    assert "Your accreditation ends" in seen(client, "/today", Role.PROVIDER_MANAGER, fund)
    assert "The accreditation ends on" in seen(client, f"/providers/{NUMBER}", Role.REGISTRAR)
    assert "Green Yard" not in seen(client, "/today", Role.REGISTRAR)


def test_missed_ticks_heal_with_the_nearest_step_alone(fund: Fund) -> None:
    with unit_of_work():
        theirs = Accreditation.organisation_id == fund.blue
        db.session.execute(update(Accreditation).where(theirs).values(valid_until=dt.date(2027, 1, 1)))
    for day in ("2026-11-20", "2026-12-27", "2027-01-05", "2027-01-06"):  # the worker slept in between
        with clock.frozen(dt.datetime.fromisoformat(f"{day}T08:00:00+00:00")):
            reminding.remind()
    steps = db.session.execute(select(Reminder.step).order_by(Reminder.id)).scalars().all()
    assert steps == [90, 7, -1]
    assert mails()[-1] == "Your accreditation ended on 1 January 2027"


def test_who_is_accredited_again_is_not_told_of_the_old_end(fund: Fund) -> None:
    decided = {"decided_by": "registrar", "decided_at": FOURTEENTH, "reason": "renewed"}
    with unit_of_work():
        spell = {"valid_from": LAST + dt.timedelta(1), "valid_until": dt.date(2028, 11, 15)}
        db.session.add(Accreditation(organisation_id=fund.blue, **spell, **decided))
    reminding.remind()
    assert mails() == []


def test_the_claim_of_the_day_after_the_end_is_refused_by_it(fund: Fund, client: FlaskClient) -> None:
    with clock.frozen(FOURTEENTH + dt.timedelta(days=3)):
        assert "PRV-01" not in claimed(client, fund, 15)
        refused = claimed(client, fund, 16)
        assert "PRV-01" in refused
        assert "no longer accredited" in refused


def test_an_ended_accreditation_is_nowhere_called_accredited(fund: Fund, client: FlaskClient) -> None:
    assert "Blue Door" in client.get("/public/providers").text
    with clock.frozen(FOURTEENTH + dt.timedelta(days=3)):
        assert "Blue Door" not in client.get("/public/providers").text
        assert "Blue Door" not in seen(client, "/providers?state=accredited", Role.REGISTRAR)
        assert "Accreditation ended" in seen(client, "/providers?state=expired", Role.REGISTRAR)
        assert "The accreditation ended on" in seen(client, f"/providers/{NUMBER}", Role.PROVIDER_MANAGER, fund)
        assert "The accreditation of Blue Door Home Care ended" in seen(client, "/today", Role.REGISTRAR)


def test_a_claim_is_refused_on_the_days_of_a_suspension_and_on_no_other(fund: Fund, client: FlaskClient) -> None:
    sign_in(client, Role.REGISTRAR)
    form = {"suspended_on": "2026-11-12", "suspension_reason": "The licence of the house was taken away."}
    assert client.post(f"/providers/{NUMBER}/suspend", data=form).status_code == 303
    form = {"restored_on": "2026-11-14", "restoring_reason": "The licence is back."}
    assert client.post(f"/providers/{NUMBER}/restore", data=form).status_code == 303
    client.post("/logout")
    refused = ["PRV-01" in claimed(client, fund, day) for day in (11, 12, 13, 14)]
    assert refused == [False, True, True, False]
