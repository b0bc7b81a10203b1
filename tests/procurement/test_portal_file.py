"""Bids of a portal from a sheet: good rows are recorded, wrong cells are named, the rest of the road follows."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from core import clock
from core.db import database_clock
from core.tables import FileRefused, Report, csv_bytes, xlsx_bytes
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.services import award, evaluation, opening, portal, portal_file
from procurement.services.portal_file import PricedRow
from tests.procurement.tendering import DAY, House, at, scored
from tests.procurement.test_portal import LATER, priced, recorded

HEADER = ["bidder", "lot", "service", "price", "Q1", "C6"]
GOOD: list[list[Any]] = [
    ["O-1", 1, "HC-VISIT", "8000.000", "One plan for each member.", "90"],
    ["O-1", 2, "HC-NIGHT", "9000.000", "", ""],
    ["O-2", 1, "HC-VISIT", "8500.000", "We plan.", "60"],
]
FILES = {"bids.csv": csv_bytes, "bids.xlsx": xlsx_bytes}


def sent(tender: Tender, people: House, rows: list[list[Any]], name: str = "bids.csv") -> Report[PricedRow]:
    with at(LATER):
        return portal_file.record_file(tender, FILES[name](HEADER, rows), name, by=people.officer)


def told(report: Report[PricedRow]) -> list[tuple[int, str]]:
    return [(row.number, one.column) for row in report.wrong for one in row.problems]


def test_a_sheet_of_bids_is_scored_here_and_led_to_a_contract(people: House) -> None:
    tender = recorded(people)
    report = sent(tender, people, GOOD, "bids.xlsx")
    assert (len(report.ready), report.wrong) == (3, [])
    with at(LATER + DAY):
        portal.take_over(tender, by=people.officer)
        opening.declare_interest(tender, "none", by=people.officer)
    assert {b.organisation.name: b.content("quality")["lots"] for b in queries.bids_in(tender, "opened")} == {
        "Unit 1": [1, 2], "Unit 2": [1],
    }  # fmt: skip
    scored(tender, people, {"Unit 1": 4, "Unit 2": 3}, LATER + 2 * DAY)
    priced(tender, people, LATER + 3 * DAY)
    with at(LATER + 3 * DAY):
        evaluation.rank(tender, by=people.chair)
    lot = tender.lots[0]
    with at(LATER + 4 * DAY):
        reasons = {row.bid.public_id: "Reason." for row in queries.results_of(lot)}
        proposal = award.propose_award(lot, reasons, by=people.officer)
    with at(LATER + 5 * DAY):
        award.decide_award(proposal, by=people.chair)
    with at(LATER + 30 * DAY):
        contract = award.contract_from_award(proposal, by=people.officer)
    assert (contract.origin, contract.lines[0].rate) == ("award_elsewhere", Decimal(8_000_000))
    assert [row.committed for row in contract.indicators] == [Decimal(90)]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["O-9", 1, "HC-VISIT", "8000.000", "", ""], "bidder"),
        (["O-2", 7, "HC-VISIT", "8000.000", "", ""], "lot"),
        (["O-2", "one", "HC-VISIT", "8000.000", "", ""], "lot"),
        (["O-2", 2, "HC-VISIT", "8000.000", "", ""], "service"),
        (["O-2", 2, "HC-NIGHT", "eight", "", ""], "price"),
        (["O-2", 2, "HC-NIGHT", "-5.000", "", ""], "price"),
        (["O-2", 2, "HC-NIGHT", "", "", ""], "price"),
        (["O-2", 2, "HC-NIGHT", "8000.000", "", "many"], "C6"),
        (["O-2", 2, "HC-NIGHT", "8000.000", "Otherwise.", ""], "Q1"),
        (["O-2", 1, "HC-VISIT", "8000.000", "", ""], "service"),
    ],
    ids=["unknown bidder", "no such lot", "lot in words", "other lot's service", "price in words", "below zero",
         "no price", "promise in words", "says otherwise", "twice"],
)  # fmt: skip
def test_a_wrong_cell_is_named_by_row_and_column_and_the_good_rows_are_recorded(
    people: House, row: list[Any], column: str
) -> None:
    tender = recorded(people)
    report = sent(tender, people, [*GOOD, row])
    assert told(report) == [(5, column)]
    assert len(report.ready) == 3
    assert {bid.organisation.name for bid in tender_bids(tender)} == {"Unit 1", "Unit 2"}


def tender_bids(tender: Tender) -> list[Any]:
    from procurement.queries.portal import recorded_bids

    return list(recorded_bids(tender))


def test_the_mended_rows_alone_complete_what_was_recorded(people: House) -> None:
    tender = recorded(people)
    sent(tender, people, [GOOD[0], ["O-1", 2, "HC-NIGHT", "nine", "", ""]])
    report = sent(tender, people, [["O-1", 2, "HC-NIGHT", "9000.000", "", ""]])
    assert report.wrong == []
    (bid,) = tender_bids(tender)
    assert bid.version == 2
    with at(LATER):
        portal.take_over(tender, by=people.officer)
    content = bid.content("quality")
    assert (content["lots"], content["promises"]) == ([1, 2], {"C6": "90"})


def test_a_lot_counts_once_each_of_its_services_has_a_price(people: House) -> None:
    from procurement.terms import LotTerms

    lots = [LotTerms("Coast", 100_000_000_000, [("HC-VISIT", 10), ("HC-NIGHT", 10)], floor=1)]
    tender = recorded(people, lots=lots, one_lot_reason="One coast.")
    report = sent(tender, people, [GOOD[0]])
    assert told(report) == [(2, "price")]
    assert tender_bids(tender) == []
    again = sent(tender, people, [GOOD[0], ["O-1", 1, "HC-NIGHT", "9000.000", "", ""]])
    assert (len(again.ready), len(tender_bids(tender))) == (2, 1)


@pytest.mark.parametrize("content", [b"", b"bidder,lot\nO-1,1\n", b"%PDF-1.7"], ids=["empty", "no price", "a PDF"])
def test_a_file_that_is_no_such_table_is_refused(people: House, content: bytes) -> None:
    tender = recorded(people)
    with pytest.raises(FileRefused), at(LATER):
        portal_file.record_file(tender, content, "bids.csv", by=people.officer)


def test_the_page_takes_the_file_keeps_the_good_rows_and_names_the_wrong_cell(
    people: House, client: FlaskClient
) -> None:
    tender = recorded(people)
    url = f"/tenders/{tender.number}/portal"
    wrong = ["O-2", 2, "HC-NIGHT", "eight", "", ""]
    with clock.frozen(LATER), database_clock(lambda: LATER):
        assert client.post(f"/demo/sign-in/{people.officer.account_id}").status_code == 303
        empty = client.get(f"{url}/bids.csv")
        assert empty.data.decode("utf-8-sig").split() == [",".join(HEADER)]
        assert client.get(f"{url}/bids.xlsx").data.startswith(b"PK")
        assert client.post(url, data={"answer": "file"}).status_code == 422
        file = (io.BytesIO(csv_bytes(HEADER, [*GOOD, wrong])), "bids.csv")
        page = client.post(url, data={"answer": "file", "file": file}, content_type="multipart/form-data")
    assert page.status_code == 422
    assert "Rows recorded: 3. Rows that need work: 1." in page.text
    assert "Row 5, price “eight”" in page.text
    assert len(tender_bids(queries.tender_by_number(tender.number))) == 2
