"""From the ranking to the contract: proposed with reasons, decided by another person, letters, standstill, contract."""

from __future__ import annotations

from procurement.award_words import ENDED_CODES
from procurement.services.award.choosing import PROPOSED, Choice, choose, waits_for
from procurement.services.award.deciding import (
    decide_award,
    end_lot,
    go_on_with_members,
    is_standstill_over,
    send_award_back,
)
from procurement.services.award.drawing import contract_from_award
from procurement.services.award.proposing import propose_award
from procurement.services.award.unsigned import HOW, guarantee_of, record_signing_refusal, sign_by

__all__ = [
    "ENDED_CODES",
    "HOW",
    "PROPOSED",
    "Choice",
    "choose",
    "contract_from_award",
    "decide_award",
    "end_lot",
    "go_on_with_members",
    "guarantee_of",
    "is_standstill_over",
    "propose_award",
    "record_signing_refusal",
    "send_award_back",
    "sign_by",
    "waits_for",
]
