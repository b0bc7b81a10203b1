"""Capitation of contracts that run already comes in as a file, says what is wrong with it, and goes as a whole."""

from __future__ import annotations

import datetime as dt

import pytest

from care.capitation import services
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.errors import Conflict
from procurement.capitation import Band
from procurement.models.contract import Contract
from tests.care.capitated import capitation_fund, contract_of
from tests.claims.care_fund import a_cooperative
from tests.claims.test_opening import bring_in, kept, undo, wrong

JULY = dt.date(2026, 7, 1)


@pytest.fixture
def contract(app: object) -> Contract:
    capitation_fund()
    organisation, _site = a_cooperative("long_term_care")
    return contract_of(organisation)


def row(contract: Contract, *cells: str) -> str:
    return ",".join([contract.number, *cells])


def test_bands_come_into_contracts_and_stay_once_a_month_was_counted(contract: Contract) -> None:
    rows = [row(contract, "2026-07-01", "0", "64", "any", "48.000", "LC-100"),
            row(contract, "2026-07-01", "65", "", "f", "112.250", "LC-100")]  # fmt: skip
    number = kept("capitation", *rows)
    assert contract.bands_on(JULY) == [Band(0, 64, "", 48_000), Band(65, 120, "f", 112_250)]
    lines = {(line.valid_from, line.is_capitated) for line in contract.lines if line.service == "LC-100"}
    assert lines == {(contract.valid_from, False), (JULY, True)}
    undo(number)
    assert contract.bands_on(JULY) == []
    assert not any(line.is_capitated for line in contract.lines)
    other = kept("capitation", rows[0].replace("48.000", "49.000"))
    with unit_of_work():
        services.compute(contract.id, JULY, by=SYSTEM)
    with pytest.raises(Conflict, match="was counted"):
        undo(other)
    assert db.session.get(Contract, contract.id).bands_on(JULY) == [Band(0, 64, "", 49_000)]


def test_wrong_bands_say_what_to_mend(contract: Contract) -> None:
    found = bring_in(
        "capitation",
        row(contract, "2026-07-01", "0", "64", "any", "48.000", "LC-100"),
        row(contract, "2026-07-01", "60", "70", "f", "48.000", "LC-100"),
        row(contract, "2026-07-01", "71", "80", "q", "48.000", "LC-100"),
        row(contract, "2026-07-01", "71", "80", "f", "48.000", "LC-110"),
        row(contract, "2030-07-01", "71", "80", "f", "48.000", "LC-100"),
        "C-0,2026-07-01,71,80,f,48.000,LC-100",
    )
    assert found.rows_wrong == 5
    said = str(wrong(found))
    for words in ("Another band", "The sex is", "the same services", "outside the contract", "No contract of ours"):
        assert words in said
