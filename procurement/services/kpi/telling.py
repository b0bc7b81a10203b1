"""What a provider is written about its promises: one mail for each contract and act, in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from core.accounts.readers import Reader, readers_of, tell
from core.config import fund
from core.money import to_decimal
from core.texts import said
from core.web.filters import day
from core.words import _, ngettext
from procurement.models.contract import ContractIndicator
from procurement.models.kpi import KpiPeriod

Words = Callable[[], tuple[str, str]]


def ask(promises: Sequence[ContractIndicator], until: dt.date) -> None:
    """New periods are over: what is to be reported until when."""
    _each_contract("contracts/report", promises, partial(_asked, until))


def remind(rows: Sequence[KpiPeriod]) -> None:
    _each_contract("contracts/report_late", [row.indicator for row in rows], _reminded)


def tell_missing(rows: Sequence[KpiPeriod]) -> None:
    _each_contract("contracts/report_missing", [row.indicator for row in rows], _missed)


def tell_settled(rows: Sequence[KpiPeriod]) -> None:
    """One mail for each promise: each can be objected to alone."""
    readers = readers_of([row.indicator.contract.organisation_id for row in rows])
    for row in rows:
        _write(readers, "contracts/promise_settled", row.indicator, partial(_settled, row))


def tell_answer(row: KpiPeriod) -> None:
    readers = readers_of([row.indicator.contract.organisation_id])
    _write(readers, "contracts/objection_answered", row.indicator, partial(_answered, row))


def _each_contract(
    template: str, promises: Iterable[ContractIndicator], words: Callable[[str, int], tuple[str, str]]
) -> None:
    rows = list(promises)
    first = {row.contract_id: row for row in reversed(rows)}
    count = Counter(row.contract_id for row in rows)
    readers = readers_of([row.contract.organisation_id for row in first.values()])
    for key, row in first.items():
        _write(readers, template, row, partial(words, row.contract.number, count[key]))


def _write(readers: dict[int, Reader], template: str, promise: ContractIndicator, words: Words) -> None:
    reader = readers[promise.contract.organisation_id]
    tell(reader, template, words, purpose="contract", arguments={"contract": promise.contract.number})


def _asked(until: dt.date, number: str, count: int) -> tuple[str, str]:
    subject = ngettext(
        "Contract %(number)s: %(num)s promise to report",
        "Contract %(number)s: %(num)s promises to report",
        count,
        number=number,
    )
    return subject, _(
        "A period of contract %(number)s is over. Sign in and report what you promised, with evidence, until %(day)s.",
        number=number, day=day(until),
    )  # fmt: skip


def _reminded(number: str, count: int) -> tuple[str, str]:
    subject = ngettext(
        "Contract %(number)s: %(num)s report is late", "Contract %(number)s: %(num)s reports are late", count,
        number=number,
    )  # fmt: skip
    return subject, _(
        "The evidence for promises of contract %(number)s has not come. Without it they count as missed.", number=number
    )


def _missed(number: str, count: int) -> tuple[str, str]:
    subject = ngettext(
        "Contract %(number)s: %(num)s promise counts as missed",
        "Contract %(number)s: %(num)s promises count as missed",
        count,
        number=number,
    )
    return subject, _(
        "No evidence came for promises of contract %(number)s. An officer looks at it next; you can object to the "
        "result.", number=number,
    )  # fmt: skip


def _settled(row: KpiPeriod) -> tuple[str, str]:
    number, until = row.indicator.contract.number, row.object_until or row.valid_until
    return _(
        "Contract %(number)s: %(promise)s is settled", number=number, promise=said(row.indicator.name)
    ), _(
        "%(promise)s, %(first)s to %(last)s: %(amount)s %(currency)s. Sign in to read how it came about. You can "
        "object until %(until)s.",
        promise=said(row.indicator.name), first=day(row.valid_from), last=day(row.valid_until), until=day(until),
        amount=to_decimal(row.amount or 0, fund().currency.exponent), currency=fund().currency.code,
    )  # fmt: skip


def _answered(row: KpiPeriod) -> tuple[str, str]:
    number, amount = row.indicator.contract.number, to_decimal(row.counts, fund().currency.exponent)
    told = {"promise": said(row.indicator.name), "amount": amount, "currency": fund().currency.code}
    if row.state == "upheld":
        subject = _("Contract %(number)s: your objection is upheld", number=number)
        return subject, _("%(promise)s: what stands is %(amount)s %(currency)s. Sign in to read why.", **told)
    subject = _("Contract %(number)s: your objection is rejected", number=number)
    return subject, _("%(promise)s: it stays at %(amount)s %(currency)s. Sign in to read why.", **told)
