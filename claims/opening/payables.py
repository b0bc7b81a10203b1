"""What was still owed to providers, or to be taken back from them, when the fund began here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from claims.models.opening import OpeningFile
from claims.opening.kinds import Cells, Kind
from claims.queries.facts import organisation_codes
from core.actors import Actor
from core.codes import service_lines
from core.errors import Conflict, InputErrors
from core.words import _l
from payments import queries as payments
from payments.services import NewPayable, post_payables


@dataclass(frozen=True, slots=True)
class Owed:
    """`amount` in minor units, below zero: to be taken back."""

    organisation_id: int
    reference: str
    service_line: str
    amount: int
    due_on: dt.date


def judge(rows: Sequence[Cells]) -> Callable[[Cells], Owed]:  # noqa: ARG001 - every kind takes the same
    providers, lines = organisation_codes(), {line.code for line in service_lines()}
    seen: set[tuple[int, str]] = set()

    def row(cells: Cells) -> Owed:
        organisation_id = providers.get(cells["provider_id"])
        if organisation_id is None:
            raise InputErrors.at("provider_id", _l("We do not know this provider."), cells["provider_id"])
        if cells["service_line"] not in lines:
            raise InputErrors.at("service_line", _l("Choose a service line of the catalogue."), cells["service_line"])
        amount, back = cells["amount"] or 0, cells.get("to_recover") or 0
        if bool(amount) == bool(back):
            raise InputErrors.at(
                "amount", _l("Write what is owed, or what is to be recovered: one of the two."), amount
            )
        if (organisation_id, cells["reference"]) in seen or len(cells["reference"]) > 40:
            message = _l("This reference stands further up in the file, or is longer than 40 characters.")
            raise InputErrors.at("reference", message, cells["reference"])
        seen.add((organisation_id, cells["reference"]))
        return Owed(organisation_id, cells["reference"], cells["service_line"], amount - back, cells["due_on"])

    return row


def write(file: OpeningFile, rows: Sequence[Owed], by: Actor) -> None:
    post_payables([_payable(file, place, row) for place, row in enumerate(rows, start=1)], by=by)


def _payable(file: OpeningFile, place: int, row: Owed) -> NewPayable:
    return NewPayable(
        business_key=f"opening:{file.number}:{place}",
        kind="opening",
        organisation_id=row.organisation_id,
        subject=row.reference,
        amount=row.amount,
        due_on=row.due_on,
        occurred_on=file.taken_on,
        service_line=row.service_line,
        summary={"claim": row.reference, "what": "opening", "source": file.source, "lines": []},
    )


def undo(file: OpeningFile, by: Actor) -> None:
    """Each sum posted back; refused as soon as one of them is in a payment run."""
    posted = payments.payables_beginning(f"opening:{file.number}:")
    if any(row.is_in_run for row in posted):
        raise Conflict(_l("A sum of this file is in a payment run already, so the file stays."))
    back = [
        NewPayable(
            business_key=f"{row.business_key}:undone",
            kind="opening",
            organisation_id=row.organisation_id,
            subject=row.subject,
            amount=-row.amount,
            due_on=row.due_on,
            occurred_on=file.taken_on,
            service_line="",
            summary={"claim": row.subject, "what": "opening undone", "source": file.source, "lines": []},
        )
        for row in posted
    ]
    post_payables(back, by=by)


KIND = Kind("payables", _l("What is still owed"), judge, write, undo)
