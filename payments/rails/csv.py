"""The plain rail: a sheet for the treasury or a mobile-money operator, and the same sheet back with results."""

from __future__ import annotations

import csv
import datetime as dt
import io

from core.errors import DomainError, InputErrors, Problem
from core.money import to_decimal
from core.words import _
from payments.rails.base import Batch, Outcome, Result, Transfer, check, stated_amount

COLUMNS = ("batch", "payment", "payee", "account_kind", "bank", "account", "amount", "currency", "value_on", "text")
RESULT_COLUMNS = ("payment", "status", "reason", "date")


class Csv:
    """UTF-8 with a byte order mark, commas, CRLF: opens well in every spreadsheet."""

    name = "csv"
    media_type = "text/csv"

    def export(self, batch: Batch) -> bytes:
        check(batch)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows(_row(transfer, batch) for transfer in batch.transfers)
        return out.getvalue().encode("utf-8-sig")

    def parse_result(self, content: bytes) -> list[Result]:
        """Columns payment, status (paid, returned, pending), reason, date; `amount` and `currency` optional."""
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputErrors.at("file", _("Save the sheet as CSV UTF-8."), f"byte {error.start}") from error
        reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ",")
        missing = [name for name in RESULT_COLUMNS if name not in (reader.fieldnames or [])]
        if missing:
            raise InputErrors([Problem("row 1", _("This column is missing: %(name)s", name=name)) for name in missing])
        return _results(reader)


def _row(transfer: Transfer, batch: Batch) -> tuple[str, ...]:
    cells = (
        batch.number,
        transfer.end_to_end_id,
        transfer.creditor,
        transfer.account_kind.value,
        transfer.bank,
        transfer.account,
        to_decimal(transfer.amount, batch.currency.exponent),
        batch.currency.code,
        batch.value_on.isoformat(),
        transfer.text,
    )
    return tuple(map(_harmless, cells))


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe; wallet numbers stay."""
    is_phone = cell.startswith("+") and cell[1:].isdigit()
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_phone else cell


def _results(reader: csv.DictReader[str]) -> list[Result]:
    results, problems = [], []
    for number, row in enumerate(reader, start=2):
        try:
            results.append(_result(row))
        except (ValueError, DomainError) as error:
            problems.append(Problem(f"row {number}", str(error), str(row.get("status") or "")))
    if problems:
        raise InputErrors(problems)
    return results


def _result(row: dict[str, str]) -> Result:
    if not (row["payment"] or "").strip():
        raise ValueError(_("The payment number is missing."))
    status = (row["status"] or "").strip().lower()
    if status not in set(Outcome):
        raise ValueError(_("The status is paid, returned or pending."))
    try:
        reported_on = dt.date.fromisoformat(row["date"].strip()) if row["date"] else None
    except ValueError as error:
        raise ValueError(_("A date is expected, like 2026-11-20.")) from error
    amount = stated_amount(row.get("amount") or "")
    identity = row["payment"].strip()
    return Result(identity, Outcome(status), (row["reason"] or "").strip(), reported_on, row.get("batch") or "", amount)
