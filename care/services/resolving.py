"""From the numbers that stand in a file to the ids of our rows, for many rows at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from core.codes import service_names
from core.db import db
from core.organisations import Organisation
from members import queries as members
from providers.models import Provider, Site


class Numbers:
    """Members by public id, organisations by either number, sites by organisation and number, service codes."""

    def __init__(self, member_numbers: Iterable[str], organisation_id: int | None) -> None:
        self.members = members.known_members(set(member_numbers))
        self.services = service_names()
        self.organisations: dict[str, int] = {}
        for id_, *numbers in db.session.execute(_organisations(organisation_id)):
            self.organisations.update({number: id_ for number in numbers if number})
        query = select(Site.organisation_id, Site.number, Site.id)
        self.sites = {(row[0], str(row[1])): row[2] for row in db.session.execute(query)}
        self._organisation_id = organisation_id

    def organisation(self, number: str) -> int | None:
        """The id behind an organisation's number; rows without one belong to the organisation that imports."""
        return self.organisations.get(number) if number else self._organisation_id


def _organisations(organisation_id: int | None) -> Any:
    query = select(Organisation.id, Organisation.number, Provider.number).outerjoin(
        Provider, Provider.organisation_id == Organisation.id
    )
    return query if organisation_id is None else query.where(Organisation.id == organisation_id)
