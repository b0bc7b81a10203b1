"""The states a decision leaves, who bears an amount, and the unit of quantities."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

MILLI: Final = 1000  # thousandths of a unit in every `…_milli`


class LineState(StrEnum):
    RETURNED = "returned"
    PENDED = "pended"
    ACCEPTED = "accepted"
    REDUCED = "reduced"
    DENIED = "denied"


RETURNED: Final = LineState.RETURNED.value  # the same as plain texts, for code that runs on every line
PENDED: Final = LineState.PENDED.value
ACCEPTED: Final = LineState.ACCEPTED.value
REDUCED: Final = LineState.REDUCED.value
DENIED: Final = LineState.DENIED.value


class ClaimState(StrEnum):
    RETURNED = "returned"
    PENDED = "pended"
    ADJUDICATED = "adjudicated"
    DENIED = "denied"


class Bearer(StrEnum):
    """Who bears an amount. Another payer's part (OA) counts as write-off for the provider."""

    FUND = "fund"
    MEMBER = "member"
    PROVIDER = "provider"
