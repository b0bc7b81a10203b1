"""Each irregularity fires on data that shows it and not on a clean tender; the list costs the same for any number."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.db import db
from core.roles import Role
from procurement.models.admission import AdmissionCheck
from procurement.models.contract import Contract, ContractLine
from procurement.models.evaluation import Award, LotResult
from procurement.models.notice import PublishedAnswer
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.queries.red_flags import facts_of
from procurement.red_flags import CODES, Facts, flags
from procurement.services import opening
from tests.accounts import sign_in
from tests.procurement.tendering import CLOSES, House, at, awarded, house, officers, opened, published, sent_bid


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def signed(tender: Tender, people: House) -> None:
    for envelope in ("quality", "price"):
        for who, _passphrase in officers(people):
            with at(CLOSES + dt.timedelta(days=8)):
                minutes = queries.minutes_of(tender, envelope)
                assert minutes is not None
                opening.countersign(minutes, by=who)


def facts(tender: Tender) -> Facts:
    return facts_of([tender])[0]


def found(value: Facts) -> dict[str, str]:
    return {row.code: row.figure for row in flags(value)}


def test_a_tender_that_was_led_well_has_no_flag(people: House) -> None:
    tender = awarded(people)
    assert found(facts(tender)) == {"ins-audit": "0 of 4 signatures"}
    signed(tender, people)
    assert found(facts(tender)) == {}


def test_a_possible_interest_is_counted_and_not_named(people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + dt.timedelta(hours=1))
    with at(CLOSES + dt.timedelta(hours=2)):
        opening.declare_interest(tender, "potential", "My cousin works there.", by=people.evaluators[0])
    assert found(facts(tender))["conf-int"] == "1 person"


def test_each_rule_fires_on_what_it_is_for(people: House) -> None:
    tender = awarded(people)
    signed(tender, people)
    clean = facts(tender)
    assert clean.notice is not None
    assert clean.periods is not None
    criteria = clean.notice["criteria"]
    result = next(row for row in clean.results if row.rank == 1)
    low = LotResult(lot_id=1, bid_id=result.bid_id, flags=[{"detector": "x"}], flag_decision="kept", sheet={})
    day = dt.date(2026, 1, 1)
    lines = [
        ContractLine(service="HC-VISIT", rate=Decimal(rate), valid_from=day + dt.timedelta(days=place))
        for place, rate in enumerate((100, 112))
    ]
    old = AdmissionCheck(bid_id=clean.awards[0].bid_id, code="slc", finding="met", expires_on=day)
    late = PublishedAnswer(version=1, published_at=CLOSES - dt.timedelta(days=1))
    planted = {
        "insuf-timl": replace(clean, periods=replace(clean.periods, least_bid_days=31)),
        "noex-addinfo": replace(clean, answers=[late]),
        "eva-add-crit": replace(clean, notice={"criteria": [row for row in criteria if row["code"] != "Q1"]}),
        "eva-diff-crit": replace(clean, notice={"criteria": [{**row, "weight": "1"} for row in criteria]}),
        "ab-low": replace(clean, results=[*clean.results, low], letters={row.id: 9 for row in clean.awards}),
        "unj-nrl": replace(clean, checks=[old]),
        "ncompl-com": replace(clean, letters={}),
        "mod-inco": replace(clean, contracts=[Contract(number="V-1", lines=lines)]),
    }
    assert {code: set(found(value)) for code, value in planted.items()} == {code: {code} for code in planted}
    assert found(planted["mod-inco"])["mod-inco"] == "V-1: up to 12.0 % more"
    assert found(planted["ab-low"])["ab-low"] == "1 of 1 low prices"
    asked = replace(planted["ab-low"], asked=frozenset({(low.bid_id, 1)}))
    assert found(asked) == {}
    del tender.lots[1:]
    assert set(found(clean)) >= {"nojust-nolots"}
    db.session.rollback()
    assert set(planted) | {"ins-audit", "conf-int", "nojust-nolots"} == set(CODES)


def test_the_statements_do_not_grow_with_tenders(people: House) -> None:
    first, counts = awarded(people), []
    second = published(people)
    for tenders in ([first], [first, second]):
        db.session.expire_all()
        _ = [tender.number for tender in tenders]
        seen: list[str] = []

        def note(*values: object, into: list[str] = seen) -> None:
            into.append(str(values[2]))

        sa.event.listen(db.engine, "before_cursor_execute", note)
        facts_of(tenders)
        sa.event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] >= counts[1], counts


def test_auditor_and_officer_read_them_and_a_bidder_does_not(people: House, client: FlaskClient) -> None:
    tender = awarded(people)
    for role in (Role.AUDITOR, Role.PROCUREMENT_OFFICER):
        sign_in(client, role)
        for path in ("/tenders/red-flags", f"/tenders/{tender.number}/red-flags", "/tenders/red-flags?code=ins-audit"):
            answer = client.get(path)
            assert answer.status_code == 200
            assert "0 of 4 signatures" in answer.text
        assert "0 of 4 signatures" not in client.get("/tenders/red-flags?code=ab-low").text
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=people.bidders[0].organisation_id)
    assert client.get("/tenders/red-flags").status_code == 403


def test_an_award_that_was_annulled_asks_for_nothing(people: House) -> None:
    tender = awarded(people)
    db.session.execute(sa.update(Award).values(state="annulled"))
    assert facts(tender).awards == []
    db.session.rollback()
