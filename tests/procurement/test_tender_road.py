"""The road of a tender through its services: what must happen, what must not, and what nobody may read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from sqlalchemy.exc import IntegrityError

from core import audit, files
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError, Forbidden, InputErrors, NotFound
from core.files import StoredFile
from core.states import IllegalStep
from procurement.models.bid import SealedPart
from procurement.models.evaluation import Award
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as queries
from procurement.sealing import Manifest, SignedReceipt, verify_manifest, verify_receipt
from procurement.services import asking, award, bids, evaluation, opening, tenders
from tests.procurement.tendering import (
    CLOSES,
    PASSPHRASES,
    SECRET_RATE,
    START,
    House,
    admitted,
    at,
    awarded,
    criteria,
    drafted_bid,
    fill,
    house,
    officers,
    opened,
    published,
    ranked,
    scored,
    sent_bid,
    terms,
)

MICROSECOND = dt.timedelta(microseconds=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def declared(tender: Tender, people: House) -> None:
    """The bids are fixed and both officers know of no interest."""
    for who, _passphrase in officers(people):
        with at(CLOSES + MICROSECOND):
            opening.publish_manifest(tender)
            opening.declare_interest(tender, "none", by=who)


def acts(tender_number: str) -> list[str]:
    query = sa.select(AuditEntry.act).where(AuditEntry.stream == f"tender:{tender_number}").order_by(AuditEntry.id)
    return list(db.session.execute(query).scalars())


def test_a_tender_goes_the_whole_road_to_contracts_with_tariff_and_promises(people: House) -> None:
    tender = awarded(people)
    assert tender.state == "awarded"
    first = queries.awards_of(tender)[0]
    assert first.standstill_until == dt.date(2026, 4, 20)  # decided Wed 8 April + 10 days = Sat 18, so Mon 20
    with at(dt.datetime(2026, 4, 21, 8, tzinfo=dt.UTC)):
        contracts = [award.contract_from_award(row, by=people.officer) for row in queries.awards_of(tender)]
    assert tender.state == "contracted"
    assert [(line.service, line.rate, line.volume) for line in contracts[0].lines] == [
        ("HC-VISIT", Decimal(SECRET_RATE), 10_000)
    ]
    assert [(row.code, row.committed, row.direction) for row in contracts[0].indicators] == [("C6", Decimal(90), "up")]
    assert contracts[0].organisation_id == people.bidders[0].organisation_id
    assert not list(audit.verify())


def test_every_act_of_the_road_stands_in_the_tenders_stream(people: House) -> None:
    found = acts(awarded(people).number)
    for act in (
        "tender.drafted", "tender.approved", "tender.published", "bid.received", "tender.manifest_published",
        "tender.opening_joined", "tender.quality_opened", "tender.conflict_declared", "bid.scores_submitted",
        "tender.scores_locked", "tender.price_opened", "lot.ranked", "award.proposed", "award.decided",
    ):  # fmt: skip
        assert act in found


def test_weights_of_99_9_are_refused_in_words(people: House) -> None:
    with at(START):
        tender = tenders.draft_tender(terms(people, criteria=criteria("39.9")), by=people.officer)
    with pytest.raises(InputErrors) as refusal, at(START):
        tenders.send_for_approval(tender, by=people.officer)
    assert "exactly 100" in str(refusal.value)
    assert [p.found for p in refusal.value.problems] == ["99.90"]
    assert tender.state == "draft"


def test_the_author_does_not_approve_the_own_tender_not_even_by_another_account(people: House) -> None:
    with at(START):
        tender = tenders.draft_tender(terms(people), by=people.officer)
        tenders.send_for_approval(tender, by=people.officer)
    with pytest.raises(Forbidden, match="someone else"), at(START):
        tenders.approve(tender, by=people.officer)


def test_a_bid_at_the_deadline_is_taken_and_one_microsecond_later_refused(people: House) -> None:
    tender = published(people)
    in_time, late = drafted_bid(tender, people.bidders[0]), drafted_bid(tender, people.bidders[1])
    with at(CLOSES):
        assert bids.submit_bid(in_time, by=people.bidders[0]).received_at == CLOSES
    with pytest.raises(bids.BidTooLate) as refusal, at(CLOSES + MICROSECOND):
        bids.submit_bid(late, by=people.bidders[1])
    assert "09:00:00.000001" in str(refusal.value)
    db.session.expire_all()
    assert late.state == "draft"
    assert not late.parts
    assert not late.receipts
    assert acts(tender.number)[-1] == "bid.refused_late"


def test_no_price_and_no_answer_can_be_found_in_the_database_before_the_opening(people: House, app: Flask) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0], (1, 2), SECRET_RATE, "90")
    drafted_bid(tender, people.bidders[1], (1,), SECRET_RATE)
    connection = db.session.connection()
    for table in db.metadata.sorted_tables:
        for row in connection.execute(sa.select(table)):
            for value in row:
                text = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                assert SECRET_RATE.encode() not in text, table.name
                assert b"One carer plans" not in text, table.name


def test_the_receipt_is_signed_and_names_every_ciphertext(people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    signed = SignedReceipt.from_json(bid.receipts[0].signed)
    parts = {part.envelope: bids.ciphertext_of(part) for part in bid.parts}
    verify_receipt(signed, bytes.fromhex(tender.receipt_key), parts)
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(tender.receipt_key))
    assert [part.name for part in signed.receipt.parts] == ["quality", "price"]


def test_a_replacement_counts_and_a_withdrawn_bid_does_not(people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    gone = sent_bid(tender, people.bidders[1])
    with at(CLOSES - HOUR):
        fill(bid, people.bidders[0], rate="7900000")
        bids.submit_bid(bid, by=people.bidders[0])
        bids.withdraw_bid(gone, by=people.bidders[1])
    with at(CLOSES + HOUR):
        manifest = opening.publish_manifest(tender)
    verify_manifest(manifest, bytes.fromhex(tender.receipt_key))
    assert [(row.receipt.bid, row.receipt.version) for row in manifest.receipts] == [(bid.public_id, 2)]
    assert db.session.execute(sa.select(sa.func.count()).select_from(SealedPart)).scalar_one() == 2
    assert gone.state == "lapsed"
    assert gone.draft is None


def test_what_was_typed_and_uploaded_is_gone_once_the_bid_is_sealed(people: House) -> None:
    tender = published(people)
    bid = drafted_bid(tender, people.bidders[0])
    with at(CLOSES - HOUR):
        bids.add_document(bid, b"%PDF-1.7 statutes", "statutes.pdf", by=people.bidders[0])
    with at(CLOSES - HOUR):
        bids.submit_bid(bid, by=people.bidders[0])
    assert bid.draft is None
    assert bids.read_draft(bid, by=people.bidders[0]).rates == {}
    stored = db.session.execute(sa.select(StoredFile.filename)).scalars().all()
    assert "statutes.pdf" not in stored


def test_a_withdrawn_bid_can_be_sent_again_before_the_deadline(people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    with at(CLOSES - HOUR):
        bids.withdraw_bid(bid, by=people.bidders[0])
        fill(bid, people.bidders[0])
        bids.submit_bid(bid, by=people.bidders[0])
    with at(CLOSES + HOUR):
        assert [row.receipt.version for row in opening.publish_manifest(tender).receipts] == [2]


def test_one_officer_alone_cannot_open_and_coming_twice_does_not_help(people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    declared(tender, people)
    for _ in range(2):
        with at(CLOSES + HOUR):
            assert not opening.join_opening(tender, "quality", PASSPHRASES[0], by=people.officer)
    assert tender.state == "published"
    assert queries.bids_in(tender, "opened") == []


def test_nobody_opens_before_the_deadline(people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    with pytest.raises(DomainError, match="before the deadline"), at(CLOSES):
        opening.join_opening(tender, "quality", PASSPHRASES[0], by=people.officer)


def test_a_first_wrong_passphrase_is_refused_at_once_and_can_be_typed_again(people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    declared(tender, people)
    with pytest.raises(InputErrors, match="not the passphrase"), at(CLOSES + HOUR):
        opening.join_opening(tender, "quality", "not my passphrase", by=people.officer)
    assert queries.opening_keys(tender, "quality") == []
    opened(tender, people, "quality", CLOSES + 2 * HOUR)
    assert tender.state == "opened_quality"
    assert all(row.sealed_key is None for row in queries.opening_keys(tender, "quality"))


def test_a_stranger_to_the_tender_does_not_open_it(people: House) -> None:
    tender = published(people)
    with pytest.raises(Forbidden, match="not an opening officer"), at(CLOSES + HOUR):
        opening.join_opening(tender, "quality", PASSPHRASES[0], by=people.chair)


def test_prices_stay_shut_until_the_scores_are_locked(people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    with pytest.raises(DomainError, match="locked"), at(CLOSES + 2 * HOUR):
        opening.join_opening(tender, "price", PASSPHRASES[0], by=people.officer)
    assert bid.content("quality")["answers"]
    assert not bid.content("price")


def test_a_bid_under_the_quality_minimum_keeps_its_price_shut(people: House) -> None:
    tender = published(people, quality_minimum=Decimal(20))
    good = sent_bid(tender, people.bidders[0])
    weak = sent_bid(tender, people.bidders[1])
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 3, "Unit 2": 2}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    assert good.content("price")
    assert not weak.content("price")
    assert weak.state == "below_minimum"
    row = queries.result_of(tender.lots[0], weak.public_id)
    assert "14.00 points, at least 20 are needed" in row.excluded_reason
    assert row.price is None


def test_a_swapped_ciphertext_stands_as_unreadable_and_stops_nobody(people: House) -> None:
    tender = published(people)
    first, second = sent_bid(tender, people.bidders[0]), sent_bid(tender, people.bidders[1])
    with at(CLOSES - HOUR):
        mine = next(part for part in first.parts if part.envelope == "quality")
        theirs = next(part for part in second.parts if part.envelope == "quality")
        mine.ciphertext = theirs.ciphertext
    opened(tender, people, "quality", CLOSES + HOUR)
    assert (first.state, second.state) == ("unreadable", "opened")
    assert f"Swapped: this is an envelope of bid {second.public_id}" in first.unreadable_reason


def test_content_is_withheld_until_an_interest_is_denied(people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    evaluator = people.evaluators[0]
    assert bid_queries.bids_for_reader(tender, evaluator.person) == []
    with pytest.raises(NotFound):
        bid_queries.bid_for_reader(tender, bid.public_id, evaluator.person)
    with at(CLOSES + 2 * HOUR):
        opening.declare_interest(tender, "yes", "My sister works there.", by=evaluator)
    assert bid_queries.bids_for_reader(tender, evaluator.person) == []
    with pytest.raises(Forbidden), at(CLOSES + 3 * HOUR):
        evaluation.save_marks(tender, bid.public_id, {"Q1": (3, "Fine.")}, by=evaluator)


def test_marks_stay_blind_until_they_are_handed_in_and_then_do_not_change(people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    one = people.evaluators[0]
    with at(CLOSES + DAY):
        opening.declare_interest(tender, "none", by=one)
        evaluation.save_marks(tender, bid.public_id, {"Q1": (3, "Fine.")}, by=one)
    assert bid_queries.submitted_marks(tender) == []
    with at(CLOSES + DAY):
        evaluation.submit_marks(tender, by=one)
    assert len(bid_queries.submitted_marks(tender)) == 1
    with pytest.raises(DomainError, match="no longer change"), at(CLOSES + DAY):
        evaluation.save_marks(tender, bid.public_id, {"Q1": (5, "Better.")}, by=one)


@pytest.mark.parametrize(("mark", "reason"), [(6, "Too good"), (-1, "Bad"), (3, "  ")])
def test_a_mark_outside_the_rubric_or_without_a_reason_is_refused(people: House, mark: int, reason: str) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    with at(CLOSES + DAY):
        opening.declare_interest(tender, "none", by=people.evaluators[0])
    with pytest.raises(InputErrors), at(CLOSES + DAY):
        evaluation.save_marks(tender, bid.public_id, {"Q1": (mark, reason)}, by=people.evaluators[0])


def test_the_lock_waits_for_every_evaluator_and_for_moderation(people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    with pytest.raises(Forbidden, match="Declare first"), at(CLOSES + DAY):
        evaluation.lock_scores(tender, by=people.chair)
    with at(CLOSES + DAY):
        opening.declare_interest(tender, "none", by=people.chair)
    for who, mark in zip(people.evaluators, (1, 4, 3), strict=True):
        with pytest.raises(DomainError, match="still missing"), at(CLOSES + DAY):
            evaluation.lock_scores(tender, by=people.chair)
        with at(CLOSES + DAY):
            opening.declare_interest(tender, "none", by=who)
            evaluation.save_marks(tender, bid.public_id, {"Q1": (mark, "I think so.")}, by=who)
            evaluation.submit_marks(tender, by=who)
    with pytest.raises(DomainError, match="moderate"), at(CLOSES + DAY):
        evaluation.lock_scores(tender, by=people.chair)
    assert [row[0].id for row in evaluation.to_moderate(tender)] == [bid.id]
    with at(CLOSES + DAY):
        evaluation.moderate(tender, bid, "Q1", 3, "Agreed after talking.", by=people.chair)
    with pytest.raises(DomainError, match="Not yet admitted or excluded: Unit 1"), at(CLOSES + DAY):
        evaluation.lock_scores(tender, by=people.chair)
    with at(CLOSES + DAY):
        admitted(tender, people.officer)
        evaluation.lock_scores(tender, by=people.chair)
    assert evaluation.quality_sheet(tender, bid)["Q1"].points == Decimal("21.00")


def test_points_add_up_and_carry_their_trace(people: House) -> None:
    tender = ranked(people)
    first, second = queries.results_of(tender.lots[0])
    # price 71,234.570 of 100,000 down to 40,000: 40 × 28,765.430 ÷ 60,000 = 19.18; 35 × 4 ÷ 5; 25 × (90 − 50) ÷ 45
    assert {code: row["points"] for code, row in first.sheet.items()} == {
        "PRICE": "19.18",
        "Q1": "28.00",
        "C6": "22.22",
    }
    assert first.total == Decimal("69.40")
    assert first.rank == 1
    assert second.total == Decimal("10.00") + Decimal("21.00") + Decimal("5.56")
    assert first.sheet["PRICE"]["trace"]["formula"] == "absolute"
    report = evaluation.reversal(tender.lots[0], [first, second])
    assert report is not None
    assert report.is_stable
    assert not report.is_relative


def test_a_price_under_the_labour_floor_is_flagged_and_a_person_decides(people: House) -> None:
    tender = published(people)
    low = sent_bid(tender, people.bidders[0], rate="3999999")  # floor: 3,000 × 1.2 ÷ 0.9 = 4,000 per visit
    sent_bid(tender, people.bidders[1], rate="4000000")
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4, "Unit 2": 3}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    lot = tender.lots[0]
    assert [[flag["detector"] for flag in row.flags] for row in queries.results_of(lot)] == [["labour_floor"], []]
    with pytest.raises(InputErrors, match="low price"), at(CLOSES + 3 * DAY):
        evaluation.rank(tender, by=people.chair)
    with at(CLOSES + 3 * DAY):
        request = asking.ask_about_price(lot, low.public_id, "How do you pay the agreed wage?", 3, by=people.second)
    with pytest.raises(InputErrors, match="Ask the bidder first"), at(CLOSES + 3 * DAY):
        evaluation.decide_flag(lot, low.public_id, "rejected", "Wages under the agreement.", by=people.second)
    with at(CLOSES + 4 * DAY):
        asking.answer(request, "We do not.", by=people.bidders[0])
        evaluation.decide_flag(lot, low.public_id, "rejected", "Wages under the agreement.", by=people.second)
        evaluation.rank(tender, by=people.chair)
    assert [row.bid.organisation.name for row in queries.results_of(lot) if row.rank] == ["Unit 2"]


def test_a_company_cannot_choose_the_reserved_lot(people: House) -> None:
    tender = published(people)
    with pytest.raises(InputErrors, match="reserved"):
        drafted_bid(tender, people.bidders[2], (2,))
    with at(CLOSES - DAY):
        assert drafted_bid_lots(tender, people)


def drafted_bid_lots(tender: object, people: House) -> bool:
    """The open lot stays open to the company."""
    bid = bids.start_bid(tender, by=people.bidders[2])  # type: ignore[arg-type]
    return bids.save_draft(bid, by=people.bidders[2], lots=(1,)).lots == (1,)


def test_nobody_but_the_bidder_reads_a_draft(people: House) -> None:
    tender = published(people)
    bid = drafted_bid(tender, people.bidders[0])
    for stranger in (people.bidders[1], people.officer, people.chair, people.evaluators[0]):
        with pytest.raises(Forbidden):
            bids.read_draft(bid, by=stranger)


def test_an_unfinished_bid_is_not_sealed(people: House) -> None:
    tender = published(people)
    bid = drafted_bid(tender, people.bidders[0])
    with at(CLOSES - DAY):
        bids.save_draft(bid, by=people.bidders[0], answers={})
    with pytest.raises(InputErrors, match="Describe how you give care"), at(CLOSES - DAY):
        bids.submit_bid(bid, by=people.bidders[0])


def test_the_proposer_does_not_decide_the_award(people: House) -> None:
    tender = ranked(people)
    lot = tender.lots[0]
    reasons = {row.bid.public_id: "A reason." for row in queries.results_of(lot)}
    with at(CLOSES + 6 * DAY):
        proposal = award.propose_award(lot, reasons, by=people.officer)
    with pytest.raises(Forbidden, match="someone else"), at(CLOSES + 6 * DAY):
        award.decide_award(proposal, by=people.officer)


def test_every_bidder_needs_a_reason(people: House) -> None:
    tender = ranked(people)
    winner = queries.results_of(tender.lots[0])[0].bid.public_id
    with pytest.raises(InputErrors, match="Unit 2: write the reason"), at(CLOSES + 6 * DAY):
        award.propose_award(tender.lots[0], {winner: "Best."}, by=people.officer)


def test_two_awards_of_one_lot_end_in_one(people: House) -> None:
    tender = awarded(people)
    first = queries.awards_of(tender)[0]
    values = {column.name: getattr(first, column.name) for column in sa.inspect(Award).columns}
    copy = Award(**{**values, "id": None, "number": "A-2"})
    db.session.add(copy)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_contract_is_not_drawn_on_the_last_day_of_standstill(people: House) -> None:
    tender = awarded(people)
    row = queries.awards_of(tender)[0]
    with pytest.raises(DomainError, match="standstill lasts"), at(dt.datetime(2026, 4, 20, 12, tzinfo=dt.UTC)):
        award.contract_from_award(row, by=people.officer)


def test_steps_out_of_order_are_refused_in_words(people: House) -> None:
    tender = published(people)
    for step in (
        lambda: tenders.approve(tender, by=people.second),
        lambda: tenders.publish(tender, by=people.second),
        lambda: evaluation.lock_scores(tender, by=people.chair),
        lambda: evaluation.rank(tender, by=people.chair),
        lambda: award.propose_award(tender.lots[0], {}, by=people.officer),
    ):
        with pytest.raises(IllegalStep), at(START + DAY):
            step()


def test_a_tender_without_bids_ends_at_the_deadline(people: House) -> None:
    tender = published(people)
    with at(CLOSES + HOUR):
        assert opening.publish_due_manifests() == 1
        assert opening.publish_due_manifests() == 0
    assert tender.state == "unsuccessful"
    assert [lot.ended_code for lot in tender.lots] == ["no-rece", "no-rece"]


def test_the_state_at_the_deadline_is_derived_from_the_clock(people: House) -> None:
    tender = published(people)
    assert tender.phase(CLOSES - 11 * DAY) == "published"
    assert tender.phase(CLOSES) == "questions_closed"
    assert tender.phase(CLOSES + MICROSECOND) == "sealed"


def test_a_changed_receipt_breaks_the_manifest_and_nothing_opens(people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    with at(CLOSES + HOUR):
        opening.publish_manifest(tender)
        changed = Manifest.from_json(tender.manifest).to_json()
        changed["receipts"][0]["receipt"]["parts"][0]["sha256"] = "0" * 64  # type: ignore[index]
        tender.manifest = changed
    declared(tender, people)
    with at(CLOSES + HOUR):
        opening.join_opening(tender, "quality", PASSPHRASES[0], by=people.officer)
    with pytest.raises(DomainError, match="signature"), at(CLOSES + HOUR):
        opening.join_opening(tender, "quality", PASSPHRASES[1], by=people.second)


def test_letters_go_to_every_bidder(people: House) -> None:
    tender = awarded(people)
    found = [(letter.organisation_id, letter.file.media_type) for letter in queries.awards_of(tender)[0].letters]
    assert found == [(row.organisation_id, "application/pdf") for row in people.bidders[:2]]


def test_a_large_attachment_lies_sealed_in_a_file_and_not_in_the_row(people: House) -> None:
    tender = published(people)
    bid = drafted_bid(tender, people.bidders[0])
    content = b"%PDF-1.7 " + b"statutes " * 10_000
    with at(CLOSES - DAY):
        bids.add_document(bid, content, "statutes.pdf", by=people.bidders[0])
        bids.submit_bid(bid, by=people.bidders[0])
    part = next(row for row in bid.parts if row.document == 1)
    assert part.ciphertext is None
    assert part.size > 64 * 1024
    sealed = bids.ciphertext_of(part)
    assert b"statutes" not in sealed
    assert len(sealed) == part.size


def test_attachments_open_with_the_quality_envelope(people: House) -> None:
    tender = published(people)
    bid = drafted_bid(tender, people.bidders[0])
    content = b"%PDF-1.7 statutes"
    with at(CLOSES - DAY):
        bids.add_document(bid, content, "statutes.pdf", by=people.bidders[0])
        bids.submit_bid(bid, by=people.bidders[0])
    with pytest.raises(NotFound):
        bid_queries.opened_file(bid, 1)
    opened(tender, people, "quality", CLOSES + HOUR)
    file = bid_queries.opened_file(bid, 1)
    assert (file.filename, files.read(file)) == ("statutes.pdf", content)


def test_a_file_of_another_kind_is_refused(people: House) -> None:
    tender = published(people)
    bid = drafted_bid(tender, people.bidders[0])
    with pytest.raises(InputErrors, match="is not a PDF"), at(CLOSES - DAY):
        bids.add_document(bid, b"MZ program", "statutes.pdf", by=people.bidders[0])


def test_an_award_sent_back_frees_the_lot_for_another_proposal(people: House) -> None:
    tender = ranked(people)
    lot = tender.lots[0]
    reasons = {row.bid.public_id: "A reason." for row in queries.results_of(lot)}
    with at(CLOSES + 6 * DAY):
        first = award.propose_award(lot, reasons, by=people.officer)
        award.send_award_back(first, reason="Say more about the plan.", by=people.chair)
        second = award.propose_award(lot, reasons, by=people.officer)
    assert queries.living_award(lot) == second


def test_a_lot_ended_with_its_reason_lets_the_tender_go_on(people: House) -> None:
    tender = ranked(people)
    with at(CLOSES + 6 * DAY):
        for lot in tender.lots:
            award.end_lot(lot, "ins-fund", "The budget was cut.", by=people.officer)
    assert tender.state == "unsuccessful"


def test_no_calendar_for_the_year_is_an_error_and_not_a_guess(people: House) -> None:
    with pytest.raises(DomainError, match="2031"):
        tenders.periods(dt.date(2026, 1, 1)).is_working(dt.date(2031, 1, 1))
