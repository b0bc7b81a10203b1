"""Compare an old system's month, and keep what was found for those who were not there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from claims.queries.lists import organisation_names
from claims.shadow import comparing, deciding, reading
from claims.shadow.comparing import Cause, Comparison
from claims.shadow.models import ShadowMonth
from claims.shadow.reading import Layout, OldMonth
from core import files
from core.actors import Actor
from core.db import db
from core.errors import InputErrors
from core.money import Currency, to_decimal
from core.numbers import next_number
from core.tables import csv_bytes
from core.words import _l

SHOWN = 200  # rows that could not be read, on the page; the file has all
HEAD = ("provider", "claim", "line", "service", "day", "asked", "old_paid", "our_paid", "difference")
HEAD_REST = ("our_state", "our_reason", "old_reason", "direction")


@dataclass(frozen=True, slots=True)
class OldFile:
    """What was sent: the bytes, their name, and how they are read."""

    content: bytes
    filename: str
    layout: Layout


def compare(
    file: OldFile, *, currency: Currency, by: Actor, at: dt.datetime, zone: ZoneInfo
) -> tuple[OldMonth, Comparison]:
    """Decide the file's claims beside its own results; writes nothing."""
    if not file.content:
        raise InputErrors.at("file", _l("Choose a file with content."), file.filename)
    month = reading.read(file.content, file.filename, file.layout, currency)
    decided = deciding.decided(month.claims, by=by, at=at, zone=zone)
    return month, comparing.compare(month, decided)


def keep(file: OldFile, *, currency: Currency, by: Actor, at: dt.datetime, zone: ZoneInfo) -> ShadowMonth:
    """Compare, and keep the comparison with its file and a table of every line."""
    month, found = compare(file, currency=currency, by=by, at=at, zone=zone)
    whole: Any = {"media_type": "text/csv", "organisation_id": None, "by": by}
    sent = files.store(file.content, filename=file.filename, **whole)
    number = next_number("SM", at.astimezone(zone).year)
    unread = (
        files.store(month.report.wrong_rows_csv(), filename=f"{number}-rows.csv", **whole)
        if month.report.wrong
        else None
    )
    table = files.store(lines_csv(found, currency), filename=f"{number}.csv", **whole)
    row = ShadowMonth(
        number=number,
        filename=sent.filename,
        mapping=file.layout.mapping,
        paid_column=file.layout.paid[:80],
        reason_column=file.layout.reason[:80],
        file_id=sent.id,
        lines_file_id=table.id,
        claims=len(month.claims),
        lines=len(found.lines),
        lines_equal=found.equal,
        rows_wrong=len(month.report.wrong),
        wrong_rows=wrong_rows(month)[:SHOWN],
        wrong_file_id=unread.id if unread else None,
        old_paid=found.old,
        our_paid=found.ours,
        causes=[[each.code, each.old_reason, each.direction, each.lines, each.old, each.ours] for each in found.causes],
        made_by=by.person,
        made_at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def wrong_rows(month: OldMonth) -> list[tuple[int, str]]:
    """(row as the sheet shows it, why it could not be read)."""
    return [(row.number, row.sentence) for row in month.report.wrong]


def causes_of(row: ShadowMonth) -> list[Cause]:
    return [Cause(*stored) for stored in row.causes]


def lines_csv(found: Comparison, currency: Currency) -> bytes:
    """Every line, also those that agree; amounts in major units."""
    names = organisation_names({line.organisation_id for line in found.lines})
    return csv_bytes([*HEAD, *HEAD_REST], (_csv_row(line, names, currency.exponent) for line in found.lines))


def _csv_row(line: comparing.Compared, names: dict[int, str], exponent: int) -> list[Any]:
    amounts = [to_decimal(each, exponent) for each in (line.asked, line.old, line.ours, line.difference)]
    place = [names[line.organisation_id], line.claim_no, line.line_no, line.service, line.service_on]
    return [*place, *amounts, line.state, line.code, line.old_reason, line.direction]
