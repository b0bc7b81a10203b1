"""Who reads what the fund writes to an organisation: at which address, and in which language."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from core import outbox
from core.accounts.models import Account, Assignment
from core.config import fund
from core.db import db
from core.organisations import Organisation
from core.roles import Role


@dataclass(frozen=True, slots=True)
class Reader:
    """`address`: the organisation's own, else its manager's; `language`: its manager's, its own, or the fund's."""

    organisation_id: int
    address: str
    language: str


def readers_of(organisation_ids: Collection[int]) -> dict[int, Reader]:
    """By organisation; two statements, however many there are."""
    own = select(Organisation.id, Organisation.email, Organisation.locale).where(Organisation.id.in_(organisation_ids))
    managers: dict[int, list[tuple[str, str | None]]] = {}
    query = select(Assignment.organisation_id, Account.email, Account.locale).join(Assignment.account)
    query = query.where(Assignment.organisation_id.in_(organisation_ids), Account.active)
    query = query.where(Assignment.role == Role.PROVIDER_MANAGER.value).order_by(Account.id)
    for organisation_id, email, locale in db.session.execute(query):
        managers.setdefault(organisation_id or 0, []).append((email, locale))
    return {row.id: _reader(*row, managers.get(row.id, [])) for row in db.session.execute(own)}


def reader_of(organisation_id: int) -> Reader:
    """Of one organisation."""
    return readers_of([organisation_id])[organisation_id]


def tell(
    reader: Reader,
    template: str,
    words: Callable[[], tuple[str, str]],
    *,
    purpose: str,
    arguments: dict[str, Any],
) -> None:
    """Queue one mail; `words() -> (subject, text)` is asked in the reader's language."""
    with force_locale(reader.language):
        subject, body = words()
    outbox.enqueue(
        template,
        purpose=purpose,
        arguments={**arguments, "subject": subject, "body": body},
        organisation_id=reader.organisation_id,
        address=reader.address,
        locale=reader.language,
    )


def _reader(key: int, email: str, locale: str | None, managers: list[tuple[str, str | None]]) -> Reader:
    house = fund().languages
    chosen = next((wish for wish in (*(row[1] for row in managers), locale) if wish in house), house[0])
    return Reader(key, email or next((row[0] for row in managers), ""), chosen or house[0])
