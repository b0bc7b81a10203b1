"""The published grounds for which a lot ends without a winner, or a bidder is passed over."""

from __future__ import annotations

from core.words import _l

# eForms BT-144, why a lot ended without a winner.
ENDED_CODES = {
    "all-rej": _l("All bids were rejected"),
    "chan-need": _l("The need has changed"),
    "ins-fund": _l("Not enough money"),
    "no-rece": _l("No bid arrived"),
    "no-signed": _l("The winner did not sign"),
    "one-admis": _l("Only one bid could be admitted"),
    "tch-pr-error": _l("A technical or procedural error"),
    "other": _l("Another reason"),
}
# Why a ranked bid is passed over for the next.
GROUNDS = {
    "most_lots": _l("Already holds as many lots as one bidder may win"),
    "not_signed": _l("Did not sign the contract of this lot"),
    "not_eligible": _l("No longer meets what the notice asks of who takes part"),
}
