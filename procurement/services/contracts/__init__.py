"""Drawing, signing and ending contracts; noting what was measured and used. Rates are minor units per unit."""

from __future__ import annotations

from procurement.services.contracts.amending import (
    accept_amendment,
    approve_amendment,
    decline_amendment,
    draft_amendment,
    drop_amendment,
)
from procurement.services.contracts.changing import agree_rate, end
from procurement.services.contracts.judging import Proposal
from procurement.services.contracts.noting import record_indicator, record_service_use, record_use
from procurement.services.contracts.retariff import set_rates
from procurement.services.contracts.signing import FUND_SIGNERS, draw_contract, sign
from procurement.services.contracts.telling import PAPER, STREAM
from procurement.services.contracts.terms import (
    Promise,
    TariffLine,
    Terms,
    check_terms,
    contract_values,
    indicator_values,
    line_values,
)
from procurement.services.contracts.wage_check import Shortfall, shortfalls

__all__ = [
    "FUND_SIGNERS",
    "PAPER",
    "STREAM",
    "Promise",
    "Proposal",
    "Shortfall",
    "TariffLine",
    "Terms",
    "accept_amendment",
    "agree_rate",
    "approve_amendment",
    "check_terms",
    "contract_values",
    "decline_amendment",
    "draft_amendment",
    "draw_contract",
    "drop_amendment",
    "end",
    "indicator_values",
    "line_values",
    "record_indicator",
    "record_service_use",
    "record_use",
    "set_rates",
    "shortfalls",
    "sign",
]
