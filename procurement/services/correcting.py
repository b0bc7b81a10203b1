"""Corrections of a draft from elsewhere: by name of the field, of a lot as `lots/0/title`; the original stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core import audit
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import InputErrors, Problem
from core.words import _l
from procurement.foreign import ForeignDraft, decimal_of
from procurement.models.elsewhere import ElsewhereProcedure
from procurement.ocds.schema import is_currency, is_instant
from procurement.services.elsewhere import STREAM

OF_TENDER = (
    "title", "summary", "buyer_name", "closes", "questions_until", "starts", "ends", "amount", "currency",
)  # fmt: skip
OF_LOT = ("title", "summary", "amount", "currency", "closes", "starts", "ends")
INSTANTS = ("closes", "questions_until", "starts", "ends")


def said(draft: ForeignDraft) -> dict[str, str]:
    """Everything that can be corrected, as it stands, under the name of its field."""
    found = {name: getattr(draft, name) for name in OF_TENDER}
    for place, lot in enumerate(draft.lots):
        found |= {f"lots/{place}/{name}": getattr(lot, name) for name in OF_LOT}
    return found


def correct(row: ElsewhereProcedure, changes: Mapping[str, str], *, by: Actor) -> None:
    """Texts that were wrong or missing there. What is not changed is not judged: it may be as wrong as it came."""
    known = said(row.draft)
    moved = {name: text.strip() for name, text in changes.items() if text.strip() != known.get(name)}
    if problems := list(_problems(moved, known)):
        raise InputErrors(problems)
    content = row.draft.to_json()
    for name, text in moved.items():
        *way, last = name.split("/")
        place: Any = content["lots"][int(way[1])] if way else content
        place[last] = text
    row.content = content
    db.session.flush()
    audit.record(STREAM, Act.ELSEWHERE_CHANGED, row.number, by=by, after={"changed": sorted(moved)})


def _problems(moved: Mapping[str, str], known: Mapping[str, str]) -> Iterator[Problem]:
    for name, text in moved.items():
        field = name.rsplit("/", 1)[-1]
        if name not in known:
            fields = ", ".join(OF_TENDER)
            yield Problem(name, _l("This cannot be corrected. Write one of %(names)s, or lots/0/title.", names=fields))
        elif field == "title" and not text:
            yield Problem(name, _l("Give it a title."))
        elif text and field in INSTANTS and not is_instant(text):
            yield Problem(name, _l("Write an instant with its zone, like 2026-03-02T12:00:00+01:00."), text)
        elif text and field == "amount" and decimal_of(text) is None:
            yield Problem(name, _l("Write a number without spaces, like 1250000.50."), text)
        elif text and field == "currency" and not is_currency(text):
            yield Problem(name, _l("Write the three letters of ISO 4217, like NOK."), text)
