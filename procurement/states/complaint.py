"""A complaint about a notice, a decision or a cancellation, from the first question to what was done about it."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

BIDDER = (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK)
OFFICERS = (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR)
REVIEW = Role.COMPLAINTS_OFFICER

COMPLAINT = StateMachine(
    noun="complaint",
    initial="claim",
    states={
        "claim": _l("Asked of the fund first"),
        "draft": _l("Being written"),
        "pending": _l("Waiting for the complaints officer"),
        "accepted": _l("Under review"),
        "satisfied": _l("Upheld, to be redone"),
        "declined": _l("Not upheld"),
        "invalid": _l("Not admissible"),
        "stopped": _l("Taken back"),
        "mistaken": _l("Never sent"),
        "resolved": _l("Settled"),
    },
    steps=(
        step("settle", "claim", "resolved", *OFFICERS, label=_l("Settle the claim")),
        step("write", "claim", "draft", *BIDDER, label=_l("Make it a complaint")),
        step("lodge", "draft", "pending", *BIDDER, label=_l("Send the complaint")),
        step("forget", ("claim", "draft"), "mistaken", *OFFICERS),
        step("accept", "pending", "accepted", REVIEW, label=_l("Take it up")),
        step("find_invalid", ("pending", "accepted"), "invalid", REVIEW, label=_l("Not admissible")),
        step("uphold", "accepted", "satisfied", REVIEW, label=_l("Uphold")),
        step("decline", "accepted", "declined", REVIEW, label=_l("Decline")),
        step("stop", ("claim", "draft", "pending", "accepted"), "stopped", *BIDDER, label=_l("Take it back")),
        step("resolve", "satisfied", "resolved", *OFFICERS, label=_l("Say what was redone")),
    ),
)

STOPS_SIGNING = ("pending", "accepted", "satisfied")
STOPS_OPENING = ("claim", "pending", "accepted", "satisfied")
