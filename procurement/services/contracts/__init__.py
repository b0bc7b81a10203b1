"""Drawing, signing and ending contracts; noting what was used. Rates are minor units per unit."""

from __future__ import annotations

from procurement.services.contracts.amending import (
    accept_amendment,
    approve_amendment,
    decline_amendment,
    draft_amendment,
    drop_amendment,
)
from procurement.services.contracts.changing import agree_rate, end
from procurement.services.contracts.ending import End, agree_to_end, carry_out, drop_end, prepare_end
from procurement.services.contracts.judging import Proposal
from procurement.services.contracts.noting import record_service_use, record_use
from procurement.services.contracts.retariff import set_rates
from procurement.services.contracts.signing import FUND_SIGNERS, admit_to_list, draw_contract, sign
from procurement.services.contracts.signing_by_file import (
    TO_SIGN,
    SignatureRefused,
    confirm_signature,
    hand_in_scan,
    hand_in_signed_pdf,
    print_to_sign,
    refuse_signature,
)
from procurement.services.contracts.telling import PAPER, STREAM
from procurement.services.contracts.terms import (
    Promise,
    TariffLine,
    Terms,
    check_terms,
    contract_values,
    indicator_values,
    line_values,
    stake_problems,
)
from procurement.services.contracts.wage_check import Shortfall, shortfalls

__all__ = [
    "FUND_SIGNERS",
    "PAPER",
    "STREAM",
    "TO_SIGN",
    "End",
    "Promise",
    "Proposal",
    "Shortfall",
    "SignatureRefused",
    "TariffLine",
    "Terms",
    "accept_amendment",
    "admit_to_list",
    "agree_rate",
    "agree_to_end",
    "approve_amendment",
    "carry_out",
    "check_terms",
    "confirm_signature",
    "contract_values",
    "decline_amendment",
    "draft_amendment",
    "draw_contract",
    "drop_amendment",
    "drop_end",
    "end",
    "hand_in_scan",
    "hand_in_signed_pdf",
    "indicator_values",
    "line_values",
    "prepare_end",
    "print_to_sign",
    "record_service_use",
    "record_use",
    "refuse_signature",
    "set_rates",
    "shortfalls",
    "sign",
    "stake_problems",
]
