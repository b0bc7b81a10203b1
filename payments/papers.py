"""The room's paper, filled from its rows: the remittance advice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from core.codes import service_names
from core.config import fund
from core.documents import in_house_language, letterhead
from core.words import _, _l
from payments import queries
from payments.models import Payable, Payment
from payments.remittance import Adjustment, Remittance, RemittanceLine, remittance_pdf

REMITTANCE = "remittance"
ACCOUNT_KINDS = {"iban": _l("Bank"), "domestic": _l("Bank"), "wallet": _l("Mobile")}


def account_words(payment: Payment) -> str:
    """“Bank …4410”: enough to recognise an account, not to use it."""
    if payment.account is None:
        return _("no account")
    return f"{ACCOUNT_KINDS[payment.account.kind]} …{payment.account.last_four}"


@in_house_language
def remittance(payment: Payment, check_code: str = "") -> bytes:
    """The remittance advice of one payment, printed from the frozen summaries alone."""
    payables = queries.payables_of(payment.id)
    names = service_names()
    lines = [_line(row.subject, line, names) for row in payables if row.amount > 0 for line in _lines(row)]
    run = payment.run
    value = Remittance(
        number=payment.end_to_end_id,
        run=run.number,
        provider=payment.payee_name,
        provider_number=payment.payee_number,
        account=account_words(payment),
        end_to_end_id=payment.end_to_end_id,
        value_on=run.value_on,
        issued_on=(run.released_at or run.prepared_at).astimezone(fund().zone).date(),
        currency=fund().currency,
        lines=lines,
        adjustments=[found for row in payables if (found := _adjustment(row)) is not None],
        total=payment.amount,
        check_code=check_code,
    )
    return remittance_pdf(value, letterhead())


def _lines(row: Payable) -> Sequence[dict[str, Any]]:
    """The decided lines. One that was sent back bears nothing yet: nobody pays, shares or writes off."""
    lines = row.summary.get("lines", ()) if row.amount > 0 else ()
    return [line for line in lines if line["benefit"] or line["member"] or line["write_off"] or not line["asked"]]


def _adjustment(row: Payable) -> Adjustment | None:
    """What a payable brings beside its lines: a recovery, a bonus, or what earlier payments of the claim take off."""
    rest = row.amount - sum(line["benefit"] for line in _lines(row))
    return Adjustment(row.subject, row.summary.get("what", row.kind), rest) if rest else None


def _line(claim: str, row: dict[str, Any], names: Mapping[str, str]) -> RemittanceLine:
    return RemittanceLine(
        claim=claim,
        service=names.get(row["service"], row["service"]),
        served_on=dt.date.fromisoformat(row["service_on"]),
        asked=row["asked"],
        fund_pays=row["benefit"],
        member_pays=row["member"],
        written_off=row["write_off"],
        reason=row.get("reason", ""),
    )
