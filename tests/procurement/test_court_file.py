"""The court file: it holds everything, its script finds it in order anywhere, and names whatever was changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from core import files, work
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.files import StoredFile
from core.roles import Role
from procurement.court.bundle import digest_of, zipped
from procurement.models.court import CourtFile
from procurement.models.tender import Tender
from procurement.ocds.eforms import WITHHELD, allowed, eforms
from procurement.queries import court as queries
from procurement.services import bids, complaints, court, evaluation, joint, opening, planning, portal
from procurement.services.award import ENDED_CODES
from tests.accounts import actor_with
from tests.procurement.tendering import (
    CLOSES,
    DAY,
    START,
    House,
    at,
    awarded,
    drafted_bid,
    house,
    opened,
    published,
    scored,
    sent_bid,
)
from tests.procurement.test_open_data import told
from tests.procurement.test_planning import TALK, noted
from tests.procurement.test_portal import LATER, priced, with_bids

PNG = b"\x89PNG\r\n\x1a\n" + b"the licence of unit one" * 4000


def made(tender: Tender, **asked: Any) -> CourtFile:
    with at(CLOSES + 9 * DAY):
        row = court.ask(tender, by=actor_with(Role.AUDITOR), **asked)
    number = row.number
    with at(CLOSES + 9 * DAY):
        pass
    work.run_due()
    assert work.failures("") == []
    return queries.court_file(number)


def unpacked(row: CourtFile, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(court.members(row))))) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


def verified(folder: Path) -> tuple[int, str]:
    """A plain python, elsewhere, without a path to the project."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py"], cwd=folder, capture_output=True, text=True, env={}, check=False
    )
    return done.returncode, done.stdout + done.stderr


def changed(folder: Path, name: str, change: Any, *, is_covered_up: bool = True) -> None:
    """Alter a data file; covered up, the index is made to agree with it."""
    path = folder / name
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))
    if is_covered_up:
        index = json.loads((folder / "index.json").read_text())
        for row in index["exhibits"]:
            if row["name"] == name:
                row["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        (folder / "index.json").write_text(json.dumps(index))


def scores_of(folder: Path) -> str:
    return next(path for path in sorted((folder / "60-scores").iterdir())).relative_to(folder).as_posix()


_made_once: list[bytes] = []


def told_twice(people: House) -> Tender:
    """An awarded tender with two releases: the second counts a complaint."""
    tender = awarded(people)
    told(CLOSES + 7 * DAY)
    with at(CLOSES + 8 * DAY):
        row = complaints.complain(tender, "decision", "It was misread.", by=people.bidders[1], lot=tender.lot(1))
        complaints.lodge(row, by=people.bidders[1])
    told(CLOSES + 8 * DAY)
    return tender


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The file of an awarded tender, made once and unpacked afresh."""
    if not _made_once:
        request.getfixturevalue("app")
        _made_once.append(b"".join(zipped(court.members(made(told_twice(house()))))))
    with zipfile.ZipFile(io.BytesIO(_made_once[0])) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def test_in_another_folder_a_plain_python_finds_everything_in_order(folder):
    code, said = verified(folder)
    assert code == 0, said
    assert "Everything is in order." in said
    for part in ("audit chain", "receipts", "envelopes", "manifest of 2 bids", "12 points computed again", "draws"):
        assert part in said


def test_a_changed_score_is_named_even_when_the_index_agrees(folder):
    name = scores_of(folder)
    bid = name.split("/")[1].removesuffix(".json")

    def better(data: Any) -> None:
        for row in data["marks"]:
            row["mark"] = 5

    changed(folder, name, better)
    code, said = verified(folder)
    assert code == 1
    assert f"bid {bid}, Q1" in said


def test_a_score_changed_everywhere_is_still_not_what_was_locked(folder):
    changed(folder, scores_of(folder), lambda data: [row.update(mark=5) for row in data["marks"]])
    bid = scores_of(folder).split("/")[1].removesuffix(".json")

    def follow(rows: Any) -> None:
        for row in rows:
            if row["bid"] == bid:
                before = row["sheet"]["Q1"]
                row["sheet"]["Q1"] = "35.00"
                row["total"] = f"{float(row['total']) - float(before) + 35:.2f}"

    changed(folder, "65-results/results.json", follow)
    code, said = verified(folder)
    assert code == 1
    assert "not those that were locked" in said
    assert "not what the audit trail recorded" in said


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("95-audit/audit.json", lambda d: d[3]["body"].update(name="Somebody"), "audit entry 4"),
        ("95-audit/audit.json", lambda d: d.pop(2), "audit entry 3 is missing"),
        ("95-audit/audit.json", lambda d: d.pop(), "ends before the head"),
        ("30-receipts/receipts.json", lambda d: d["receipts"].pop(0), "receipt 1"),
        ("30-receipts/receipts.json", lambda d: d["receipts"][0]["receipt"].update(lot="1"), "signature does not hold"),
        ("30-receipts/manifest.json", lambda d: d["receipts"].pop(), "manifest: its root"),
        ("65-results/results.json", lambda d: d[0].update(rank=2), "a rank is missing or stands twice"),
        ("65-results/results.json", lambda d: d[0].update(total="99.00"), "the total says 99.00"),
        ("10-notice/tender.json", lambda d: d["lots"][0].update(ceiling=99_000_000_000), "PRICE"),
    ],
    ids=["entry", "entry gone", "end cut off", "receipt gone", "receipt", "manifest", "rank", "total", "ceiling"],
)
def test_each_change_is_named(folder, name, change, said):
    changed(folder, name, change)
    code, printed = verified(folder)
    assert code == 1
    assert said in printed


def dropped(folder: Path, bid: str) -> None:
    """Every exhibit of a bid taken out, and the index made to agree."""
    index = json.loads((folder / "index.json").read_text())
    for row in [row for row in index["exhibits"] if bid in row["name"]]:
        (folder / row["name"]).unlink()
        index["exhibits"].remove(row)
    (folder / "index.json").write_text(json.dumps(index))


def test_a_bid_that_was_dropped_is_named_even_when_index_and_results_agree(folder):
    bid = scores_of(folder).split("/")[1].removesuffix(".json")
    dropped(folder, bid)
    changed(folder, "65-results/results.json", lambda rows: rows.__setitem__(slice(None), [
        row | {"rank": 1} for row in rows if row["bid"] != bid
    ]))  # fmt: skip
    code, said = verified(folder)
    assert code == 1
    assert f"bid {bid}: its envelope quality is not on file" in said
    assert f"bid {bid}: it was ranked and is not in the results" in said


def test_a_bid_that_was_rewritten_is_named(folder):
    name = next(folder.glob("50-bids/*/quality.json")).relative_to(folder).as_posix()
    changed(folder, name, lambda data: data["answers"].update(Q1="Something better."))
    code, said = verified(folder)
    assert code == 1
    assert "its quality content is not what was opened" in said


def test_a_release_that_was_changed_or_dropped_is_named(folder):
    first, second = sorted(path.relative_to(folder).as_posix() for path in folder.glob("90-open-data/*.json"))
    changed(folder, first, lambda data: data["tender"].update(title="Another"))
    dropped(folder, Path(second).stem)
    code, said = verified(folder)
    assert code == 1
    assert f"release {Path(first).stem}: it is not the release that was published" in said
    assert f"release {Path(second).stem}: it was published and is not on file" in said


def test_a_file_that_is_missing_changed_or_added_is_named(folder):
    envelope = next(folder.glob("50-bids/*/sealed/price.bin"))
    envelope.write_bytes(envelope.read_bytes()[:-1])
    (folder / "10-notice/notice.pdf").unlink()
    (folder / "extra.txt").write_text("x")
    code, said = verified(folder)
    assert code == 1
    assert "price.bin: its content is not the one of the index" in said
    assert "is not the one of its receipt" in said
    assert "notice.pdf: the file is missing" in said
    assert "extra.txt: this file is not in the index" in said


def test_a_draw_is_repeated_from_root_and_value(people, tmp_path):
    from procurement.queries import tenders as tender_queries
    from procurement.services import evaluation

    tender = published(people)
    for bidder in people.bidders[:2]:
        sent_bid(tender, bidder, (1,), "8000000", "80")
    opened(tender, people, "quality", CLOSES + dt.timedelta(hours=1))
    scored(tender, people, {"Unit 1": 4, "Unit 2": 4}, CLOSES + 3 * DAY)
    opened(tender, people, "price", CLOSES + 4 * DAY)
    with at(CLOSES + 5 * DAY):
        evaluation.enter_draw(tender, "2026-03-02:04-11-19-23-37-42", by=people.chair)
        evaluation.rank(tender, by=people.chair)
    assert any(row.tie_break for row in tender_queries.results_of(tender.lots[0]))
    folder = unpacked(made(tender), tmp_path)
    assert verified(folder)[0] == 0, verified(folder)[1]
    changed(folder, "10-notice/tender.json", lambda data: data.update(draw_value="another"))
    assert "the draw of bid" in verified(folder)[1]


def test_the_pages_name_every_exhibit_on_the_page_where_it_stands(people):
    row = made(awarded(people))
    reader = PdfReader(io.BytesIO(files.read(row.pdf)))
    texts = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert len(row.listing) > 15
    for one in row.listing:
        first, last = one["pages"]
        assert 1 < first <= last <= len(texts)
        assert f"{one['number']}. {one['title']}"[:40] in texts[first - 1]
    assert row.listing[0]["sha256"][:8] in " ".join(texts)
    assert "Reason for" not in texts[0]


def test_the_same_zip_comes_out_each_time_and_its_hash_is_on_record(people):
    row = made(awarded(people))
    assert digest_of(zipped(court.members(row))) == row.sha256 == digest_of(zipped(court.members(row)))


def test_attached_files_and_letters_are_the_originals(people, tmp_path):
    tender = published(people)
    with at(CLOSES - 5 * DAY):
        bid = bids.start_bid(tender, by=people.bidders[0])
    drafted_bid(tender, people.bidders[0])
    with at(CLOSES - 4 * DAY):
        bids.add_document(bid, PNG, "licence.png", by=people.bidders[0])
    with at(CLOSES - DAY):
        bids.submit_bid(bid, by=people.bidders[0])
    opened(tender, people, "quality", CLOSES + dt.timedelta(hours=1))
    scored(tender, people, {"Unit 1": 4}, CLOSES + 3 * DAY)
    folder = unpacked(made(tender), tmp_path)
    (document,) = folder.glob("50-bids/*/documents/*")
    assert document.read_bytes() == PNG
    assert verified(folder)[0] == 0, verified(folder)[1]


def test_before_the_deadline_the_file_says_nothing_of_bids(people, tmp_path):
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    with at(CLOSES - dt.timedelta(hours=2)):
        row = court.ask(tender, by=actor_with(Role.AUDITOR))
    number = row.number
    work.run_due()
    folder = unpacked(queries.court_file(number), tmp_path)
    whole = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert bid.public_id.encode() not in whole
    assert b"Unit 1" not in whole
    assert verified(folder)[0] == 0, verified(folder)[1]


def test_plan_talks_and_partners_have_their_sections_and_a_partner_reads_its_own_bid(people, tmp_path):
    plan, tender = noted(people), published(people)
    with at(START):
        planning.record_consultation(plan, TALK, by=people.officer)
        planning.approve_plan(plan, by=people.second)
        plan.tender_id = tender.id
    sent_bid(tender, people.bidders[2])
    bid = drafted_bid(tender, people.bidders[0])
    with at(CLOSES - 2 * DAY):
        joint.invite_partner(bid, joint.PartnerTerms("O-2", Decimal(40), "The nights"), by=people.bidders[0])
        (partner,) = joint.queries.partners_of(bid)
        joint.answer_invitation(partner, takes_part=True, by=people.bidders[1])
        bids.submit_bid(bid, by=people.bidders[0])
    opened(tender, people, "quality", CLOSES + dt.timedelta(hours=1))
    scored(tender, people, {"Unit 1": 4, "Unit 3": 3}, CLOSES + 3 * DAY)
    row = made(tender, organisation_id=people.bidders[1].organisation_id, reason_code="fair-comp", reason="Secrets.")
    folder = unpacked(row, tmp_path)
    assert "40 members wait." in (folder / "05-planning/plan.json").read_text()
    assert "With a boat, yes." in (folder / "07-market/talk-1.json").read_text()
    (joined,) = folder.glob("48-joint/*.json")
    assert json.loads(joined.read_text())["partners"][0]["name"] == "Unit 2"
    assert (folder / f"50-bids/{bid.public_id}/quality.json").is_file()
    assert len(list(folder.glob("50-bids/*/quality.json"))) == 1
    paper = PdfReader(folder / "procedure-file.pdf")
    words = " ".join(page.extract_text() for page in paper.pages)
    for part in ("Planning", "Talks with the market", "Joint bids", "The nights", "Secrets."):
        assert part in words
    assert verified(folder)[0] == 0, verified(folder)[1]


def test_the_file_of_a_portal_is_checked_without_manifest_or_receipts(people, tmp_path):
    tender = with_bids(people)
    with at(LATER):
        portal.take_over(tender, by=people.officer)
        opening.declare_interest(tender, "none", by=people.officer)
    scored(tender, people, {"Unit 1": 4, "Unit 2": 3}, LATER + DAY)
    priced(tender, people, LATER + 2 * DAY)
    with at(LATER + 2 * DAY):
        evaluation.rank(tender, by=people.chair)
    folder = unpacked(made(tender), tmp_path)
    code, said = verified(folder)
    assert code == 0, said
    assert "12 points computed again" in said
    name = next(folder.glob("50-bids/*/price.json")).relative_to(folder).as_posix()
    changed(folder, name, lambda data: data["rates"].update({"1": {"HC-VISIT": "1"}}))
    assert "its price content is not what was opened" in verified(folder)[1]


def test_who_asked_a_question_stands_nowhere_in_the_file(people, tmp_path):
    from procurement.services import questions

    tender = published(people)
    with at(CLOSES - 20 * DAY):
        row = questions.ask(tender, "Are nights included?", by=people.bidders[2])
        questions.answer(row, "Are nights included?", "Yes.", by=people.officer)
    folder = unpacked(made(tender), tmp_path)
    assert "Are nights included?" in (folder / "20-questions/answers.json").read_text()
    assert people.bidders[2].name not in "".join(path.read_text() for path in folder.rglob("*.json"))
    assert verified(folder)[0] == 0, verified(folder)[1]


def test_after_the_opening_contents_wait_for_the_lock(people, tmp_path):
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + dt.timedelta(hours=1))
    folder = unpacked(made(tender), tmp_path)
    assert list(folder.glob("50-bids/*/sealed/*.bin"))
    assert not list(folder.glob("50-bids/*/quality.json"))
    assert not (folder / "60-scores").exists()


def test_a_copy_for_one_party_withholds_the_others_with_ground_reason_and_date(people, tmp_path):
    tender = awarded(people)
    own = people.bidders[1].organisation_id
    row = made(tender, organisation_id=own, reason_code="fair-comp", reason="The other plan is a trade secret.")
    folder = unpacked(row, tmp_path)
    whole = "".join(path.read_text() for path in folder.rglob("*.json"))
    assert '"7123457"' not in whole
    assert '"8500000"' in whole
    withheld = [one for one in row.listing if one["withheld"]]
    assert {one["withheld"]["reason"] for one in withheld} == {"The other plan is a trade secret."}
    assert all(one["withheld"]["on"] == "2026-04-10" for one in withheld)
    assert len({one["sha256"] for one in withheld}) > 3
    code, said = verified(folder)
    assert code == 0, said
    assert "what they rest on is withheld" in said


def test_a_copy_needs_a_ground_a_reason_and_a_bidder(people):
    tender = awarded(people)
    for asked in (
        {"organisation_id": people.bidders[0].organisation_id, "reason_code": "fair-comp", "reason": " "},
        {"organisation_id": people.bidders[0].organisation_id, "reason_code": "because", "reason": "x"},
        {"organisation_id": people.bidders[2].organisation_id, "reason_code": "fair-comp", "reason": "x"},
    ):
        with pytest.raises(InputErrors), unit_of_work():
            court.ask(tender, by=actor_with(Role.AUDITOR), **asked)


def test_on_the_page_the_auditor_asks_and_fetches_and_others_are_refused(people, client):
    tender = awarded(people)
    auditor, number = actor_with(Role.AUDITOR), tender.number
    assert client.post(f"/demo/sign-in/{auditor.account_id}").status_code == 303
    assert client.post(f"/tenders/{number}/file").status_code == 303
    page = client.get(f"/tenders/{number}/file").text
    assert "Being made" in page
    work.run_due()
    row = queries.court_files(tender)[0]
    file, digest = row.number, row.sha256
    assert client.get(f"/tenders/files/{file}.pdf").data.startswith(b"%PDF-")
    got = client.get(f"/tenders/files/{file}.zip")
    assert hashlib.sha256(got.data).hexdigest() == digest
    refused = client.post(f"/tenders/{number}/file", data={"organisation": str(people.bidders[0].organisation_id)})
    assert refused.status_code == 422
    assert client.post(f"/demo/sign-in/{people.evaluators[0].account_id}").status_code == 303
    assert client.get(f"/tenders/files/{file}.zip").status_code == 403


def test_only_original_files_are_read_again_when_the_zip_is_fetched(people):
    row = made(awarded(people))
    kept = {one["file"] for one in row.listing if one["file"]}
    assert {file.media_type for file in db.session.query(StoredFile).filter(StoredFile.id.in_(kept))} == {
        "application/pdf"
    }


def test_the_codes_of_eforms_name_their_version_and_hold_what_we_use():
    assert eforms()["sdk_version"] == "1.15.1"
    assert set(ENDED_CODES) <= allowed("without_award")
    assert set(WITHHELD) == allowed("withheld")
    assert {"res-pub-ser", "res-ws", "none"} == allowed("reserved_procurement")
    assert len(allowed("irregularity")) == 33
