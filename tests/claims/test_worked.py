"""Worked cases of the note on claims (sections 12 and 13, by number) that speak of intake, versions or changed prices.

The others are written to be read: tests/rules/cases/note_worked.toml and note_peer_failures.toml.
"""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from care.models import Visit
from claims import encoding, reviewing, services
from claims.facts import PART
from claims.models import Claim, ClaimReceipt, ClaimVersion
from claims.queries import records
from core import clock, plan
from core.codes import CodeValue
from core.db import db, unit_of_work
from core.roles import Role
from payments.models import Payable
from procurement.models.contract import ContractLine
from tests.accounts import sign_in
from tests.claims.builders import _MANAGER, AT, CLERK, LAST, OFFICER, PLAN, REVIEWER, ZONE, Fund, claim, line
from tests.claims.test_api import body, post, token
from tests.claims.test_views import HEAD, typed

LATER: dict[str, Any] = {"at": AT + dt.timedelta(days=1), "zone": ZONE}


def send(sent, **more: Any):
    with unit_of_work():
        return services.submit(sent, **{"by": CLERK, "at": AT, "zone": ZONE, **more})


def day(no: int, on: int, price: int = 100_000, quantity: int = 1):
    return line("DAY", dt.date(2026, 11, on), quantity=quantity, price=price, no=no)


def used_of(number: str) -> int:
    """What the live decision of a claim uses up of the ceiling, minor units."""
    stored, version = records.claim_by_number(number)
    rows = records.decided_lines(stored, version.version)
    return sum(entry.amount for row in rows for entry in encoding.line_of(row).use)


def test_12_d12_what_is_owed_is_what_was_decided_never_what_was_asked(fund: Fund) -> None:
    send(claim(fund, "A-1", line(price=9_999_000)))
    assert list(db.session.execute(select(Payable.amount)).scalars()) == [8_000]  # 10.000 agreed, a fifth the member's


def test_12_d17_a_claim_sent_again_and_corrected_uses_its_ceiling_once(fund: Fund) -> None:
    send(claim(fund, "A-1", day(1, 3)))
    assert send(claim(fund, "A-1", day(1, 3))).kind == "known"
    send(claim(fund, "A-2", day(1, 3), replaces_no="A-1"))
    assert send(claim(fund, "A-3", day(1, 4))).decision.benefit == 50_000


def test_13_23_a_corrected_claim_uses_up_what_is_approved_now(fund: Fund) -> None:
    """50.000 of the ceiling of 150.000 before, 9.000 after: the correction stands in the place of the first."""
    first = send(claim(fund, "A-1", day(1, 3, 10_000, 2), day(2, 4, 10_000, 3)))
    assert first.decision.benefit == 50_000
    second = send(claim(fund, "A-2", day(1, 3, 3_700), day(2, 4, 5_300), replaces_no="A-1"))
    assert second.decision.benefit == 9_000
    assert records.claim_by_number(first.number)[1].state == "replaced"
    assert send(claim(fund, "A-3", day(1, 5, quantity=2))).decision.benefit == 150_000 - 9_000


def test_13_25_a_price_changed_after_submission_changes_no_decided_claim(fund: Fund) -> None:
    sent = send(claim(fund, "A-1", line(quantity=7), line(on=dt.date(2026, 11, 4), quantity=7, no=2)))
    assert sent.decision.submitted == 140_000
    with unit_of_work():
        db.session.query(ContractLine).filter_by(service="CON").update({"rate": Decimal(2_100)})
    with unit_of_work():
        services.decide_pending(by=OFFICER, **LATER)
    stored, version = records.claim_by_number(sent.number)
    assert (version.version, version.submitted, version.benefit) == (1, 140_000, 112_000)
    assert [row.benefit for row in records.decided_lines(stored, 1)] == [56_000, 56_000]


def test_12_a_changed_tariff_is_a_dated_row_and_an_earlier_service_keeps_its_price(fund: Fund) -> None:
    change = dt.date(2026, 11, 10)
    with unit_of_work():
        old = db.session.query(ContractLine).filter_by(service="CON").order_by(ContractLine.id).first()
        old.valid_until = change - dt.timedelta(days=1)
        rate = {"rate": Decimal(7_000), "valid_from": change, "valid_until": LAST}
        db.session.add(ContractLine(contract_id=old.contract_id, service="CON", **rate))
    before = send(claim(fund, "A-1", line(on=dt.date(2026, 11, 9))))
    after = send(claim(fund, "A-2", line(on=change)))
    assert [(n.decision.benefit, n.decision.write_off) for n in (before, after)] == [(8_000, 0), (5_600, 3_000)]


def test_13_29_a_code_is_known_from_its_first_day(fund: Fund) -> None:
    first = dt.date(2026, 11, 4)
    with unit_of_work():
        db.session.add(CodeValue(system="NATIONAL", code="N-1", valid_from=first))
    lines = [line("N-1", on=first + dt.timedelta(days=n), no=n + 2) for n in (-1, 0)]
    for each in lines:
        each.code_system = "NATIONAL"
    early, late = send(claim(fund, "A-1", *lines)).decision.lines
    assert (early.state, early.headline) == ("returned", "CLI-01")
    assert "CLI-01" not in [found.code for found in late.findings]


def test_13_35_every_version_of_a_claim_stays_and_says_who_and_why(fund: Fund) -> None:
    with unit_of_work():
        db.session.query(ContractLine).filter_by(service="CON").update({"rate": None})
    sent = send(claim(fund))
    with unit_of_work():
        db.session.query(ContractLine).filter_by(service="CON").update({"rate": Decimal(10_000)})
        services.decide_pending(by=OFFICER, **LATER)
    send(claim(fund, "A-2", line(quantity=2), replaces_no="A-1"), at=AT + dt.timedelta(days=2))
    history = records.history_of(records.claim_by_number(sent.number)[0])
    assert [(row.version, row.state, row.benefit) for row in history] == [
        (1, "pended", 0),
        (2, "adjudicated", 8_000),
        (3, "replaced", 0),
    ]
    assert all(row.cause and row.decided_by for row in history)


FAULTS = {"end before start": ("ADM-05", "service_end", "2026-11-02"), "negative price": ("ADM-06", "unit_price", "-5")}


@pytest.mark.parametrize("channel", ["form", "api", "file"])
@pytest.mark.parametrize("fault", FAULTS)
def test_12_is_refused_in_every_channel(fund: Fund, client: FlaskClient, channel: str, fault: str) -> None:
    """Refused at the door, or stored as sent back with the reason; never decided, never owed."""
    code, element, value = FAULTS[fault]
    with clock.frozen(AT):
        if channel == "api":
            post(client, token(fund.blue), body(**{element: value}))
        else:
            sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
        if channel == "form":
            client.post("/claims/new", data=typed() | {f"lines.0.{element}": value})
        if channel == "file":
            price = value if element == "unit_price" else "10.000"
            end = value if element == "service_end" else ""
            rows = f"{HEAD.strip()},service_end\r\nF-1,1,M4471,RC1,2026-11-03,CON,1,{price},{price},{end}\r\n"
            file = (io.BytesIO(rows.encode()), "claims.csv")
            assert client.post("/claims/upload", data={"file": file, "mapping": "touiza-claims"}).status_code == 303
    kept = db.session.execute(select(ClaimVersion.state, ClaimVersion.headline).join(Claim)).all()
    if kept:
        assert [tuple(row) for row in kept] == [("returned", code)]
    else:
        assert element in str(db.session.execute(select(ClaimReceipt.problems)).scalar_one())
    assert db.session.execute(select(Payable.amount)).all() == []


@pytest.mark.parametrize(("verdict", "used"), [("accept", 10_800), ("refuse", 0)])
def test_12_a_reviewed_claim_uses_up_what_was_approved(fund: Fund, verdict: str, used: int) -> None:
    with unit_of_work():
        text = PLAN.replace('codes = ["DAY"]', 'codes = ["VIS"]').replace("share = 1000", "share = 0")
        text = text.replace('"2026-1"', '"2026-2"')
        plan.approve(plan.prepare(PART, text, valid_from=dt.date(2026, 11, 1), by=_MANAGER), by=OFFICER)
        for no in (3, 4):
            _visit(fund, no)
        db.session.flush()
        db.session.get(Visit, 4).overlaps_visit_id = 3
    sent = claim(fund, "A-1", line("VIS", quantity=2, price=5_400))
    sent.lines[0].service_until = dt.date(2026, 11, 4)
    number = send(sent).number
    assert records.claim_by_number(number)[1].state == "pended"
    with unit_of_work():
        getattr(reviewing, verdict)([number], reason="looked at both slips", by=REVIEWER, **LATER)
    live = records.claim_by_number(number)[1]
    assert (live.benefit, used_of(number)) == (used, used)


def _visit(fund: Fund, no: int) -> None:
    starts = dt.datetime(2026, 11, no, 9, tzinfo=dt.UTC)
    visit = {"member_id": 1, "organisation_id": fund.blue, "service": "VIS", "worker": "W1", "place_code": "Q1"}
    times = {"started_at": starts, "ended_at": starts + dt.timedelta(hours=1), "service_on": starts.date()}
    db.session.add(Visit(id=no, number=f"V-{no}", **visit, **times))
