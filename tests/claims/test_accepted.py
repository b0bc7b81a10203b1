"""The accepted value of a contract: what promises are reckoned from."""

from __future__ import annotations

import datetime as dt

from claims import services
from claims.accepted import accepted_values
from claims.sent import ClaimInput
from core.db import db, unit_of_work
from procurement.kpi.hooks import ContractSpan
from procurement.models.contract import Contract
from tests.claims.builders import AT, CLERK, ZONE, Fund, claim, line


def sent(row: ClaimInput) -> None:
    with unit_of_work():
        services.submit(row, by=CLERK, at=AT, zone=ZONE)


def accepted(fund: Fund) -> int:
    (contract,) = db.session.query(Contract).filter_by(organisation_id=fund.blue)
    (found,) = accepted_values([ContractSpan(contract.id, fund.blue, dt.date(2026, 11, 1), dt.date(2026, 11, 30))])
    return found


def test_only_the_newest_decision_on_a_claim_counts(fund: Fund) -> None:
    sent(claim(fund, "A-1", line("DAY", dt.date(2026, 11, 3), price=100_000)))
    first = accepted(fund)
    assert first > 0
    sent(claim(fund, "A-2", line("DAY", dt.date(2026, 11, 4), price=100_000), replaces_no="A-1"))
    assert accepted(fund) == first, "the replaced claim counts no more"
