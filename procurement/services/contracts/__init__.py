"""Drawing, signing and ending contracts; noting what was measured and used. Rates are minor units per unit."""

from __future__ import annotations

from procurement.services.contracts.changing import agree_rate, end
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

__all__ = [
    "FUND_SIGNERS",
    "PAPER",
    "STREAM",
    "Promise",
    "TariffLine",
    "Terms",
    "agree_rate",
    "check_terms",
    "contract_values",
    "draw_contract",
    "end",
    "indicator_values",
    "line_values",
    "record_indicator",
    "record_service_use",
    "record_use",
    "set_rates",
    "sign",
]
