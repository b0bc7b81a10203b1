"""What every way of paying has in common: a released batch goes out as a file, its results come back as one.

A rail reads no clock and no database: the same batch gives the same bytes whenever it is exported again.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Protocol

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from core.errors import InputErrors, Problem
from core.money import Currency
from core.words import _

MESSAGE_ID = re.compile(r"[A-Za-z0-9+?/:().,'-][A-Za-z0-9+?/:().,' -]{0,34}")


class AccountKind(StrEnum):
    IBAN = "iban"
    DOMESTIC = "domestic"
    WALLET = "wallet"


class Outcome(StrEnum):
    PAID = "paid"
    RETURNED = "returned"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment to one payee; `amount` in minor units, above zero. `bank` is a BIC or a domestic bank code."""

    end_to_end_id: str
    creditor: str
    account_kind: AccountKind
    account: str
    amount: int
    bank: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """A locked run: `number` is the message id, `released_at` (UTC) its creation time for ever."""

    number: str
    debtor: str
    debtor_account_kind: AccountKind
    debtor_account: str
    debtor_bank: str
    currency: Currency
    released_at: dt.datetime
    value_on: dt.date
    transfers: Sequence[Transfer]

    @property
    def total(self) -> int:
        """Minor units of all transfers."""
        return sum(transfer.amount for transfer in self.transfers)


@dataclass(frozen=True, slots=True)
class Result:
    """What the payer's bank says of one transfer; without `end_to_end_id` it speaks of the whole `batch`.

    `amount` is in major units, as the file states it; `reason` the bank's code with its words.
    """

    end_to_end_id: str
    outcome: Outcome
    reason: str = ""
    reported_on: dt.date | None = None
    batch: str = ""
    amount: Decimal | None = None

    def differs_from(self, minor: int, currency: Currency) -> bool:
        """Whether the file states another amount than the `minor` units that were sent."""
        return self.amount is not None and self.amount != Decimal(minor).scaleb(-currency.exponent)


class PaymentRail(Protocol):
    name: str
    media_type: str

    def export(self, batch: Batch) -> bytes:
        """The file to send; raises InputErrors naming every transfer that cannot be paid."""

    def parse_result(self, content: bytes) -> list[Result]:
        """What came back; raises InputErrors when the file cannot be read."""


def stated_amount(text: str) -> Decimal | None:
    """An amount in a result file: digits, a dot; None when empty. Raises InputErrors."""
    if not text.strip():
        return None
    try:
        amount = Decimal(text.strip())
    except InvalidOperation as error:
        raise InputErrors.at("amount", _("An amount is expected, like 5.400."), text) from error
    if not amount.is_finite():
        raise InputErrors.at("amount", _("An amount is expected, like 5.400."), text)
    return amount


def check(batch: Batch) -> None:
    """Refuse a batch whose file a bank would refuse, all defects at once."""
    problems = [*_batch_problems(batch)]
    for transfer in batch.transfers:
        problems += _transfer_problems(transfer)
    ids = Counter(transfer.end_to_end_id for transfer in batch.transfers)
    problems += [
        Problem(end_to_end_id, _("This payment stands more than once in the run."), str(times))
        for end_to_end_id, times in ids.items()
        if times > 1
    ]
    if problems:
        raise InputErrors(problems)


def _batch_problems(batch: Batch) -> Iterator[Problem]:
    if not MESSAGE_ID.fullmatch(batch.number):
        yield Problem("number", _("A run number has 1 to 35 plain letters, digits and signs."), batch.number)
    if not batch.transfers:
        yield Problem("transfers", _("A run without payments has no bank file."))
    if batch.debtor_account_kind is AccountKind.IBAN and not is_iban(batch.debtor_account):
        yield Problem("debtor_account", _("The fund's own IBAN is not valid."), batch.debtor_account)


def _transfer_problems(transfer: Transfer) -> Iterator[Problem]:
    where = transfer.end_to_end_id
    if not MESSAGE_ID.fullmatch(where):
        yield Problem(where, _("A payment number has 1 to 35 plain letters, digits and signs."), where)
    if transfer.amount <= 0:
        yield Problem(
            where, _("Only amounts above zero are transferred. Carry the rest forward."), str(transfer.amount)
        )
    if not transfer.creditor.strip():
        yield Problem(where, _("The payee has no name."))
    if transfer.account_kind is AccountKind.IBAN and not is_iban(transfer.account):
        yield Problem(where, _("This IBAN is not valid. Check it with the payee."), transfer.account)
    elif not 1 <= len(transfer.account.strip()) <= 34:
        yield Problem(where, _("An account number has 1 to 34 characters."), transfer.account)


def is_iban(text: str) -> bool:
    try:
        IBAN(text)
    except SchwiftyException:
        return False
    return True
