"""Procedures as open data: what is published at each step of the road, and that nothing invalid goes out."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from importlib.resources import files

import pytest
from flask.testing import FlaskClient

from core import clock
from core.acts import Act
from core.db import db, unit_of_work
from core.organisations import SSE_FORMS
from procurement.models.publication import OcdsRelease
from procurement.models.tender import Tender
from procurement.ocds import schema
from procurement.ocds.values import number
from procurement.queries import publication as queries
from procurement.services import award, opening, publishing, questions, tenders
from tests.procurement.tendering import (
    CLOSES,
    DAY,
    SECRET_RATE,
    START,
    at,
    awarded,
    opened,
    published,
    ranked,
    scored,
    sent_bid,
)


def told(instant: dt.datetime) -> int:
    with at(instant):
        return publishing.publish_due()


def latest(tender: Tender) -> dict:
    row = queries.last_published(tender.id)
    assert row is not None, [fault for row in queries.refused() for fault in row.faults]
    return json.loads(row.body)


def test_the_published_schema_is_the_one_that_was_vendored():
    content = (files("procurement.ocds") / schema.SCHEMA).read_bytes()
    assert hashlib.sha256(content).hexdigest() == schema.SHA256
    assert schema.SHA256 in (files("procurement.ocds") / "SOURCE.md").read_text()


def test_the_vendored_schema_is_the_one_of_the_shared_data(shared_data):
    content = (files("procurement.ocds") / schema.SCHEMA).read_bytes()
    assert (shared_data / "ocds" / schema.SCHEMA).read_bytes() == content


def test_every_state_that_is_published_has_a_word_of_the_standard():
    from procurement.ocds.codes import codes
    from procurement.states import contract
    from procurement.states import tender as states

    tables = codes()
    assert set(tables["tender_status"]) >= set(states.TENDER.states) - {"draft", "submitted"}
    assert set(tables["lot_status"]) == set(states.LOT.states)
    assert set(tables["bid_status"]) == set(states.BID.states) - {"draft"}
    assert set(tables["award_status"]) == set(states.AWARD.states) - {"proposed", "sent_back"}
    assert set(tables["contract_status"]) == set(contract.CONTRACT.states)
    assert set(tables["legal_form"]) == set(SSE_FORMS)


def test_a_draft_is_not_published(people):
    with at(START):
        from tests.procurement.tendering import terms

        tenders.draft_tender(terms(people), by=people.officer)
    assert told(START + DAY) == 0
    assert db.session.query(OcdsRelease).count() == 0


def test_a_notice_becomes_a_release_once_however_often_the_worker_looks(people):
    tender = published(people)
    assert told(START + DAY) == 1
    assert told(START + 2 * DAY) == 0
    said = latest(tender)
    assert said["tag"] == ["tender"]
    assert said["tender"]["status"] == "active"
    assert [lot["id"] for lot in said["tender"]["lots"]] == ["LOT-0001", "LOT-0002"]
    assert said["tender"]["value"]["amount"] == 160_000_000
    assert said["buyer"]["id"] in {party["id"] for party in said["parties"]}


def test_a_reserved_lot_says_for_whom_by_code_where_there_is_one(people):
    tender = published(people)
    with at(START):
        tender.lots[0].reservation = "res-ws"
    told(START + DAY)
    first, second = latest(tender)["tender"]["lots"]
    assert first["otherRequirements"] == {"reservedParticipation": ["shelteredWorkshop"]}
    assert "social and solidarity economy" in second["description"]
    assert "otherRequirements" not in second


def test_while_bids_arrive_nothing_about_them_is_said(people):
    tender = published(people)
    sent_bid(tender, people.bidders[0], (1, 2), SECRET_RATE)
    told(CLOSES - dt.timedelta(hours=1))
    body = json.dumps(latest(tender))
    assert "bids" not in latest(tender)
    assert "Unit 1" not in body


def test_after_the_deadline_there_are_counts_but_no_bidders(people):
    tender = published(people)
    told(START + DAY)
    sent_bid(tender, people.bidders[0], (1, 2))
    sent_bid(tender, people.bidders[1], (1,))
    with at(CLOSES + dt.timedelta(minutes=1)):
        opening.publish_manifest(tender)
    told(CLOSES + dt.timedelta(minutes=2))
    said = latest(tender)
    assert said["tag"] == ["tenderUpdate"]
    assert {(row["measure"], row["relatedLot"], row["value"]) for row in said["bids"]["statistics"]} == {
        ("bids", "LOT-0001", 2),
        ("bids", "LOT-0002", 1),
    }
    assert "details" not in said["bids"]
    assert "Unit 1" not in json.dumps(said)


def test_prices_appear_with_the_second_opening_and_ranks_with_the_award(people):
    tender = published(people)
    sent_bid(tender, people.bidders[0], (1, 2), SECRET_RATE, "90")
    opened(tender, people, "quality", CLOSES + dt.timedelta(hours=1))
    told(CLOSES + dt.timedelta(hours=2))
    first = latest(tender)["bids"]["details"][0]
    assert first["status"] == "valid"
    assert "value" not in first
    scored(tender, people, {"Unit 1": 4}, CLOSES + 3 * DAY)
    opened(tender, people, "price", CLOSES + 4 * DAY)
    told(CLOSES + 4 * DAY)
    second = latest(tender)["bids"]["details"][0]
    assert second["value"] == {"amount": 71_234_570, "currency": "XTS"}
    assert "rank" not in second
    assert "bidEvaluations" not in second


def test_an_award_says_who_won_with_points_and_rank(people):
    tender = awarded(people)
    told(CLOSES + 8 * DAY)
    said = latest(tender)
    assert said["tag"] == ["tender", "award"]
    assert [row["suppliers"][0]["name"] for row in said["awards"]] == ["Unit 1", "Unit 1"]
    won = next(row for row in said["bids"]["details"] if row["id"] == said["awards"][0]["relatedBids"][0])
    assert won["rank"] == 1
    total = next(row["points"] for row in won["bidEvaluations"] if row["id"] == "TOTAL")
    assert sum(row["points"] for row in won["bidEvaluations"] if row["id"] != "TOTAL") == pytest.approx(total)
    supplier = next(row for row in said["parties"] if row["name"] == "Unit 1")
    assert supplier["roles"] == ["tenderer", "supplier"]
    assert supplier["details"]["classifications"][0]["scheme"] == "SSE-FORM"
    assert next(row for row in said["parties"] if row["name"] == "Unit 2")["details"]["classifications"][0]["id"] == (
        "cooperative"
    )


def test_a_proposal_that_nobody_decided_is_not_published(people):
    tender = ranked(people)
    with at(CLOSES + 6 * DAY):
        from procurement.queries import tenders as tender_queries

        lot = tender.lots[0]
        reasons = {row.bid.public_id: "Reason." for row in tender_queries.results_of(lot)}
        award.propose_award(lot, reasons, by=people.officer)
    told(CLOSES + 6 * DAY)
    assert "awards" not in latest(tender)


def test_the_contract_follows_its_award_with_the_promises(people):
    tender = awarded(people)
    told(CLOSES + 8 * DAY)
    from procurement.queries import tenders as tender_queries

    with at(CLOSES + 30 * DAY):
        award.contract_from_award(tender_queries.awards_of(tender)[0], by=people.officer)
    told(CLOSES + 31 * DAY)
    said = latest(tender)
    assert said["tag"][-1] == "contract"
    assert said["contracts"][0]["awardID"] == said["awards"][0]["id"]
    assert said["contracts"][0]["status"] == "pending"
    assert said["contracts"][0]["agreedMetrics"][0]["observations"][0]["measure"] == 90


def test_a_figure_that_tells_of_single_people_is_left_out(people):
    from procurement.queries import tenders as tender_queries

    tender = awarded(people)
    with at(CLOSES + 30 * DAY):
        contract = award.contract_from_award(tender_queries.awards_of(tender)[0], by=people.officer)
        (promise,) = contract.indicators
        promise.code, promise.measured = "C10", {"value": "4", "on": "2026-06-30", "run": "r"}
    told(CLOSES + 31 * DAY)
    assert "implementation" not in latest(tender)["contracts"][0]
    with at(CLOSES + 32 * DAY):
        promise.measured = {"value": "5", "on": "2026-07-31", "run": "s"}
        tenders.audit.record(tender.stream, Act.TENDER_CHANGED, tender.number, by=people.officer)
    told(CLOSES + 33 * DAY)
    assert latest(tender)["contracts"][0]["implementation"]["metrics"][0]["observations"][0]["measure"] == 5


def test_a_question_is_published_with_its_answer_and_without_who_asked(people):
    tender = published(people)
    told(START + DAY)
    with at(START + 2 * DAY):
        question = questions.ask(tender, "Unit 1 wants to know: are nights included?", by=people.bidders[0])
    assert told(START + 3 * DAY) == 0
    with at(START + 3 * DAY):
        questions.answer(question, "Are nights included?", "Yes, until six.", by=people.officer)
    told(START + 4 * DAY)
    said = latest(tender)
    assert said["tender"]["enquiries"] == [
        {"id": "1", "description": "Are nights included?", "answer": "Yes, until six.",
         "dateAnswered": "2026-03-05T08:00:00Z"}
    ]  # fmt: skip
    assert "Unit 1" not in json.dumps(said)


def test_a_cancelled_tender_says_so(people):
    tender = published(people)
    told(START + DAY)
    with at(START + 2 * DAY):
        tenders.cancel(tender, reason="No money.", by=people.officer)
    told(START + 3 * DAY)
    said = latest(tender)
    assert said["tag"] == ["tenderCancellation"]
    assert {lot["status"] for lot in said["tender"]["lots"]} == {"cancelled"}


def test_an_invalid_package_is_kept_back_and_the_one_before_stands(people, monkeypatch):
    tender = published(people)
    told(START + DAY)
    before = latest(tender)
    monkeypatch.setattr(publishing, "body_of", lambda outcome, catalogue: before | {"tender": {"title": 5}})
    with at(START + 2 * DAY):
        tenders.cancel(tender, reason="No money.", by=people.officer)
    assert told(START + 3 * DAY) == 1
    assert latest(tender) == before
    kept_back = queries.refused()[0]
    assert kept_back.state == "refused"
    assert {row["path"] for row in kept_back.faults} >= {"releases/0/tender", "releases/0/tender/title"}


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("tender", "value", "amount"), "many", "releases/0/tender/value/amount"),
        (("ocid",), None, "releases/0/ocid"),
        (("tender", "lots", 0, "value"), {"currency": "TZD"}, "releases/0/tender/lots/0/value/currency"),
        (("tender", "tenderPeriod", "endDate"), "2026-02-30T10:00:00Z", "releases/0/tender/tenderPeriod/endDate"),
        (("tender", "tenderPeriod", "startDate"), "2026-02-03", "releases/0/tender/tenderPeriod/startDate"),
        (("tender", "documents", 0, "url"), "not an address", "releases/0/tender/documents/0/url"),
        (("tender", "status"), "open", "releases/0/tender/status"),
    ],
    ids=["text for an amount", "no ocid", "unknown currency", "no such day", "a day only", "no address", "own status"],
)
def test_each_fault_is_named_with_its_path(people, path, value, named):
    tender = published(people)
    told(START + DAY)
    from procurement.ocds.releases import package

    said = package([latest(tender)], "https://fund.example/p.json", START)
    assert schema.package_faults(said) == []
    place = said["releases"][0]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert [fault.path for fault in schema.package_faults(said)] == [named]


def test_a_party_that_stands_twice_is_named(people):
    tender = published(people)
    told(START + DAY)
    said = latest(tender)
    said["parties"].append(dict(said["parties"][0]))
    assert "parties/1/id" in [fault.path for fault in schema.release_faults(said)]


def test_an_amount_keeps_its_digits_in_json():
    from decimal import Decimal

    for text in ("86400.005", "0.001", "999999999999.999", "71234570"):
        assert json.dumps(number(Decimal(text))) == text
    with pytest.raises(ValueError, match="digits"):
        number(Decimal("9999999999999.9999"))


def get(client: FlaskClient, url: str, **headers: str):
    return client.get(url, headers=headers)


def test_anyone_fetches_a_release_a_record_and_pages_of_all(people, client):
    tender = awarded(people)
    number_ = tender.number
    told(CLOSES + 8 * DAY)
    release_id = latest(tender)["id"]
    one = get(client, f"/public/ocds/releases/{release_id}.json")
    assert one.status_code == 200
    assert schema.package_faults(one.json) == []
    assert one.json["uri"].endswith(f"/public/ocds/releases/{release_id}.json")
    again = get(client, f"/public/ocds/releases/{release_id}.json", **{"If-None-Match": one.headers["ETag"]})
    assert again.status_code == 304
    record = get(client, f"/public/ocds/records/{number_}.json").json["records"][0]
    assert record["compiledRelease"]["tag"] == ["compiled"]
    assert schema.release_faults(record["compiledRelease"]) == []
    listed = json.loads(get(client, "/public/ocds/records.json").text)
    assert [row["ocid"] for row in listed["records"]] == [record["ocid"]]
    assert "next" not in listed["links"]
    lines = get(client, "/public/ocds/releases.jsonl").text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [release_id]
    assert get(client, "/public/ocds").status_code == 200
    for url in listed["extensions"][-1:]:
        assert get(client, url.split("8000")[-1]).json["name"]["en"] == "Bid evaluations"


def test_the_list_of_all_procedures_goes_on_page_by_page(people, client, monkeypatch):
    from procurement.views import open_data

    monkeypatch.setattr(open_data, "PAGE", 2)
    numbers = [published(people).number for _ in range(3)]
    told(START + DAY)
    found, url = [], "/public/ocds/records.json"
    while url:
        page = json.loads(get(client, url).text)
        found += [row["ocid"][-len(numbers[0]) :] for row in page["records"]]
        url = page["links"].get("next", "").split("8000")[-1]
    assert found == numbers


def test_what_was_kept_back_cannot_be_fetched(people, client, monkeypatch):
    tender = published(people)
    monkeypatch.setattr(publishing, "body_of", lambda *_: {"ocid": "x", "tender": {}})
    told(START + DAY)
    release_id = queries.refused()[0].release_id
    assert get(client, f"/public/ocds/releases/{release_id}.json").status_code == 404
    assert get(client, f"/public/ocds/records/{tender.number}.json").status_code == 404


def test_no_person_is_named_in_what_is_published(people):
    tender = awarded(people)
    told(CLOSES + 8 * DAY)
    body = json.dumps(latest(tender), ensure_ascii=False)
    names = [people.officer.name, people.second.name, people.chair.name, *(row.name for row in people.evaluators)]
    assert [name for name in names if name in body] == []
    with unit_of_work(), clock.frozen(CLOSES):
        assert "Reason for" not in body
