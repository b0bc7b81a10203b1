"""Tenders in every stage, each walked there through the services, at the instants it would have happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal

from core import clock
from core.actors import Actor
from core.config import fund
from core.db import database_clock
from demo.people import Staff
from demo.scenes import SCENES, STAGES, Scene
from demo.story import RATES
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.scoring.abnormal import LabourFloor
from procurement.services import admission, award, bids, contracts, evaluation, keys, opening, tenders
from procurement.terms import CriterionTerms, LotTerms, TenderTerms

PASSPHRASES = ("saffron and indigo", "six knots on a thread")
"""What A. Tiriel and M. Oussane type at an opening in the demo."""
ANSWERS = {
    "Q1": "Each member has two carers who know the house. "
    "A plan is written with the family and read again each quarter.",
    "Q2": "The desk answers the phone from seven to nineteen; a missed visit is replaced within two hours.",
}
REASONS = (
    "First by total: strong continuity of carers, a clear promise on permanent contracts and a fair price.",
    "A good plan; the promise on jobs is lower and the answer times less certain than the winner's.",
    "The plan leaves nights open, and the price is higher.",
)


def tell(staff: Staff, desks: Mapping[str, Mapping[str, Actor]]) -> list[str]:
    """All scenes; the numbers of the tenders."""
    return [_play(scene, staff, desks).number for scene in SCENES]


def _play(scene: Scene, staff: Staff, desks: Mapping[str, Mapping[str, Actor]]) -> Tender:
    reached = STAGES.index(scene.stage)
    closes_at = _instant(scene.closes, scene.hour)
    start = min(closes_at - dt.timedelta(days=32), clock.now() - dt.timedelta(days=1))
    with _at(start):
        tender = tenders.draft_tender(_terms(scene, staff, closes_at), by=staff.officer)
        if reached >= STAGES.index("submitted"):
            tenders.send_for_approval(tender, by=staff.officer)
    if reached < STAGES.index("open"):
        return tender
    with _at(start + dt.timedelta(hours=6)):
        _make_keys(tender, staff)
        tenders.publish(tender, by=staff.second_officer)
    _bid(scene, tender, desks, closes_at)
    if scene.stage == "cancelled":
        with _at(closes_at - dt.timedelta(days=2)):
            tenders.cancel(tender, reason="The building is needed as a school.", by=staff.officer)
    elif reached >= STAGES.index("sealed") and clock.now() > closes_at:
        _evaluate(scene, tender, staff, desks, closes_at)
    return tender


def _evaluate(
    scene: Scene, tender: Tender, staff: Staff, desks: Mapping[str, Mapping[str, Actor]], closes_at: dt.datetime
) -> None:
    """From the sealed bids to the signed contract, as far as the scene goes."""
    with _at(closes_at + dt.timedelta(minutes=1)):
        opening.publish_manifest(tender)
    reached = STAGES.index(scene.stage)
    if reached >= STAGES.index("scoring"):
        _open(tender, "quality", staff, closes_at + dt.timedelta(hours=3))
        _score(tender, staff, closes_at + dt.timedelta(days=2), is_complete=reached > STAGES.index("scoring"))
    if reached >= STAGES.index("ranked"):
        _open(tender, "price", staff, closes_at + dt.timedelta(days=4))
        with _at(closes_at + dt.timedelta(days=5)):
            evaluation.rank(tender, by=staff.chair)
    if reached >= STAGES.index("standstill"):
        _award(tender, staff, closes_at + dt.timedelta(days=8))
    if reached >= STAGES.index("contracted"):
        _contract(tender, staff, desks, closes_at + dt.timedelta(days=25))


def _terms(scene: Scene, staff: Staff, closes_at: dt.datetime) -> TenderTerms:
    unit = Decimal(RATES[scene.service]) * 10 ** fund().currency.exponent
    lots = [
        LotTerms(
            place.capitalize(),
            int(unit * Decimal("1.25")) * volume,
            [(scene.service, volume)],
            floor=int(unit * Decimal("0.9")) * volume,
            place=place,
            is_reserved=number == 2,
        )
        for number, (place, volume) in enumerate(zip(scene.places, scene.volumes, strict=True), start=1)
    ]
    return TenderTerms(
        title=scene.title,
        service_line=scene.service_line,
        summary="Care close to home, by people with decent work.",
        questions_until=closes_at - dt.timedelta(days=11),
        closes_at=closes_at,
        starts_on=(closes_at + dt.timedelta(days=45)).date().replace(day=1),
        ends_on=(closes_at + dt.timedelta(days=45 + 700)).date(),
        lots=lots,
        criteria=_criteria(scene),
        officers=[staff.officer.account_id or 0, staff.second_officer.account_id or 0],
        evaluators=[row.account_id or 0 for row in (staff.evaluator, staff.evaluator_two, staff.evaluator_three)],
        labour_floor=LabourFloor(unit * Decimal("0.5"), Decimal("0.2"), Decimal("0.1")),
        draw_source="first draw of the national lottery after the ranking",
    )


def _criteria(scene: Scene) -> list[CriterionTerms]:
    return [
        CriterionTerms("PRICE", "price", "Price", Decimal(scene.price_weight)),
        CriterionTerms("Q1", "quality", "Care quality", Decimal(15), question="How do you plan care with the member?"),
        CriterionTerms("Q2", "quality", "Answer times", Decimal(10), question="How are missed visits answered?"),
        _social("C6", "Permanent contracts", 20, "Share of permanent contracts", (50, 95), "%"),
        _social("C11", "Training", 10, "Paid training hours per worker and year", (8, 40), "hours"),
        _social("C19", "Local roots", 5, "Share of the municipalities served", (60, 100), "%"),
    ]  # fmt: skip


def _social(code: str, name: str, weight: int, question: str, anchors: tuple[int, int], unit: str) -> CriterionTerms:
    """Points rise in a line between two anchors: none at the first, all at the second."""
    zero_at, full_at = map(Decimal, anchors)
    return CriterionTerms(
        code,
        "social",
        name,
        Decimal(weight),
        question=question,
        measure="lin_up",
        zero_at=zero_at,
        full_at=full_at,
        unit=unit,
        evidence="social security list, twelve months",
    )


def _bid(scene: Scene, tender: Tender, desks: Mapping[str, Mapping[str, Actor]], closes_at: dt.datetime) -> None:
    """Cooperatives bid; those of `drafts` have only begun."""
    unit = Decimal(RATES[scene.service]) * 10 ** fund().currency.exponent
    latest = min(closes_at - dt.timedelta(hours=20), clock.now() - dt.timedelta(hours=1))
    for position, key in enumerate((*scene.bidders, *scene.drafts)):
        by = desks[key]["manager"]
        lots = (1, 2) if position % 3 != 2 else (1,)
        with _at(latest - dt.timedelta(hours=7 * position)):
            bid = bids.start_bid(tender, by=by)
            bids.save_draft(bid, by=by, is_confirmed=True, lots=lots)
            if key in scene.drafts:
                bids.save_draft(bid, by=by, answers={"Q1": ANSWERS["Q1"]})
                continue
            rate = (unit * (Decimal(100 + 4 * position) / 100)).quantize(Decimal(1))
            bids.save_draft(
                bid,
                by=by,
                answers=ANSWERS,
                promises={"C6": str(88 - 6 * position), "C11": str(36 - 5 * position), "C19": str(96 - 3 * position)},
                has_documents=True,
                rates={lot: {scene.service: rate} for lot in lots},
            )
            bids.submit_bid(bid, by=by)


def _open(tender: Tender, envelope: str, staff: Staff, when: dt.datetime) -> None:
    with _at(when):
        opening.declare_interest(tender, "none", by=staff.chair)
    for officer, passphrase in _with_passphrases(staff):
        with _at(when):
            opening.declare_interest(tender, "none", by=officer)
            opening.join_opening(tender, envelope, passphrase, by=officer)


def _score(tender: Tender, staff: Staff, when: dt.datetime, *, is_complete: bool) -> None:
    """Three evaluators mark; in an unfinished scene the last one has not begun."""
    evaluators = (staff.evaluator, staff.evaluator_two, staff.evaluator_three)
    for place, who in enumerate(evaluators if is_complete else evaluators[:2]):
        with _at(when):
            opening.declare_interest(tender, "none", by=who)
            for position, bid in enumerate(queries.bids_in(tender, "opened")):
                marks = {
                    "Q1": (max(4 - position, 2), "The plan is concrete and names who does what."),
                    "Q2": (4 if (place + position) % 2 else 3, "Answer times are measured; nights are thin."),
                }
                evaluation.save_marks(tender, bid.public_id, marks, by=who)
            evaluation.submit_marks(tender, by=who)
    if is_complete:
        with _at(when + dt.timedelta(hours=4)):
            _admit(tender, staff)
            evaluation.lock_scores(tender, by=staff.chair)


def _admit(tender: Tender, staff: Staff) -> None:
    """All bidders are checked and admitted."""
    for bid in queries.bids_in(tender, "opened"):
        blank = {"slc": admission.Found("met", "Seen in the register."), "exg": admission.Found("absent")}
        found = {code: row if row.finding else blank[code[:3]] for code, row in admission.prefilled(bid).items()}
        admission.check(bid, found, by=staff.officer)
        admission.decide(bid, "admitted", "All papers are in order.", by=staff.officer)


def _award(tender: Tender, staff: Staff, when: dt.datetime) -> None:
    for lot in tender.lots:
        with _at(when):
            results = queries.results_of(lot)
            reasons = {row.bid.public_id: REASONS[min((row.rank or 3) - 1, 2)] for row in results}
            proposal = award.propose_award(lot, reasons, by=staff.officer)
        with _at(when + dt.timedelta(hours=5)):
            award.decide_award(proposal, by=staff.chair)


def _contract(tender: Tender, staff: Staff, desks: Mapping[str, Mapping[str, Actor]], when: dt.datetime) -> None:
    managers = {desk["manager"].organisation_id: desk["manager"] for desk in desks.values()}
    for lot in tender.lots:
        with _at(when):
            decided = queries.living_award(lot)
            if decided is None:
                continue
            contract = award.contract_from_award(decided, by=staff.officer)
            contracts.sign(contract, by=managers[contract.organisation_id])
            contracts.sign(contract, by=staff.officer)


def _with_passphrases(staff: Staff) -> list[tuple[Actor, str]]:
    return list(zip((staff.officer, staff.second_officer), PASSPHRASES, strict=True))


def _make_keys(tender: Tender, staff: Staff) -> None:
    """Both officers choose, the second one approves, both rehearse."""
    for officer, passphrase in _with_passphrases(staff):
        keys.choose_passphrase(tender, passphrase, by=officer)
    tenders.approve(tender, by=staff.second_officer)
    for officer, passphrase in _with_passphrases(staff):
        keys.rehearse(tender, passphrase, by=officer)


def _instant(days: int, hour: int) -> dt.datetime:
    day = clock.today(fund().zone) + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(hour), fund().zone).astimezone(dt.UTC)


@contextmanager
def _at(instant: dt.datetime) -> Iterator[None]:
    with clock.frozen(instant), database_clock(lambda: instant):
        yield
