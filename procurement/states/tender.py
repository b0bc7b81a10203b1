"""Tender, lot, bid and award. What the clock decides (questions closed, bids closed, standstill over) is derived."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

OFFICER, CHAIR = Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR
BIDDER = (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK)
# Where an upheld complaint finds a tender whose bidders or marks are to be looked at again.
REDONE = ("quality_scored", "opened_price", "abnormal_review", "ranked", "awarded", "unsuccessful")

TENDER = StateMachine(
    noun="tender",
    initial="draft",
    states={
        "draft": _l("Draft"),
        "submitted": _l("Waiting for approval"),
        "approved": _l("Approved"),
        "published": _l("Open for bids"),
        "opened_quality": _l("Scoring quality"),
        "admin_review": _l("Checking bidders, scoring quality"),
        "quality_scored": _l("Scores locked"),
        "opened_price": _l("Prices open"),
        "abnormal_review": _l("Asking about low prices"),
        "ranked": _l("Ranked"),
        "awarded": _l("Awarded, standstill"),
        "contracted": _l("Contracted"),
        "closed": _l("Accepted and closed"),
        "unsuccessful": _l("Without result"),
        "cancelled": _l("Cancelled"),
    },
    steps=(
        step("send_for_approval", "draft", "submitted", OFFICER, label=_l("Send for approval")),
        step("send_back", "submitted", "draft", OFFICER, CHAIR, label=_l("Send back")),
        step("approve", "submitted", "approved", OFFICER, CHAIR, label=_l("Approve")),
        step("publish", "approved", "published", OFFICER, CHAIR, label=_l("Publish")),
        step("take_over", "approved", "opened_quality", OFFICER, CHAIR, label=_l("Take over the bids of the portal")),
        step("take_prices", "quality_scored", "opened_price", OFFICER, CHAIR, label=_l("Take over the prices")),
        step("open_quality", "published", "opened_quality", OFFICER, CHAIR, label=_l("Open the quality envelopes")),
        step("review_admission", "opened_quality", "admin_review", OFFICER, CHAIR, label=_l("Check the bidders")),
        step(
            "lock_scores",
            ("opened_quality", "admin_review"),
            "quality_scored",
            CHAIR,
            label=_l("Lock the quality scores"),
        ),
        step("open_price", "quality_scored", "opened_price", OFFICER, CHAIR, label=_l("Open the price envelopes")),
        step("review_prices", "opened_price", "abnormal_review", OFFICER, CHAIR, label=_l("Ask about low prices")),
        step("rank", ("opened_price", "abnormal_review"), "ranked", CHAIR, label=_l("Fix the ranking")),
        step("redo_scores", REDONE, "admin_review", OFFICER, CHAIR, label=_l("Check and score again")),
        step("keep_prices", "quality_scored", "opened_price", CHAIR),
        step("redo_ranking", ("ranked", "awarded", "unsuccessful"), "opened_price", CHAIR, label=_l("Rank again")),
        step("redo_award", "awarded", "ranked", OFFICER, CHAIR, label=_l("Award again")),
        step("set_aside", "awarded", "cancelled", OFFICER, CHAIR),
        step("award", "ranked", "awarded", OFFICER, CHAIR, label=_l("Award")),
        step("contract", "awarded", "contracted", OFFICER, label=_l("Draw the contracts")),
        step("next_bidder", ("awarded", "contracted"), "ranked", OFFICER, CHAIR, label=_l("Go on to the next bidder")),
        step("close", "contracted", "closed", OFFICER, CHAIR, label=_l("Accept and close")),
        step("end_without_result", ("published", "opened_quality", "ranked"), "unsuccessful", OFFICER, CHAIR),
        step(
            "cancel",
            (
                "draft",
                "submitted",
                "approved",
                "published",
                "opened_quality",
                "admin_review",
                "quality_scored",
                "opened_price",
                "abnormal_review",
                "ranked",
            ),
            "cancelled",
            OFFICER,
            label=_l("Cancel"),
        ),
    ),
)

_WON = ("awarded", "contracted")

LOT = StateMachine(
    noun="lot",
    initial="open",
    states={
        "open": _l("Open"),
        "ranked": _l("Ranked"),
        "proposed": _l("Award proposed"),
        "awarded": _l("Awarded"),
        "contracted": _l("Contracted"),
        "unsuccessful": _l("Without result"),
    },
    steps=(
        step("rank", "open", "ranked", CHAIR),
        step("propose", "ranked", "proposed", OFFICER, CHAIR, label=_l("Propose the award")),
        step("send_back", "proposed", "ranked", OFFICER, CHAIR, label=_l("Send back")),
        step("award", "proposed", "awarded", OFFICER, CHAIR, label=_l("Decide the award")),
        step("contract", "awarded", "contracted", OFFICER, label=_l("Draw the contract")),
        step("keep_members", "ranked", "awarded", OFFICER, CHAIR, label=_l("Go on with the members")),
        step("end_without_result", ("open", "ranked"), "unsuccessful", OFFICER, CHAIR, label=_l("End without result")),
        step("take_up_again", "unsuccessful", "open", OFFICER, CHAIR),
        step("redo_ranking", ("ranked", "proposed", "awarded"), "open", CHAIR, label=_l("Rank again")),
        step("redo_award", ("proposed", "awarded"), "ranked", OFFICER, CHAIR, label=_l("Award again")),
        step("set_aside", ("ranked", *_WON), "ranked", OFFICER, CHAIR, label=_l("Go on to the next bidder")),
    ),
)

_FROM_PRICES = ("opened_price", "abnormal_review", "ranked", "awarded")
LOT_WITHIN: dict[str, tuple[str, ...]] = {
    "propose": ("ranked",),
    "send_back": ("ranked",),
    "award": ("ranked",),
    "keep_members": ("ranked",),
    "contract": ("admin_review", "quality_scored", *_FROM_PRICES),
    "redo_ranking": ("opened_quality", "admin_review", "quality_scored", *_FROM_PRICES, "unsuccessful"),
    "redo_award": ("admin_review", "quality_scored", *_FROM_PRICES),
    "set_aside": ("ranked", "awarded", "contracted"),
    "end_without_result": ("opened_quality", "admin_review", "quality_scored", *_FROM_PRICES),
}
"""What people do with one lot, and the states of its tender in which they may: none of an ended tender moves."""

BID = StateMachine(
    noun="bid",
    initial="draft",
    states={
        "draft": _l("Draft"),
        "sealed": _l("Sealed and sent"),
        "unconfirmed": _l("To be confirmed"),
        "withdrawn": _l("Withdrawn"),
        "lapsed": _l("Never sent"),
        "opened": _l("Opened"),
        "unreadable": _l("Unreadable"),
        "below_minimum": _l("Under a minimum, or not among the best"),
        "excluded": _l("Excluded"),
    },
    steps=(
        step("send", ("draft", "sealed", "unconfirmed", "withdrawn"), "sealed", *BIDDER, label=_l("Seal and send")),
        step("unsettle", ("sealed", "unconfirmed"), "unconfirmed", OFFICER, CHAIR),
        step("confirm", "unconfirmed", "sealed", *BIDDER, label=_l("Confirm the bid")),
        step("withdraw", ("draft", "sealed", "unconfirmed"), "withdrawn", *BIDDER, label=_l("Withdraw")),
        step("lapse", ("draft", "unconfirmed", "withdrawn"), "lapsed", OFFICER),
        step("take_up_again", "lapsed", "draft", OFFICER, CHAIR),
        step("open", "sealed", "opened", OFFICER, CHAIR),
        step("record", "draft", "opened", OFFICER, CHAIR, label=_l("Take over from the portal")),
        step("find_unreadable", ("sealed", "opened"), "unreadable", OFFICER, CHAIR),
        step("fall_short", "opened", "below_minimum", CHAIR),
        step("score_again", "below_minimum", "opened", OFFICER, CHAIR),
        step("exclude", "opened", "excluded", OFFICER, CHAIR, label=_l("Exclude")),
        step("readmit", "excluded", "opened", OFFICER, CHAIR, label=_l("Admit after all")),
    ),
)

AWARD = StateMachine(
    noun="award",
    initial="proposed",
    states={
        "proposed": _l("Proposed"),
        "decided": _l("Decided"),
        "sent_back": _l("Sent back"),
        "annulled": _l("Annulled"),
        "contracted": _l("Contracted"),
    },
    steps=(
        step("decide", "proposed", "decided", OFFICER, CHAIR, label=_l("Decide the award")),
        step("send_back", "proposed", "sent_back", OFFICER, CHAIR, label=_l("Send back")),
        step("contract", "decided", "contracted", OFFICER, label=_l("Draw the contract")),
        step("annul", ("proposed", "decided"), "annulled", CHAIR, label=_l("Annul")),
        step("set_aside", ("decided", "contracted"), "annulled", OFFICER, CHAIR, label=_l("Record that nobody signed")),
    ),
)
