"""Every verb that moves a tender, a lot, a bid, an award, a complaint or a contract: the moment at which it is right,
the service that does it, and the form that asks for it. The tests of wrong moments are made from this table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.actors import Actor
from core.db import db
from core.roles import Role
from procurement.grounds import ASKED, EXCLUSION
from procurement.models.bid import Bid
from procurement.models.complaint import Complaint
from procurement.models.contract import Contract
from procurement.models.ending import ContractEnding
from procurement.models.evaluation import Award
from procurement.models.tender import Lot, Tender
from procurement.queries import notices as notice_queries
from procurement.queries import tenders as queries
from procurement.queries.court import contracts_of
from procurement.queries.endings import open_ending
from procurement.sealing import EnvelopeKind
from procurement.services import (
    admission,
    asking,
    award,
    bids,
    complaints,
    contracts,
    evaluation,
    keys,
    notices,
    opening,
    portal,
    tenders,
)
from procurement.services.closing import close
from procurement.services.sealed_bids import take_sealed
from tests.accounts import actor_with
from tests.procurement import tendering
from tests.procurement.tendering import CLOSES, PASSPHRASES, START, House, at

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
OPENING, SCORING, PRICES, RANKING = CLOSES + HOUR, CLOSES + 3 * DAY, CLOSES + 4 * DAY, CLOSES + 5 * DAY
SIGNING = dt.datetime(2026, 4, 21, 8, tzinfo=dt.UTC)  # the standstill ends on 20 April
MODELS: dict[str, Any] = {
    "tender": Tender, "lot": Lot, "bid": Bid, "award": Award, "complaint": Complaint, "contract": Contract,
}  # fmt: skip
SCORED = ("opened_quality", "admin_review")
RANKABLE = ("opened_price", "abnormal_review")


class Scene:
    """A tender at one moment, its people, and the first row of each kind."""

    def __init__(self, people: House, tender: Tender) -> None:
        self.number, self.officer, self.second, self.chair = tender.number, people.officer, people.second, people.chair
        self.bidder, self.rival, self.evaluator = people.bidders[0], people.bidders[1], people.evaluators[0]
        self.reviewer = actor_with(Role.COMPLAINTS_OFFICER, name="K. Reviewer")
        self.people = people

    def row(self, kind: str) -> Any:
        """The first row of a kind, as the database holds it."""
        model = MODELS[kind]
        query = sa.select(model).order_by(model.id).limit(1).execution_options(populate_existing=True)
        return db.session.execute(query).scalar_one()

    def __getattr__(self, kind: str) -> Any:
        if kind not in MODELS:
            raise AttributeError(kind)
        return self.row(kind)

    def tender_bids(self) -> list[Bid]:
        return list(queries.bids_in(self.tender, "opened"))

    def path(self, template: str) -> str:
        names = {name: self.row(name) for name in MODELS if f"{{{name}" in template}
        return template.format(number=self.number, **names)


Service = Callable[[Scene], object]


@dataclass(frozen=True)
class Verb:
    """`moves`: machine → the actions it takes; the machine in `refuses` answers in words, others may just not move.

    `within`: the tender's states in which the verb is possible, where the tender itself need not move.
    `page`: who sends which form to which address; None where the verb has no form of its own, with the reason.
    """

    name: str
    when: dt.datetime
    scene: Callable[[House], Scene]
    service: Service
    moves: Mapping[str, tuple[str, ...]]
    refuses: tuple[str, ...]
    within: tuple[str, ...] = ()
    page: tuple[str, str, Mapping[str, Any]] | None = None


# --- the moments -----------------------------------------------------------------------------------------------------


def drafted(people: House) -> Scene:
    with at(START):
        return Scene(people, tenders.draft_tender(tendering.terms(people), by=people.officer))


def submitted(people: House) -> Scene:
    scene = drafted(people)
    with at(START):
        tenders.send_for_approval(scene.tender, by=people.officer)
        for who, passphrase in tendering.officers(people):
            keys.choose_passphrase(scene.tender, passphrase, by=who)
    return scene


def rehearsed(people: House) -> Scene:
    tender = tendering.approved(people)
    for who, passphrase in tendering.officers(people):
        with at(START):
            keys.rehearse(tender, passphrase, by=who)
    return Scene(people, tender)


def published(people: House) -> Scene:
    return Scene(people, tendering.published(people))


def ready_to_send(people: House) -> Scene:
    scene = published(people)
    tendering.drafted_bid(scene.tender, people.bidders[0])
    return scene


def sent(people: House) -> Scene:
    scene = published(people)
    tendering.sent_bid(scene.tender, people.bidders[0], (1, 2), promise="90")
    tendering.sent_bid(scene.tender, people.bidders[1], (1, 2), "8500000", "60")
    return scene


def amended(people: House) -> Scene:
    scene = sent(people)
    with at(CLOSES - DAY / 2):
        changed = tendering.terms(people, title="Changed late")
        notices.propose_amendment(scene.tender, changed, reason="More islands.", by=people.officer)
        notices.publish_amendment(notice_queries.waiting_amendment(scene.tender), by=people.second)
    return scene


def change_waiting(people: House) -> Scene:
    scene = sent(people)
    with at(CLOSES - DAY / 2):
        changed = tendering.terms(people, title="Changed late")
        notices.propose_amendment(scene.tender, changed, reason="More islands.", by=people.officer)
    return scene


def closing(people: House) -> Scene:
    """One bid was only begun, another sent for the second lot alone."""
    scene = published(people)
    tendering.drafted_bid(scene.tender, people.bidders[0])
    tendering.sent_bid(scene.tender, people.bidders[1], (2,))
    return scene


def closed_without_lot_1(people: House) -> Scene:
    scene = closing(people)
    with at(OPENING):
        opening.publish_manifest(scene.tender)
    return scene


def one_officer_there(people: House) -> Scene:
    scene = sent(people)
    for who, _passphrase in tendering.officers(people):
        with at(OPENING):
            opening.publish_manifest(scene.tender)
            opening.declare_interest(scene.tender, "none", by=who)
    with at(OPENING):
        opening.join_opening(scene.tender, "quality", PASSPHRASES[0], by=people.officer)
    return scene


def opened(people: House) -> Scene:
    scene = sent(people)
    tendering.opened(scene.tender, people, "quality", OPENING)
    return scene


def checked(people: House) -> Scene:
    """Opened; the first bidder's checklist shows a ground to exclude it."""
    scene = opened(people)
    with at(SCORING):
        found = {code: tendering.whole(code) for code in (*ASKED, *EXCLUSION)}
        found[next(iter(EXCLUSION))] = admission.Found("applies", "A judgment.")
        admission.check(scene.bid, found, by=people.officer)
    return scene


def excluded(people: House) -> Scene:
    """Excluded by mistake: the checklist was mended."""
    scene = checked(people)
    with at(SCORING):
        admission.decide(scene.bid, "excluded", "A judgment.", by=people.officer)
    with at(SCORING):
        found = {code: tendering.whole(code) for code in (*ASKED, *EXCLUSION)}
        admission.check(scene.bid, found, by=people.officer)
    return scene


def marked(people: House) -> Scene:
    scene = opened(people)
    for who in people.evaluators:
        with at(SCORING):
            opening.declare_interest(scene.tender, "none", by=who)
            for bid in queries.bids_in(scene.tender, "opened"):
                evaluation.save_marks(scene.tender, bid.public_id, {"Q1": (4, "Clear plan.")}, by=who)
            evaluation.submit_marks(scene.tender, by=who)
    with at(SCORING):
        tendering.admitted(scene.tender, people.officer)
        opening.declare_interest(scene.tender, "none", by=people.chair)
    return scene


def one_officer_there_for_prices(people: House) -> Scene:
    scene = marked(people)
    with at(SCORING):
        evaluation.lock_scores(scene.tender, by=people.chair)
    for who in (people.officer, people.second, people.chair):
        with at(PRICES):
            opening.declare_interest(scene.tender, "none", by=who)
    with at(PRICES):
        opening.join_opening(scene.tender, "price", PASSPHRASES[0], by=people.officer)
    return scene


def price_flagged(people: House) -> Scene:
    """Prices are open and the first is so low that it is flagged; the review has begun."""
    scene = published(people)
    tendering.sent_bid(scene.tender, people.bidders[0], (1, 2), "100", "90")
    tendering.sent_bid(scene.tender, people.bidders[1], (1, 2), "8500000", "60")
    tendering.opened(scene.tender, people, "quality", OPENING)
    tendering.scored(scene.tender, people, {"Unit 1": 4, "Unit 2": 3}, SCORING)
    tendering.opened(scene.tender, people, "price", PRICES)
    return scene


def prices_open(people: House) -> Scene:
    scene = one_officer_there_for_prices(people)
    with at(PRICES):
        opening.join_opening(scene.tender, "price", PASSPHRASES[1], by=people.second)
    return scene


def ranked(people: House) -> Scene:
    return Scene(people, tendering.ranked(people))


def proposed(people: House) -> Scene:
    """The second lot is decided, the first proposed: with it the tender is awarded."""
    scene = ranked(people)
    for lot in scene.tender.lots:
        with at(RANKING + DAY):
            proposal = award.propose_award(lot, reasons(lot), by=people.officer)
    with at(RANKING + 2 * DAY):
        award.decide_award(proposal, by=people.chair)
    return scene


def only_lot_proposed(people: House) -> Scene:
    """The first lot is proposed, the second ranked."""
    scene = ranked(people)
    with at(RANKING + DAY):
        award.propose_award(scene.lot, reasons(scene.lot), by=people.officer)
    return scene


def nobody_left(people: House) -> Scene:
    """A framework whose first member did not sign; its second is the only other bidder."""
    lots = [replace(row, members=2) for row in tendering.terms(people).lots]
    scene = Scene(people, tendering.ranked(people, lots=lots, framework="ranking"))
    with at(RANKING + DAY):
        proposal = award.propose_award(scene.lot, reasons(scene.lot), by=people.officer)
    with at(RANKING + 2 * DAY):
        award.decide_award(proposal, by=people.chair)
    with at(SIGNING):
        award.record_signing_refusal(proposal, "refused", "Its letter.", by=people.officer)
    return scene


def other_lot_ended(people: House) -> Scene:
    scene = ranked(people)
    with at(RANKING):
        award.end_lot(scene.tender.lots[1], "chan-need", "No need.", by=people.officer)
    return scene


def awarded(people: House) -> Scene:
    return Scene(people, tendering.awarded(people))


def one_lot_left(people: House) -> Scene:
    """Awarded; the second lot's contract is drawn."""
    scene = awarded(people)
    with at(SIGNING):
        award.contract_from_award(queries.awards_of(scene.tender)[1], by=people.officer)
    return scene


def contracted(people: House) -> Scene:
    scene = awarded(people)
    for row in queries.awards_of(scene.tender):
        with at(SIGNING):
            award.contract_from_award(row, by=people.officer)
    return scene


def half_signed(people: House) -> Scene:
    scene = contracted(people)
    with at(SIGNING):
        contracts.sign(scene.contract, by=people.officer)
    return scene


def in_force(people: House) -> Scene:
    scene = half_signed(people)
    with at(SIGNING):
        contracts.sign(scene.contract, by=people.bidders[0])
    return scene


def end_agreed(people: House) -> Scene:
    """In force; its end is prepared by one officer and agreed by the provider."""
    scene = in_force(people)
    end = contracts.End("agreement", dt.date(2027, 6, 30), "Both move on.")
    with at(SIGNING):
        contracts.agree_to_end(contracts.prepare_end(scene.contract, end, by=people.officer), by=people.bidders[0])
    return scene


def the_ending(scene: Scene) -> ContractEnding:
    found = open_ending(scene.contract.id)
    assert found is not None
    return found


def over(people: House) -> Scene:
    """Both contracts were signed and have ended."""
    scene = contracted(people)
    for contract in contracts_of(scene.tender):
        with at(SIGNING):
            contracts.sign(contract, by=people.officer)
            contracts.sign(contract, by=people.bidders[0])
            contracts.end(contract, on=contract.valid_from, reason="Given.", by=people.officer)
    return scene


def claimed(people: House) -> Scene:
    scene = awarded(people)
    with at(CLOSES + 10 * DAY):
        complaints.complain(
            scene.tender, "decision", "The plan was misread.", by=people.bidders[1], lot=scene.lot, is_claim=True
        )
    return scene


def complained(people: House) -> Scene:
    scene = awarded(people)
    with at(CLOSES + 10 * DAY):
        complaints.complain(scene.tender, "decision", "The plan was misread.", by=people.bidders[1], lot=scene.lot)
    return scene


def lodged(people: House) -> Scene:
    scene = complained(people)
    with at(CLOSES + 10 * DAY):
        complaints.lodge(scene.complaint, by=people.bidders[1])
    return scene


def reviewed(people: House) -> Scene:
    scene = lodged(people)
    with at(SIGNING):
        complaints.accept(scene.complaint, by=scene.reviewer)
    return scene


def upheld_for(redo: str) -> Callable[[House], Scene]:
    def build(people: House) -> Scene:
        scene = reviewed(people)
        with at(SIGNING):
            uphold(scene, redo)
        return scene

    return build


def marked_again(people: House) -> Scene:
    """The marks of a complaint taken off, given again and handed in."""
    scene = upheld_for("marks")(people)
    with at(SIGNING):
        complaints.resolve(scene.complaint, "Marked again.", by=people.officer)
    for who in people.evaluators:
        with at(SIGNING + HOUR):
            for bid in scene.tender_bids():
                evaluation.save_marks(scene.tender, bid.public_id, {"Q1": (3, "Read again.")}, by=who)
            evaluation.submit_marks(scene.tender, by=who)
    return scene


def elsewhere(people: House) -> Scene:
    """Recorded from a portal, with two bids."""
    scene = drafted(people)
    with at(OPENING):
        portal.record(scene.tender, "National Portal", "44-123", by=people.officer)
        portal.approve(scene.tender, by=people.officer)
        portal.approve(scene.tender, by=people.second)
        for who in people.bidders[:2]:
            portal.record_bid(scene.tender, portal_bid(who), by=people.officer)
    return scene


def elsewhere_marked(people: House) -> Scene:
    scene = elsewhere(people)
    with at(OPENING):
        portal.take_over(scene.tender, by=people.officer)
        opening.declare_interest(scene.tender, "none", by=people.officer)
    tendering.scored(scene.tender, people, {"Unit 1": 4, "Unit 2": 3}, SCORING)
    return scene


# --- what the verbs are told -----------------------------------------------------------------------------------------


def reasons(lot: Lot) -> dict[str, str]:
    return {row.bid.public_id: "A reason." for row in queries.results_of(lot)}


def portal_bid(who: Actor) -> portal.PortalBid:
    rates = {1: {"HC-VISIT": Decimal(8_000_000)}, 2: {"HC-NIGHT": Decimal(8_000_000)}}
    return portal.PortalBid(who.organisation_id or 0, (1, 2), {"Q1": "A plan."}, {"C6": "80"}, rates)


def uphold(scene: Scene, redo: str = "ranking") -> None:
    complaints.decide(
        scene.complaint, "uphold", "accepted", "A formula was misread.", by=scene.reviewer, remedy="set-aside",
        redo=redo,
    )  # fmt: skip


def resolve(scene: Scene) -> None:
    complaints.resolve(scene.complaint, "Done again.", by=scene.officer)


def publish_change(scene: Scene) -> None:
    notices.publish_amendment(notice_queries.waiting_amendment(scene.tender, is_held=True), by=scene.second)


# --- the table -------------------------------------------------------------------------------------------------------

AWARD_PAGE = "/tenders/{number}/lots/1/award"
ADMISSION_PAGE = "/tenders/{number}/admission/{bid.public_id}"
COMPLAINT_PAGE = "/complaints/{complaint.number}"
BEFORE_CONTRACTS = ("opened_price", "abnormal_review", "ranked", "awarded")
RESOLVED = ("officer", COMPLAINT_PAGE, {"answer": "resolve", "redone": "Done again."})
SEALED = {EnvelopeKind.QUALITY: bytes(48 + 4096), EnvelopeKind.PRICE: b"1" * (48 + 4096)}  # as long as an envelope
REVIEW = {"decision": "Read as written.", "outcome": "rej-nirreg"}
VERBS = (
    Verb("send for approval", START, drafted, lambda s: tenders.send_for_approval(s.tender, by=s.officer),
         {"tender": ("send_for_approval",)}, ("tender",),
         page=("officer", "/tenders/{number}/edit", {"draft": "send"})),
    Verb("send back", START, submitted, lambda s: tenders.send_back(s.tender, reason="Lot 2.", by=s.second),
         {"tender": ("send_back",)}, ("tender",),
         page=("second", "/tenders/{number}/approval", {"answer": "send_back", "reason": "Lot 2."})),
    Verb("approve", START, submitted, lambda s: tenders.approve(s.tender, by=s.second),
         {"tender": ("approve",)}, ("tender",), page=("second", "/tenders/{number}/approval", {"answer": "approve"})),
    Verb("publish", START, rehearsed, lambda s: tenders.publish(s.tender, by=s.second),
         {"tender": ("publish",)}, ("tender",), page=("second", "/tenders/{number}/approval", {"answer": "publish"})),
    Verb("cancel", START + DAY, published, lambda s: tenders.cancel(s.tender, reason="No need.", by=s.officer),
         {"tender": ("cancel",)}, ("tender",), page=("officer", "/tenders/{number}/cancel", {"reason": "No need."})),
    Verb("take over bids", OPENING, elsewhere, lambda s: portal.take_over(s.tender, by=s.officer),
         {"tender": ("take_over",), "bid": ("record",)}, ("tender",),
         page=("officer", "/tenders/{number}/portal", {"answer": "take_over"})),
    Verb("take prices", PRICES, elsewhere_marked, lambda s: portal.take_prices(s.tender, by=s.officer),
         {"tender": ("take_prices",)}, ("tender",),
         page=("officer", "/tenders/{number}/portal", {"answer": "take_prices"})),
    Verb("open quality", OPENING, one_officer_there,
         lambda s: opening.join_opening(s.tender, "quality", PASSPHRASES[1], by=s.second),
         {"tender": ("open_quality",), "bid": ("open", "find_unreadable")}, ("tender",),
         page=("second", "/tenders/{number}/opening", {"passphrase": PASSPHRASES[1]})),
    Verb("exclude", SCORING, checked, lambda s: admission.decide(s.bid, "excluded", "A judgment.", by=s.officer),
         {"tender": ("review_admission",), "bid": ("exclude", "readmit")}, ("bid",), SCORED,
         ("officer", ADMISSION_PAGE, {"answer": "decide", "decision": "excluded", "reason": "A judgment."})),
    Verb("readmit", SCORING, excluded, lambda s: admission.decide(s.bid, "admitted", "In order.", by=s.officer),
         {"bid": ("readmit", "exclude")}, ("bid",), SCORED,
         ("officer", ADMISSION_PAGE, {"answer": "decide", "decision": "admitted", "reason": "In order."})),
    Verb("lock scores", SCORING, marked, lambda s: evaluation.lock_scores(s.tender, by=s.chair),
         {"tender": ("lock_scores",), "bid": ("fall_short",)}, ("tender",),
         page=("chair", "/tenders/{number}/lock", {"answer": "lock"})),
    Verb("open prices", PRICES, one_officer_there_for_prices,
         lambda s: opening.join_opening(s.tender, "price", PASSPHRASES[1], by=s.second),
         {"tender": ("open_price",)}, ("tender",),
         page=("second", "/tenders/{number}/opening", {"passphrase": PASSPHRASES[1]})),
    Verb("ask about a low price", PRICES, price_flagged,
         lambda s: asking.ask_about_price(s.lot, s.bid.public_id, "The wages.", 3, by=s.officer),
         {"tender": ("review_prices", "rank")}, ("tender",),
         page=("officer", "/tenders/{number}/lots/1/flags/{bid.public_id}/ask", {"elements": "Wages.", "days": "3"})),
    Verb("rank", RANKING, prices_open, lambda s: evaluation.rank(s.tender, by=s.chair),
         {"tender": ("rank",), "lot": ("rank",)}, ("tender",), page=("chair", "/tenders/{number}/ranking", {})),
    Verb("propose an award", RANKING, ranked, lambda s: award.propose_award(s.lot, reasons(s.lot), by=s.officer),
         {"lot": ("propose",)}, ("lot",), ("ranked",), ("officer", AWARD_PAGE, {"answer": "propose"})),
    Verb("send an award back", RANKING + 2 * DAY, only_lot_proposed,
         lambda s: award.send_award_back(s.award, reason="Too thin.", by=s.chair),
         {"lot": ("send_back",), "award": ("send_back",)}, ("lot", "award"), ("ranked",),
         ("chair", AWARD_PAGE, {"answer": "send_back", "reason": "Too thin."})),
    Verb("decide an award", RANKING + 2 * DAY, proposed, lambda s: award.decide_award(s.award, by=s.chair),
         {"lot": ("award",), "award": ("decide",), "tender": ("award",)}, ("lot", "award", "tender"),
         page=("chair", AWARD_PAGE, {"answer": "decide"})),
    Verb("go on with the members", SIGNING, nobody_left, lambda s: award.go_on_with_members(s.lot, by=s.officer),
         {"lot": ("keep_members",)}, ("lot",), ("ranked",), ("officer", AWARD_PAGE, {"answer": "go_on"})),
    Verb("end a lot", RANKING, ranked, lambda s: award.end_lot(s.lot, "chan-need", "No need.", by=s.officer),
         {"lot": ("end_without_result",)}, ("lot",), (*SCORED, "quality_scored", *BEFORE_CONTRACTS),
         ("officer", AWARD_PAGE, {"answer": "end", "ended_code": "chan-need", "reason": "No need."})),
    Verb("end the last lot", RANKING, other_lot_ended,
         lambda s: award.end_lot(s.lot, "ins-fund", "None.", by=s.officer),
         {"tender": ("end_without_result",)}, (), (),
         ("officer", AWARD_PAGE, {"answer": "end", "ended_code": "ins-fund", "reason": "None."})),
    Verb("draw a contract", SIGNING, one_lot_left, lambda s: award.contract_from_award(s.award, by=s.officer),
         {"lot": ("contract",), "award": ("contract",)}, ("lot", "award"),
         ("admin_review", "quality_scored", *BEFORE_CONTRACTS),
         ("officer", AWARD_PAGE, {"answer": "contract"})),
    Verb("draw the last contract", SIGNING, one_lot_left, lambda s: award.contract_from_award(s.award, by=s.officer),
         {"tender": ("contract",)}, ()),
    Verb("close", SIGNING + DAY, over, lambda s: close(s.tender, reason="All given.", by=s.officer),
         {"tender": ("close",)}, ("tender",),
         page=("officer", "/tenders/{number}/close", {"acceptance": "All given."})),
    Verb("set an award aside", SIGNING, contracted,
         lambda s: award.record_signing_refusal(s.award, "refused", "Its letter of today.", by=s.officer),
         {"tender": ("next_bidder",), "lot": ("set_aside",), "award": ("set_aside",), "contract": ("lapse",)},
         ("lot", "award"), ("ranked", "awarded", "contracted"),
         ("officer", AWARD_PAGE, {"answer": "set_aside", "how": "refused", "refusal": "Its letter of today."})),
    Verb("rank again", SIGNING + DAY, upheld_for("ranking"), resolve,
         {"tender": ("redo_ranking",), "lot": ("redo_ranking", "take_up_again"), "award": ("annul",)}, ("lot",),
         ("admin_review", "quality_scored", *RANKABLE), RESOLVED),
    Verb("check and score again", SIGNING + DAY, upheld_for("marks"), resolve,
         {"tender": ("redo_scores",), "lot": ("redo_ranking", "take_up_again"), "bid": ("score_again",)}, ("tender",),
         SCORED, RESOLVED),
    Verb("lock what was scored again", SIGNING + DAY, marked_again,
         lambda s: evaluation.lock_scores(s.tender, by=s.chair),
         {"tender": ("lock_scores", "keep_prices")}, ("tender",),
         page=("chair", "/tenders/{number}/lock", {"answer": "lock"})),
    Verb("award again", SIGNING + DAY, upheld_for("award"), resolve,
         {"tender": ("redo_award",), "lot": ("redo_award",)}, ("lot",),
         ("admin_review", "quality_scored", *RANKABLE, "ranked", "unsuccessful"), RESOLVED),
    Verb("set a tender aside", SIGNING + DAY, upheld_for("cancel"), resolve,
         {"tender": ("set_aside", "cancel")}, ("tender",), (), RESOLVED),
    Verb("start a bid", START + DAY, published, lambda s: bids.start_bid(s.tender, by=s.bidder), {}, (),
         ("published",), ("bidder", "/tenders/{number}/bid", {})),
    Verb("save a draft", CLOSES - 5 * DAY, ready_to_send, lambda s: bids.save_draft(s.bid, by=s.bidder, lots=(1, 2)),
         {}, (), ("published",), ("bidder", "/tenders/{number}/bid/lots", {"lots": ["1", "2"]})),
    Verb("send a bid", CLOSES - DAY, ready_to_send, lambda s: bids.submit_bid(s.bid, by=s.bidder),
         {"bid": ("send",)}, ("bid",), ("published",), ("bidder", "/tenders/{number}/bid/send", {})),
    Verb("send a sealed bid", CLOSES - DAY, ready_to_send, lambda s: take_sealed(s.bid, [1], SEALED, by=s.bidder),
         {"bid": ("send",)}, ("bid",), ("published",),
         ("bidder", "/tenders/{number}/bid-sealed", {"lots": "1", **{kind.value: SEALED[kind] for kind in SEALED}})),
    Verb("withdraw a bid", CLOSES - DAY / 2, sent, lambda s: bids.withdraw_bid(s.bid, by=s.bidder),
         {"bid": ("withdraw",)}, ("bid",), ("published",), ("bidder", "/tenders/{number}/bid-withdrawal", {})),
    Verb("confirm a bid", CLOSES, amended, lambda s: bids.confirm_bid(s.bid, by=s.bidder),
         {"bid": ("confirm",)}, ("bid",), ("published",), ("bidder", "/tenders/{number}/bid-confirmation", {})),
    Verb("publish a change", CLOSES - DAY / 3, change_waiting, publish_change,
         {"bid": ("unsettle",)}, (), ("published",), ("second", "/tenders/{number}/amendment/approval", {})),
    Verb("fix the bids", OPENING, closing, lambda s: opening.publish_manifest(s.tender),
         {"bid": ("lapse",), "lot": ("end_without_result",)}, (), ("published",)),
    Verb("take up again", OPENING, closed_without_lot_1,
         lambda s: notices.extend(s.tender, CLOSES + 20 * DAY, reason="Late answer.", by=s.officer),
         {"bid": ("take_up_again",), "lot": ("take_up_again",)}, (), ("published",)),
    Verb("settle a claim", SIGNING, claimed, lambda s: complaints.settle(s.complaint, "It was read.", by=s.officer),
         {"complaint": ("settle",)}, ("complaint",),
         page=("officer", COMPLAINT_PAGE, {"answer": "settle", "answer_text": "It was read."})),
    Verb("lodge a complaint", CLOSES + 11 * DAY, claimed, lambda s: complaints.lodge(s.complaint, by=s.rival),
         {"complaint": ("write", "lodge")}, ("complaint",), page=("rival", COMPLAINT_PAGE, {"answer": "lodge"})),
    Verb("stop a complaint", CLOSES + 11 * DAY, lodged, lambda s: complaints.stop(s.complaint, by=s.rival),
         {"complaint": ("stop",)}, ("complaint",), page=("rival", COMPLAINT_PAGE, {"answer": "stop"})),
    Verb("forget a draft", SIGNING + DAY, complained,
         lambda s: complaints.forget_late_drafts(SIGNING + DAY, by=s.officer),
         {"complaint": ("forget",)}, ()),
    Verb("accept a complaint", SIGNING, lodged, lambda s: complaints.accept(s.complaint, by=s.reviewer),
         {"complaint": ("accept",)}, ("complaint",), page=("reviewer", COMPLAINT_PAGE, {"answer": "accept"})),
    Verb("find a complaint invalid", SIGNING, lodged,
         lambda s: complaints.decide(s.complaint, "find_invalid", "rej-ncomp", "No grounds.", by=s.reviewer),
         {"complaint": ("find_invalid",)}, ("complaint",),
         page=("reviewer", COMPLAINT_PAGE, {"answer": "find_invalid", "outcome": "rej-ncomp", "decision": "None."})),
    Verb("decline a complaint", SIGNING, reviewed,
         lambda s: complaints.decide(s.complaint, "decline", "rej-nirreg", "Read as written.", by=s.reviewer),
         {"complaint": ("decline",)}, ("complaint",),
         page=("reviewer", COMPLAINT_PAGE, {"answer": "decline", **REVIEW})),
    Verb("uphold a complaint", SIGNING, reviewed, uphold, {"complaint": ("uphold",)}, ("complaint",),
         page=("reviewer", COMPLAINT_PAGE,
               {"answer": "uphold", "decision": "Misread.", "remedy": "set-aside", "redo": "ranking"})),
    Verb("resolve a complaint", SIGNING, upheld_for("ranking"), resolve,
         {"complaint": ("resolve",)}, ("complaint",),
         page=RESOLVED),
    Verb("sign", SIGNING, half_signed, lambda s: contracts.sign(s.contract, by=s.bidder),
         {"contract": ("sign",)}, ("contract",), page=("bidder", "/contracts/{contract.number}/sign", {})),
    Verb("end a contract", SIGNING, in_force,
         lambda s: contracts.end(s.contract, on=dt.date(2027, 6, 30), reason="Moved away.", by=s.officer),
         {"contract": ("end",)}, ("contract",),
         page=("officer", "/contracts/{contract.number}/end", {"ends_on": "2027-06-30", "reason": "Moved away."})),
    Verb("terminate a contract", SIGNING, end_agreed,
         lambda s: contracts.carry_out(the_ending(s), "success", by=s.second),
         {"contract": ("terminate",)}, ("contract",),
         page=("second", "/contracts/{contract.number}/ending", {"act": "carry_out", "result": "success"})),
)  # fmt: skip
