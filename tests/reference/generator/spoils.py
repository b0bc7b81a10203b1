"""What is wrong with a line: one thing that the regulation refuses or that nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random

from claims.case import Line, ProviderStanding


def _unreadable(chance: Random, line: Line) -> None:
    line.unreadable = ("price",)


def _no_service(chance: Random, line: Line) -> None:
    line.service = ""
    _no_record(line)


def _no_date(chance: Random, line: Line) -> None:
    line.service_from = None
    _no_record(line)


def _no_member(chance: Random, line: Line) -> None:
    line.member_id = None
    _no_record(line)


def _stranger(chance: Random, line: Line) -> None:
    line.member_id = 999_999_999
    _no_record(line)


def _reversed(chance: Random, line: Line) -> None:
    line.service_from = line.service_on + timedelta(days=2)
    _no_record(line)


def _future(chance: Random, line: Line) -> None:
    line.received_on = line.service_on - timedelta(days=chance.choice([1, 20]))


def _late(chance: Random, line: Line) -> None:
    line.received_on = line.service_on + timedelta(days=chance.choice([90, 91, 120, 121, 200]))


def _wrong_amount(chance: Random, line: Line) -> None:
    line.amount += chance.choice([1, -1, 1000])


def _wrong_quantity(chance: Random, line: Line) -> None:
    line.quantity_milli = chance.choice([0, -1000])
    line.amount = 0


def _negative(chance: Random, line: Line) -> None:
    line.unit_price = -line.unit_price
    line.amount = -line.amount


def _free(chance: Random, line: Line) -> None:
    line.unit_price = line.amount = 0


def _standing(chance: Random, line: Line) -> None:
    line.standing = chance.choice([None, ProviderStanding("suspended"), ProviderStanding("expired")])


def _no_contract(chance: Random, line: Line) -> None:
    line.contract, line.is_contracted = None, chance.choice([False, False, True])


def _no_rate(chance: Random, line: Line) -> None:
    assert line.contract is None or line.contract.contract_id
    if line.contract:
        line.contract = replace(line.contract, unit_price=None)


def _worker(chance: Random, line: Line) -> None:
    line.practitioner, line.is_practitioner_accredited = chance.choice(["W-17", "W-17", ""]), False


def _backwards(chance: Random, line: Line) -> None:
    line.starts_at = datetime.combine(line.service_on, time(12), UTC)
    line.ends_at = line.starts_at - timedelta(minutes=chance.choice([0, 30]))


def _unknown_code(chance: Random, line: Line) -> None:
    line.is_code_known = False


def _elsewhere(chance: Random, line: Line) -> None:
    line.service = "ELSEWHERE"
    _no_record(line)


def _no_record(line: Line) -> None:
    """Records are looked for only where the plan's row asks for them."""
    line.visit = line.attendance = line.place = line.quote = None


def _no_diagnosis(chance: Random, line: Line) -> None:
    line.diagnoses = ()


def _unknown_diagnosis(chance: Random, line: Line) -> None:
    line.diagnoses = line.unknown_diagnoses = ("Q99Z",)


def _no_grant(chance: Random, line: Line) -> None:
    line.grant = None
    line.authorisation_no = chance.choice(["", "G-TOLD"])


def _correction(chance: Random, line: Line) -> None:
    line.replaces_claim_id = line.claim_id // 100 * 100 + 50


SPOILS: list[Callable[[Random, Line], None]] = [
    _unreadable,
    _no_service,
    _no_date,
    _no_member,
    _stranger,
    _reversed,
    _future,
    _late,
    _wrong_amount,
    _wrong_quantity,
    _negative,
    _free,
    _standing,
    _no_contract,
    _no_rate,
    _worker,
    _backwards,
    _unknown_code,
    _elsewhere,
    _no_diagnosis,
    _unknown_diagnosis,
    _no_grant,
    _correction,
]
