"""Submitting, deciding, correcting: the verbs of the room."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select

from claims import services
from claims.models import Claim, ClaimVersion, LineVersion
from claims.queries import records
from claims.redecisions import services as redecisions
from core import audit
from core.audit import AuditEntry
from core.db import db, unit_of_work
from core.errors import Conflict
from core.events import Event
from tests.claims.builders import AT, CLERK, OFFICER, ZONE, Fund, claim, eligible, line

WHEN: dict[str, Any] = {"by": CLERK, "at": AT, "zone": ZONE}


def send(sent, **more):
    with unit_of_work():
        return services.submit(sent, **{**WHEN, **more})


def counts() -> dict[str, int]:
    tables = db.metadata.sorted_tables
    return {table.name: db.session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def test_a_claim_is_stored_and_decided_at_once(fund: Fund) -> None:
    outcome = send(claim(fund))
    assert (outcome.kind, outcome.state) == ("new", "adjudicated")
    stored, version = records.claim_by_number(outcome.number)
    assert (stored.partition, stored.household_id, stored.amount) == (7, 1, 10_000)
    assert (version.version, version.benefit, version.member_share, version.write_off) == (1, 8_000, 2_000, 0)
    assert db.session.execute(select(Event.subject).where(Event.kind == "claims.decided")).scalar_one() == stored.number
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.stream == "claims-07")).scalar_one()
    assert entry.after["digest"] == version.digest.hex()
    assert not list(audit.verify())


def test_a_dry_run_gives_the_answer_of_the_submission_and_writes_only_who_asked(fund: Fund) -> None:
    lines = (line(), line("DAY", quantity=2, price=100_000, no=2), line("XXX", no=3))
    sent = claim(fund, "A-1", *lines, eligibility_no=eligible())
    before = counts()
    with unit_of_work():
        asked = services.dry_run(sent, **WHEN)
    assert {name: count - before[name] for name, count in counts().items() if count != before[name]} == {"dry_run": 1}
    answered = send(sent).decision
    assert [(n.state, n.headline, n.benefit, n.findings, n.trace) for n in asked.lines] == [
        (n.state, n.headline, n.benefit, n.findings, n.trace) for n in answered.lines
    ]
    assert (asked.benefit, asked.state) == (answered.benefit, answered.state)
    assert counts() != before


def test_the_same_claim_again_gets_the_first_answer(fund: Fund) -> None:
    first = send(claim(fund))
    before = counts()
    again = send(claim(fund), at=AT + dt.timedelta(days=3))
    assert (again.kind, again.number, again.state) == ("known", first.number, "adjudicated")
    assert counts() == before


def test_another_claim_under_a_used_number_is_refused(fund: Fund) -> None:
    send(claim(fund))
    with pytest.raises(Conflict, match="already used") as refused, unit_of_work():
        services.submit(claim(fund, "A-1", line(quantity=2)), **WHEN)
    assert refused.value.code == "ADM-02"
    assert send(claim(fund, "A-1", line(quantity=2), organisation=fund.green)).kind == "new"


def test_a_claim_for_an_unknown_member_is_sent_back_and_frees_its_number(fund: Fund) -> None:
    outcome = send(claim(fund, member="M0000"))
    assert outcome.state == "returned"
    assert outcome.decision.lines[0].headline == "MEM-01"
    assert send(claim(fund, member="M0000")).kind == "known"
    corrected = send(claim(fund))
    assert (corrected.kind, corrected.state) == ("new", "adjudicated")
    assert corrected.number != outcome.number


def test_a_household_ceiling_is_shared_by_claims_in_turn(fund: Fund) -> None:
    day = {"quantity": 1, "price": 100_000}
    paid = [
        send(claim(fund, f"A-{n}", line("DAY", dt.date(2026, 11, n), **day), member=who)).decision.benefit
        for n, who in ((1, fund.member), (2, fund.child), (3, fund.member))
    ]
    assert paid == [100_000, 50_000, 0]


def test_a_batch_pays_what_one_by_one_pays(fund: Fund) -> None:
    day = {"quantity": 1, "price": 100_000}
    sent = [claim(fund, f"A-{n}", line("DAY", dt.date(2026, 11, n), **day)) for n in range(1, 6)]
    with unit_of_work():
        outcomes = services.submit_many(sent, **WHEN)
    assert [outcome.claim.provider_claim_no for outcome in outcomes] == [c.provider_claim_no for c in sent]
    assert [outcome.decision.benefit for outcome in outcomes] == [100_000, 50_000, 0, 0, 0]
    entries = db.session.execute(select(AuditEntry).where(AuditEntry.stream == "claims-07")).scalars().all()
    assert [entry.after["claims"] for entry in entries] == [5]


def test_a_duplicate_names_the_first_claim(fund: Fund) -> None:
    first = send(claim(fund))
    second = send(claim(fund, "A-2"))
    (found,) = second.decision.lines[0].findings
    assert (second.state, found.code, found.parameters["claim"]) == ("denied", "ADM-03", first.number)


def test_a_correction_takes_the_place_of_the_claim_and_frees_its_use(fund: Fund) -> None:
    day = {"price": 100_000}
    first = send(claim(fund, "A-1", line("DAY", quantity=1, **day)))
    second = send(claim(fund, "A-2", line("DAY", quantity=2, **day), replaces_no="A-1"))
    assert second.decision.benefit == 150_000
    stored, version = records.claim_by_number(first.number)
    assert (version.version, version.state, version.benefit) == (2, "replaced", 0)
    assert records.claim_by_number(second.number)[0].replaces_claim_id == stored.id


def test_a_correction_of_nothing_is_sent_back(fund: Fund) -> None:
    outcome = send(claim(fund, "A-2", replaces_no="A-1"))
    assert (outcome.state, outcome.decision.headline) == ("returned", "ADM-07")


def test_a_withdrawn_claim_frees_its_use_and_its_number(fund: Fund) -> None:
    day = {"quantity": 2, "price": 100_000}
    first = send(claim(fund, "A-1", line("DAY", **day)))
    with unit_of_work():
        redecisions.withdraw(first.number, reason="sent for the wrong child", by=OFFICER, at=AT, zone=ZONE)
    assert records.claim_by_number(first.number)[1].state == "voided"
    again = send(claim(fund, "A-1", line("DAY", **day)))
    assert (again.kind, again.decision.benefit) == ("new", 150_000)


def test_deciding_waiting_claims_again_writes_only_what_differs(fund: Fund) -> None:
    from procurement.models.contract import ContractLine

    with unit_of_work():
        db.session.query(ContractLine).filter_by(service="CON").update({"rate": None})
    waiting = send(claim(fund))
    assert (waiting.state, waiting.decision.headline) == ("pended", "BEN-02")
    with unit_of_work():
        assert services.decide_pending(by=OFFICER, at=AT, zone=ZONE) == (1, 0)
        db.session.query(ContractLine).filter_by(service="CON").update({"rate": 9_000})
    with unit_of_work():
        assert services.decide_pending(by=OFFICER, at=AT, zone=ZONE) == (1, 1)
    stored, version = records.claim_by_number(waiting.number)
    assert (version.version, version.state, version.benefit) == (2, "adjudicated", 7_200)
    assert len(records.history_of(stored)) == 2


def test_every_stored_line_adds_up(fund: Fund) -> None:
    send(claim(fund, "A-1", line(price=12_345), line("DAY", quantity=3, price=120_000, no=2), line("XXX", no=3)))
    for row in db.session.execute(select(LineVersion)).scalars():
        assert row.submitted == row.undecided + row.benefit + row.member_share + row.write_off
    version, asked = db.session.execute(select(ClaimVersion, Claim.amount).join(Claim)).one()
    assert version.submitted == asked
